package io.millrace;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Rows "zero, negative or past timeout" and "Duration of any size". */
class TimeoutContractTest extends ContractTest {
    private static final ReceiveResult<String> TIMED_OUT = new ReceiveResult.TimedOut<>();

    /** Either a Duration or an Instant. */
    record Timeout(Object value) {
        SendResult trySend(Sender<String> sender, String message) throws InterruptedException {
            return value instanceof Duration duration
                    ? sender.trySend(message, duration)
                    : sender.trySend(message, (Instant) value);
        }

        ReceiveResult<String> tryReceive(Receiver<String> receiver) throws InterruptedException {
            return value instanceof Duration duration
                    ? receiver.tryReceive(duration)
                    : receiver.tryReceive((Instant) value);
        }
    }

    static Stream<Timeout> over() {
        return Stream.of(
                        Duration.ZERO,
                        Duration.ofNanos(-1),
                        Duration.ofSeconds(Long.MIN_VALUE),
                        Instant.now().minusNanos(1),
                        Instant.EPOCH,
                        Instant.MIN)
                .map(Timeout::new);
    }

    static Stream<Timeout> endless() {
        return Stream.of(
                        Duration.ofDays(365),
                        Duration.ofNanos(Long.MAX_VALUE),
                        Duration.ofNanos(Long.MAX_VALUE).plusNanos(1),
                        Duration.ofSeconds(Long.MAX_VALUE / 1_000_000_000L + 1),
                        WaitStyle.FOR_EVER,
                        Instant.now().plus(Duration.ofDays(365)),
                        Instant.now().plusNanos(Long.MAX_VALUE),
                        Instant.MAX)
                .map(Timeout::new);
    }

    static Stream<Arguments> kindsAndOver() {
        return kinds().stream().flatMap(kind -> over().map(timeout -> Arguments.of(kind, timeout)));
    }

    static Stream<Arguments> kindsThatWaitAndOver() {
        return kindsThatWait().stream().flatMap(kind -> over().map(timeout -> Arguments.of(kind, timeout)));
    }

    static Stream<Arguments> kindsAndEndless() {
        return kinds().stream().flatMap(kind -> endless().map(timeout -> Arguments.of(kind, timeout)));
    }

    static Stream<Arguments> kindsThatWaitAndEndless() {
        return kindsThatWait().stream().flatMap(kind -> endless().map(timeout -> Arguments.of(kind, timeout)));
    }

    @ParameterizedTest
    @MethodSource("kindsThatWaitAndOver")
    void trySend_whenFullAndTimeIsOver_timesOut(ChannelKind kind, Timeout timeout) throws InterruptedException {
        Channel<String> channel = channels.create(kind);
        List<String> messages = fill(kind, channel);

        assertThat(timeout.trySend(channel.sender(), "late")).isEqualTo(SendResult.TIMED_OUT);

        assertThat(takeAll(channel.receiver())).isEqualTo(messages);
    }

    @ParameterizedTest
    @MethodSource("kindsAndOver")
    void tryReceive_whenEmptyAndTimeIsOver_timesOut(ChannelKind kind, Timeout timeout) throws InterruptedException {
        Channel<String> channel = channels.create(kind);

        assertThat(timeout.tryReceive(channel.receiver())).isEqualTo(TIMED_OUT);

        assertThat(channel.stats().waitingReceivers()).isZero();
    }

    @ParameterizedTest
    @MethodSource("kindsAndOver")
    void trySend_toAWaitingReceiverWhenTimeIsOver_sends(ChannelKind kind, Timeout timeout) throws InterruptedException {
        Channel<String> channel = channels.create(kind);
        Operation receive = receive(WaitStyle.THREAD, channel.receiver());

        assertThat(timeout.trySend(channel.sender(), "m")).isEqualTo(SendResult.SENT);

        assertReceived(receive, "m");
    }

    @ParameterizedTest
    @MethodSource("kindsAndOver")
    void tryReceive_ofWhatIsThereWhenTimeIsOver_receives(ChannelKind kind, Timeout timeout)
            throws InterruptedException {
        Channel<String> channel = channels.create(kind);
        Operation send = send(WaitStyle.FUTURE, channel.sender(), "m");

        assertThat(timeout.tryReceive(channel.receiver()).get()).isEqualTo("m");

        assertSent(send);
    }

