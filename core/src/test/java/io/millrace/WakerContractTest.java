package io.millrace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.spi.Pending;
import io.millrace.spi.PendingReceive;
import io.millrace.spi.PendingSend;
import io.millrace.spi.Waker;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The promises of {@code io.millrace.spi}: when a waker is called, on which thread, and what a pending operation says. */
class WakerContractTest extends ContractTest {
    private final AtomicInteger wakes = new AtomicInteger();
    private final Waker counting = wakes::incrementAndGet;

    @ParameterizedTest
    @MethodSource("kinds")
    void waker_ofAnOperationDoneAtOnce_isNeverCalled(ChannelKind kind) {
        Channel<String> channel = channels.create(kind);
        Operation peer = receive(WaitStyle.FUTURE, channel.receiver());
        PendingSend<String> send = channel.sender().send("a", counting);
        Operation secondPeer = send(WaitStyle.FUTURE, channel.sender(), "b");
        PendingReceive<String> receive = channel.receiver().receive(counting);

        assertThat(send.isDone()).isTrue();
        assertThat(send.result()).isEqualTo(SendResult.SENT);
        assertThat(receive.isDone()).isTrue();
        assertThat(receive.result().get()).isEqualTo("b");
        assertReceived(peer, "a");
        assertSent(secondPeer);
        channel.cancel();
        assertThat(wakes).hasValue(0);
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void waker_ofAnOperationThatFindsTheChannelDisconnected_isNeverCalled(ChannelKind kind) {
        Channel<String> channel = channels.create(kind);
        channel.cancel();

        PendingSend<String> send = channel.sender().send("a", counting);
        PendingReceive<String> receive = channel.receiver().receive(counting);

        assertThat(send.isDone()).isTrue();
        assertThat(send.result()).isEqualTo(SendResult.DISCONNECTED);
        assertThat(receive.isDone()).isTrue();
        assertThat(receive.result().isDisconnected()).isTrue();
        assertThat(wakes).hasValue(0);
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void wakerOfReceive_isCalledOnceByTheSendersThread(ChannelKind kind) {
        Channel<String> channel = channels.create(kind);
        AtomicReference<Thread> wokenBy = new AtomicReference<>();
        PendingReceive<String> receive = channel.receiver().receive(() -> {
            wakes.incrementAndGet();
            wokenBy.set(Thread.currentThread());
        });
        assertThat(receive.isDone()).isFalse();
        assertThat(wakes).hasValue(0);

        assertThat(channel.sender().trySend("m")).isEqualTo(SendResult.SENT);

        assertThat(receive.isDone()).isTrue();
        assertThat(receive.result()).isEqualTo(new ReceiveResult.Received<>("m"));
        assertThat(receive.cancel()).isFalse();
        channel.cancel();
        assertThat(wakes).hasValue(1);
        assertThat(wokenBy).hasValue(Thread.currentThread());
    }

    @ParameterizedTest
    @MethodSource("kindsThatWait")
    void wakerOfSend_isCalledOnceByTheReceiversThread(ChannelKind kind) {
        Channel<String> channel = channels.create(kind);
        fill(kind, channel);
        AtomicReference<Thread> wokenBy = new AtomicReference<>();
        PendingSend<String> send = channel.sender().send("m", () -> {
            wakes.incrementAndGet();
            wokenBy.set(Thread.currentThread());
        });
        assertThat(send.isDone()).isFalse();
        assertThat(wakes).hasValue(0);

        assertThat(channel.receiver().tryReceive().isReceived()).isTrue();

        assertThat(send.isDone()).isTrue();
        assertThat(send.result()).isEqualTo(SendResult.SENT);
        assertThat(send.cancel()).isFalse();
        channel.cancel();
        assertThat(wakes).hasValue(1);
        assertThat(wokenBy).hasValue(Thread.currentThread());
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void waker_atDisconnect_isCalledOnce(ChannelKind kind) {
        Channel<String> channel = channels.create(kind);
        PendingReceive<String> receive = channel.receiver().receive(counting);

        channel.close();
        channel.cancel();

        assertThat(receive.result()).isEqualTo(new ReceiveResult.Disconnected<String>(null));
        assertThat(wakes).hasValue(1);
    }

    @ParameterizedTest
    @MethodSource("kindsThatWait")
    void waker_afterCancel_isNotCalled(ChannelKind kind) {
        Channel<String> channel = channels.create(kind);
        PendingReceive<String> receive = channel.receiver().receive(counting);
        assertThat(receive.cancel()).isTrue();
        fill(kind, channel);
        PendingSend<String> send = channel.sender().send("withdrawn", counting);
        assertThat(send.cancel()).isTrue();

        takeAll(channel.receiver());
        channel.cancel();

        assertThat(wakes).hasValue(0);
        assertThat(receive.isDone()).isTrue();
        assertThat(send.isDone()).isTrue();
        assertThat(receive.cancel()).isFalse();
        assertThat(send.cancel()).isFalse();
    }

    @ParameterizedTest
    @MethodSource("kindsThatWait")
    void result_beforeItIsDoneOrAfterCancel_isRefused(ChannelKind kind) {
        Channel<String> channel = channels.create(kind);
        PendingReceive<String> receive = channel.receiver().receive(counting);
        assertThatThrownBy(receive::result).isInstanceOf(IllegalStateException.class);
        assertThat(receive.cancel()).isTrue();
        assertThatThrownBy(receive::result).isInstanceOf(IllegalStateException.class);
        fill(kind, channel);
        PendingSend<String> send = channel.sender().send("m", counting);
        assertThatThrownBy(send::result).isInstanceOf(IllegalStateException.class);
        assertThat(send.cancel()).isTrue();
        assertThatThrownBy(send::result).isInstanceOf(IllegalStateException.class);
    }

    @ParameterizedTest
    @MethodSource("kindsThatWait")
    void waker_runsWithoutALock(ChannelKind kind) {
        Channel<String> channel = channels.create(kind);
        Waker using = () -> {
            wakes.incrementAndGet();
            useFromAnotherThread(channel);
        };
        channel.receiver().receive(using);
        assertThat(channel.sender().trySend("m")).isEqualTo(SendResult.SENT);
        fill(kind, channel);
        channel.sender().send("n", using);
        assertThat(channel.receiver().tryReceive().isReceived()).isTrue();
        takeAll(channel.receiver());
        channel.receiver().receive(using);
        channel.receiver().receive(using);

        channel.close();

        assertThat(wakes).hasValue(4);
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void waker_mayUseTheChannelItself(ChannelKind kind) {
        Channel<String> channel = channels.create(kind);
        List<PendingReceive<String>> receives = new ArrayList<>();
        receives.add(
                channel.receiver().receive(() -> receives.add(channel.receiver().receive(counting))));

        assertThat(channel.sender().trySend("first")).isEqualTo(SendResult.SENT);
        assertThat(channel.sender().trySend("second")).isEqualTo(SendResult.SENT);

        assertThat(receives.get(0).result().get()).isEqualTo("first");
        assertThat(receives.get(1).result().get()).isEqualTo("second");
        assertThat(wakes).hasValue(1);
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void waker_thatThrows_disturbsNobody(ChannelKind kind) {
        Channel<String> channel = channels.create(kind);
        List<Throwable> uncaught = new ArrayList<>();
        RuntimeException exception = new RuntimeException("of the waker");
        Error error = new AssertionError("of the waker");
        PendingReceive<String> served = channel.receiver().receive(throwing(exception));
        List<Pending> waiting = new ArrayList<>();
        waiting.add(channel.receiver().receive(throwing(error)));
        Operation future = receive(WaitStyle.FUTURE, channel.receiver());
        waiting.add(channel.receiver().receive(throwing(exception)));
        Operation thread = receive(WaitStyle.THREAD, channel.receiver());

        actors.start("sender", () -> {
            Thread.currentThread().setUncaughtExceptionHandler((by, failure) -> {
                assertThat(by).isSameAs(Thread.currentThread());
                uncaught.add(failure);
            });
            assertThat(channel.sender().trySend("m")).isEqualTo(SendResult.SENT);
            assertThat(uncaught).containsExactly(exception);
            assertThat(channel.close()).isTrue();
        });

        actors.join();
        assertThat(uncaught).containsExactly(exception, error, exception);
        assertThat(served.result().get()).isEqualTo("m");
        assertThat(waiting).allMatch(Pending::isDone);
        assertDisconnected(future);
        assertDisconnected(thread);
    }

    private static Waker throwing(Throwable failure) {
        return () -> {
            if (failure instanceof Error error) {
                throw error;
            }
            throw (RuntimeException) failure;
        };
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void waker_whoseHandlerThrowsToo_disturbsNobody(ChannelKind kind) {
        Channel<String> channel = channels.create(kind);
        PendingReceive<String> receive = channel.receiver().receive(throwing(new RuntimeException("of the waker")));

        actors.start("sender", () -> {
            Thread.currentThread().setUncaughtExceptionHandler((by, failure) -> {
                throw new IllegalStateException("of the handler");
            });
            assertThat(channel.sender().trySend("m")).isEqualTo(SendResult.SENT);
        });

        actors.join();
        assertThat(receive.result().get()).isEqualTo("m");
    }

    /** Threads are woken first, so that slow foreign code delays nobody. */
    @ParameterizedTest
    @MethodSource("kinds")
    void waker_thatIsSlow_doesNotHoldBackThreads(ChannelKind kind) {
        Channel<String> channel = channels.create(kind);
        AtomicReference<Operation> behind = new AtomicReference<>();
        channel.receiver().receive(() -> {
            try {
                assertDisconnected(behind.get());
            } catch (Throwable failure) {
                actors.report(failure);
            }
            wakes.incrementAndGet();
        });
        behind.set(receive(WaitStyle.THREAD, channel.receiver()));

        channel.close();

        assertThat(wakes).hasValue(1);
    }
}
