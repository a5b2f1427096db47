package io.millrace.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.Overflow;
import io.millrace.SendResult;
import io.millrace.internal.HandleState.Side;
import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** After a burst the buffer keeps the segment it works on, and one spare at most. */
class SteadyStateTest {
    private static final int BURST = 1_000_000;

    private final ChannelCore<Object> core =
            new ChannelCore<>(null, ChannelCore.UNBOUNDED, Overflow.WAIT, message -> {}, Tuning.DEFAULT);
    private final HandleState sender = core.openFirst(Side.SENDER, this);
    private final HandleState receiver = core.openFirst(Side.RECEIVER, this);

    private void send(int count) {
        for (int i = 0; i < count; i++) {
            if (core.trySend(sender, "m") != SendResult.SENT) {
                throw new AssertionError("not sent: " + i);
            }
        }
    }

    private static @Nullable Object field(Class<?> type, Object target, String name)
            throws ReflectiveOperationException {
        Field field = type.getDeclaredField(name);
        field.setAccessible(true);
        return field.get(target);
    }

    private List<Object> segments() throws ReflectiveOperationException {
        Object buffer = field(ChannelState.class, core, "buffer");
        List<Object> all = new ArrayList<>();
        Object spare = field(buffer.getClass(), buffer, "spare");
        if (spare != null) {
            all.add(spare);
        }
        @Nullable Object[] segment = (@Nullable Object[]) field(buffer.getClass(), buffer, "head");
        while (segment != null && segment.length > 0) {
            all.add(segment);
            segment = (@Nullable Object[]) segment[segment.length - 1];
        }
        return all;
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 63, 64, 65, 200})
    void burst_thatWasReceived_leavesOneSpareSegment(int left) throws Exception {
        send(BURST);
        assertThat(segments()).hasSizeGreaterThan(BURST / Tuning.DEFAULT.segmentLength() - 1);

        for (int i = left; i < BURST; i++) {
            assertThat(core.tryReceive(receiver).isReceived()).isTrue();
        }

        // those that hold what is left, which may begin and end within one, and one spare
        assertThat(segments()).hasSizeLessThanOrEqualTo((left + 62) / 64 + 1 + 1);
        core.checkInvariants();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 1000, Integer.MAX_VALUE})
    void burst_thatWasReceivedInBatches_leavesOneSpareSegment(int max) throws Exception {
        send(BURST);

        int taken = 0;
        while (taken < BURST) {
            taken += core.takeNow(receiver, max).size();
        }

        assertThat(segments()).hasSizeLessThanOrEqualTo(2);
        core.checkInvariants();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void burst_thatBecameUndelivered_leavesOneSegment(boolean cancel) throws Exception {
        send(BURST);

        if (cancel) {
            core.cancelChannel(null);
        } else {
            core.closeHandle(receiver);
        }

        assertThat(core.statsNow().undelivered()).isEqualTo(BURST);
        assertThat(segments()).hasSizeLessThanOrEqualTo(2);
        core.checkInvariants();
    }

    /** Burst after burst: the spare is used again, and is still the only one. */
    @ParameterizedTest
    @ValueSource(ints = {1, 64, 1000})
    void burstAfterBurst_staysSteady(int length) throws Exception {
        for (int i = 0; i < 1000; i++) {
            send(length);
            assertThat(core.takeNow(receiver, Integer.MAX_VALUE)).hasSize(length);
            assertThat(segments()).hasSizeLessThanOrEqualTo(2);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 64, 65, 1000})
    void putBack_manyTimes_leavesOneSpareSegment(int length) throws Exception {
        for (int i = 0; i < 100; i++) {
            send(length);
            core.returnToFront(core.takeNow(receiver, Integer.MAX_VALUE));
            core.checkInvariants();
            assertThat(core.takeNow(receiver, Integer.MAX_VALUE)).hasSize(length);
            assertThat(segments()).hasSizeLessThanOrEqualTo(2);
        }
    }
}