    @ParameterizedTest
    @MethodSource("kindsAndOver")
    void try_whenDisconnectedAndTimeIsOver_saysDisconnected(ChannelKind kind, Timeout timeout)
            throws InterruptedException {
        Channel<String> channel = channels.create(kind);
        channel.close();

        assertThat(timeout.trySend(channel.sender(), "late")).isEqualTo(SendResult.DISCONNECTED);
        assertThat(timeout.tryReceive(channel.receiver()).isDisconnected()).isTrue();
    }

    @ParameterizedTest
    @MethodSource("kindsThatWait")
    void trySend_whenTimeRunsOut_leavesNothingBehind(ChannelKind kind) throws InterruptedException {
        Channel<String> channel = channels.create(kind);
        List<String> messages = fill(kind, channel);
        ChannelStats before = channel.stats();
        long start = System.nanoTime();

        assertThat(channel.sender().trySend("late", Duration.ofMillis(5))).isEqualTo(SendResult.TIMED_OUT);
        assertThat(channel.sender().trySend("late", Instant.now().plusMillis(5)))
                .isEqualTo(SendResult.TIMED_OUT);

        // an Instant is told by another clock, which may run apart from this one by a little
        assertThat(System.nanoTime() - start).isGreaterThan(TimeUnit.MILLISECONDS.toNanos(7));
        assertThat(channel.stats()).isEqualTo(before);
        assertThat(takeAll(channel.receiver())).isEqualTo(messages);
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void tryReceive_whenTimeRunsOut_leavesNothingBehind(ChannelKind kind) throws InterruptedException {
        Channel<String> channel = channels.create(kind);
        ChannelStats before = channel.stats();
        long start = System.nanoTime();

        assertThat(channel.receiver().tryReceive(Duration.ofMillis(5))).isEqualTo(TIMED_OUT);
        assertThat(channel.receiver().tryReceive(Instant.now().plusMillis(5))).isEqualTo(TIMED_OUT);

        assertThat(System.nanoTime() - start).isGreaterThan(TimeUnit.MILLISECONDS.toNanos(7));
        assertThat(channel.stats()).isEqualTo(before);
        if (kind.buffers()) {
            assertThat(channel.sender().trySend("m")).isEqualTo(SendResult.SENT);
            assertThat(takeAll(channel.receiver())).containsExactly("m");
        } else {
            assertThat(channel.sender().trySend("m")).isEqualTo(SendResult.FULL);
        }
    }

    @ParameterizedTest
    @MethodSource("kindsThatWaitAndEndless")
    void trySend_withAnEndlessTimeout_waitsForAPeer(ChannelKind kind, Timeout timeout) {
        Channel<String> channel = channels.create(kind);
        fill(kind, channel);
        ThreadOperation send = new ThreadOperation(
                script -> actors.start("sending", script), () -> Outcome.of(timeout.trySend(channel.sender(), "last")));
        Await.until("the send waits", () -> channel.stats().waitingSenders() == 1);
        Await.blocked(send.thread());

        assertThat(takeAll(channel.receiver())).hasSize(kind.room + 1).endsWith("last");

        assertSent(send);
    }

    @ParameterizedTest
    @MethodSource("kindsAndEndless")
    void tryReceive_withAnEndlessTimeout_waitsForAPeer(ChannelKind kind, Timeout timeout) {
        Channel<String> channel = channels.create(kind);
        ThreadOperation receive = new ThreadOperation(
                script -> actors.start("receiving", script), () -> Outcome.of(timeout.tryReceive(channel.receiver())));
        Await.until("the receive waits", () -> channel.stats().waitingReceivers() == 1);
        Await.blocked(receive.thread());

        assertThat(channel.sender().trySend("m")).isEqualTo(SendResult.SENT);

        assertReceived(receive, "m");
    }

    /** A wait that ended by a peer, in time: the timeout has no effect on the next wait of the thread. */
    @ParameterizedTest
    @MethodSource("kinds")
    void tryReceive_servedInTime_nextWaitStartsAnew(ChannelKind kind) {
        Channel<String> channel = channels.create(kind);
        ThreadOperation receive = new ThreadOperation(script -> actors.start("receiving", script), () -> {
            Outcome first = Outcome.of(channel.receiver().tryReceive(Duration.ofMinutes(1)));
            assertThat(first).isEqualTo(Outcome.received("first"));
            return Outcome.of(channel.receiver().tryReceive(Duration.ofMillis(5)));
        });
        Await.until("the receive waits", () -> channel.stats().waitingReceivers() == 1);

        assertThat(channel.sender().trySend("first")).isEqualTo(SendResult.SENT);

        assertThat(receive.outcome()).isEqualTo(Outcome.TIMED_OUT);
    }
}
