package io.millrace.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.DisconnectedException;
import io.millrace.Overflow;
import io.millrace.ReceiveResult;
import io.millrace.SendResult;
import io.millrace.internal.HandleState.Side;
import java.util.Arrays;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What may come while a thread lingers before it joins the line, and when it does so. */
class LingerTest {
    private static final int CAPACITY = 16;
    private static final int LONG_ENOUGH_TO_MEET_IT = 40_000_000;

    private final ChannelCore<Integer> core =
            new ChannelCore<>(null, CAPACITY, Overflow.WAIT, null, tuning(LONG_ENOUGH_TO_MEET_IT));
    private final HandleState sender = core.openFirst(Side.SENDER, this);
    private final HandleState receiver = core.openFirst(Side.RECEIVER, this);

    private static Tuning tuning(int lingerNanos) {
        return new Tuning(0, 0, lingerNanos, 2, Parker.SYSTEM);
    }

    /** One thread's operation. */
    private static final class Party<R> {
        private final FutureTask<R> task;
        private final Thread thread;

        Party(Callable<R> operation) {
            task = new FutureTask<>(operation);
            thread = new Thread(task, "party");
            thread.start();
        }

        /** Returns when it lingers; fails if it waits in line without having done so. */
        Party<R> meetLingering() {
            while (Arrays.stream(thread.getStackTrace())
                    .noneMatch(frame -> frame.getMethodName().equals("linger"))) {
                assertThat(thread.getState())
                        .as("a thread that did not linger")
                        .isNotIn(Thread.State.WAITING, Thread.State.TIMED_WAITING, Thread.State.TERMINATED);
                Thread.yield();
            }
            return this;
        }

        R get() throws Exception {
            try {
                return task.get(20, TimeUnit.SECONDS);
            } catch (ExecutionException e) {
                throw e.getCause() instanceof Exception failure ? failure : e;
            }
        }
    }

    private Party<Integer> receiving() {
        return new Party<>(() -> core.receive(receiver, this)).meetLingering();
    }

    private Party<SendResult> sending(int message) {
        return new Party<>(() -> core.send(sender, this, message, ChannelCore.FOREVER)).meetLingering();
    }

    private void fill() {
        for (int i = 0; i < CAPACITY; i++) {
            assertThat(core.trySend(sender, i)).isEqualTo(SendResult.SENT);
        }
    }

    @Test
    void lingeringReceiver_getsWhatIsSent() throws Exception {
        Party<Integer> party = receiving();
        core.trySend(sender, 7);

        assertThat(party.get()).isEqualTo(7);
        assertThat(core.sizeNow()).isZero();
        core.checkInvariants();
    }

    @Test
    void lingeringReceiver_closedMeanwhile_getsWhatWasSentBefore() throws Exception {
        Party<Integer> party = receiving();
        core.trySend(sender, 7);
        core.closeChannel(null);

        assertThat(party.get()).isEqualTo(7);
        assertThatThrownBy(() -> core.receive(receiver, this)).isInstanceOf(DisconnectedException.class);
    }

    @Test
    void lingeringReceiver_closedMeanwhile_isDisconnected() throws Exception {
        Party<Integer> party = receiving();
        core.closeHandle(sender);

        assertThatThrownBy(party::get).isInstanceOf(DisconnectedException.class);
    }

    @Test
    void lingeringReceiver_interrupted_losesNothing() throws Exception {
        Party<Integer> party = receiving();
        party.thread.interrupt();

        assertThatThrownBy(party::get).isInstanceOf(InterruptedException.class);
        core.trySend(sender, 7);
        assertThat(core.receive(receiver, this)).isEqualTo(7);
    }

    @Test
    void lingeringReceiver_withTime_timesOut() throws Exception {
        Party<ReceiveResult<Integer>> party = new Party<>(() -> core.tryReceive(receiver, this, 1)).meetLingering();

        assertThat(party.get()).isInstanceOf(ReceiveResult.TimedOut.class);
        assertThat(core.statsNow().waitingReceivers()).isZero();
    }

    @Test
    void lingeringReceiver_withTime_getsWhatIsSent() throws Exception {
        Party<ReceiveResult<Integer>> party =
                new Party<>(() -> core.tryReceive(receiver, this, TimeUnit.MINUTES.toNanos(1))).meetLingering();
        core.trySend(sender, 7);

        assertThat(party.get()).isEqualTo(new ReceiveResult.Received<>(7));
    }

    @Test
    void lingeringSender_getsTheRoomThatComesFree() throws Exception {
        fill();
        Party<SendResult> party = sending(CAPACITY);
        for (int i = 0; i <= CAPACITY; i++) {
            assertThat(core.receive(receiver, this)).isEqualTo(i);
        }

        assertThat(party.get()).isEqualTo(SendResult.SENT);
        core.checkInvariants();
    }

    @Test
    void lingeringSender_cancelledMeanwhile_isDisconnected() throws Exception {
        fill();
        Party<SendResult> party = sending(CAPACITY);
        core.cancelChannel(null);

        assertThat(party.get()).isEqualTo(SendResult.DISCONNECTED);
        assertThat(core.statsNow().sent()).isEqualTo(CAPACITY);
    }

    @Test
    void lingeringSender_interrupted_sendsNothing() throws Exception {
        fill();
        Party<SendResult> party = sending(CAPACITY);
        party.thread.interrupt();

        assertThatThrownBy(party::get).isInstanceOf(InterruptedException.class);
        assertThat(core.statsNow().sent()).isEqualTo(CAPACITY);
        assertThat(core.statsNow().waitingSenders()).isZero();
    }

    @Test
    void lingeringSender_withTime_timesOut() throws Exception {
        fill();
        Party<SendResult> party = new Party<>(() -> core.send(sender, this, CAPACITY, 1)).meetLingering();

        assertThat(party.get()).isEqualTo(SendResult.TIMED_OUT);
        assertThat(core.statsNow().sent()).isEqualTo(CAPACITY);
    }

    @Test
    void whoNeedNotWait_doesNotLinger() {
        assertThat(core.tryReceive(receiver)).isInstanceOf(ReceiveResult.Empty.class);
        assertThat(core.receiveAsync(receiver, this)).isNotDone();
        assertThat(core.statsNow().waitingReceivers()).isOne();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 15})
    void aSmallBuffer_isNotWorthIt(int capacity) {
        assertThat(Waiting.mayLinger(capacity)).isFalse();
        assertThat(Waiting.mayLinger(16)).isTrue();
    }

    @Test
    void lingeringInVain_isTriedLessAndLess_untilItPays() {
        Waiting waiting = new Waiting(tuning(1), null);
        int expected = 0;
        for (int time = 0; time < 8; time++) {
            assertThat(chancesPassedOver(waiting)).isEqualTo(expected);
            waiting.judgeLinger(128, 31);
            expected = Math.min(2 * expected + 1, 63);
        }
        assertThat(chancesPassedOver(waiting)).isEqualTo(63);
        waiting.judgeLinger(128, 32);

        assertThat(chancesPassedOver(waiting)).isZero();
    }

    private static int chancesPassedOver(Waiting waiting) {
        int passedOver = 0;
        while (!waiting.isWorthLingering()) {
            passedOver++;
        }
        return passedOver;
    }

    @Test
    void withoutTimeForIt_nobodyLingers() {
        assertThat(new Waiting(tuning(0), null).isWorthLingering()).isFalse();
    }
}
