package io.millrace.vertx;

import static io.millrace.vertx.Host.get;
import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.millrace.Channel;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.ThreadingModel;
import io.vertx.core.Timer;
import io.vertx.core.Vertx;
import java.lang.ref.WeakReference;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** Sends and receives that end when a future does, on every threading model. */
@ParameterizedClass
@MethodSource("io.millrace.vertx.Host#models")
class UntilTest {
    private final ThreadingModel model;
    private final Vertx vertx = Vertx.vertx();
    private final Channel<Object> channel = Channel.bounded(1);
    private final Promise<String> until = Promise.promise();
    private Host host;
    private VertxSender<Object> sender;
    private VertxReceiver<Object> receiver;

    UntilTest(ThreadingModel model) {
        this.model = model;
    }

    @BeforeEach
    void deploy() throws Exception {
        host = Host.deploy(vertx, model);
        sender = host.call(VertxChannel.wrap(vertx, channel)::sender);
        receiver = host.call(VertxChannel.wrap(vertx, channel)::receiver);
    }

    @AfterEach
    void closeVertx() throws Exception {
        get(vertx.close());
    }

    private static void assertCancelled(Future<?> future) {
        assertThatThrownBy(() -> get(future))
                .isInstanceOf(CancellationException.class)
                .hasMessage("cancelled: the future that limits it has ended");
    }

    // ---- Ends

    @Test
    void receive_whoseFutureEnds_takesNothing_andFailsOnItsContext() throws Exception {
        CompletableFuture<String> elsewhere = new CompletableFuture<>();
        Future<Object> received = host.call(() -> receiver.receiveUntil(until.future())
                .onComplete(done -> elsewhere.complete(String.valueOf(host.elsewhere()))));
        assertThat(channel.stats().waitingReceivers()).isEqualTo(1);
        until.complete("any value");
        assertCancelled(received);
        assertThat(elsewhere.get(10, SECONDS)).isEqualTo("null");
        assertThat(channel.stats().waitingReceivers()).isZero();
        channel.sender().send("kept");
        assertThat(get(receiver.receive())).isEqualTo("kept");
    }

    @Test
    void receiveMany_whoseFutureEnds_takesNothing() throws Exception {
        Future<List<Object>> received = host.call(() -> receiver.receiveManyUntil(3, until.future()));
        until.complete();
        assertCancelled(received);
        assertThat(channel.stats().waitingReceivers()).isZero();
    }

    @Test
    void send_whoseFutureEnds_sendsNothing() throws Exception {
        channel.sender().send("first");
        Future<Void> sent = host.call(() -> sender.sendUntil("second", until.future()));
        Future<Void> waits =
                host.call(() -> sender.sendUntil("third", Promise.promise().future()));
        until.complete();
        assertCancelled(sent);
        assertThat(channel.stats().waitingSenders()).isEqualTo(1);
        assertThat(get(receiver.receiveMany(3))).containsExactly("first", "third");
        get(waits);
        assertThat(sender.writeQueueFull()).isFalse();
    }

    @Test
    void futureThatFails_isTheCause() throws Exception {
        ArithmeticException failure = new ArithmeticException();
        Future<Object> received = host.call(() -> receiver.receiveUntil(until.future()));
        until.fail(failure);
        assertThatThrownBy(() -> get(received)).hasCause(failure);
        assertThatThrownBy(() -> get(receiver.receiveUntil(until.future()))).hasCause(failure);
    }

    @Test
    void timer_isSuchAFuture() throws Exception {
        Timer timer = vertx.timer(10, MILLISECONDS);
        assertCancelled(host.call(() -> receiver.receiveUntil(timer)));
        Timer cancelled = vertx.timer(1, SECONDS);
        Future<Object> received = host.call(() -> receiver.receiveUntil(cancelled));
        cancelled.cancel();
        assertThatThrownBy(() -> get(received)).hasCauseInstanceOf(CancellationException.class);
    }

    @Test
    void peerThatIsFirst_wins() throws Exception {
        Future<Object> received = host.call(() -> receiver.receiveUntil(until.future()));
        channel.sender().send("message");
        assertThat(get(received)).isEqualTo("message");
        Future<List<Object>> many = host.call(() -> receiver.receiveManyUntil(2, until.future()));
        get(host.call(() -> sender.sendUntil("another", until.future())));
        assertThat(get(many)).containsExactly("another");
        until.complete();
        assertThat(channel.stats().received()).isEqualTo(2);
    }

    // ---- At the call

    @Test
    void futureThatHasEnded_failsAtOnce_andNothingMoves() throws Exception {
        until.complete();
        assertCancelled(host.call(() -> sender.sendUntil("unsent", until.future())));
        assertThat(channel.stats().sent()).isZero();
        channel.sender().send("kept");
        assertCancelled(host.call(() -> receiver.receiveUntil(until.future())));
        assertCancelled(host.call(() -> receiver.receiveManyUntil(1, until.future())));
        assertThat(channel.stats().received()).isZero();
    }

    @Test
    void closedHandle_isRefused_alsoWhenTheFutureHasEnded() throws Exception {
        get(host.call(receiver::close));
        get(host.call(sender::close));
        for (Future<?> any : List.of(until.future(), Future.succeededFuture())) {
            assertThatThrownBy(() -> receiver.receiveUntil(any)).isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(() -> receiver.receiveManyUntil(1, any)).isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(() -> sender.sendUntil("unsent", any)).isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void mistakes_areRefused_andNothingMoves() throws Exception {
        channel.sender().send("kept");
        Future<?> none = null;
        assertThatThrownBy(() -> receiver.receiveUntil(none))
                .isInstanceOf(NullPointerException.class)
                .hasMessage("until");
        assertThatThrownBy(() -> receiver.receiveManyUntil(1, none))
                .isInstanceOf(NullPointerException.class)
                .hasMessage("until");
        assertThatThrownBy(() -> receiver.receiveManyUntil(0, until.future()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("max must be >= 1: 0");
        assertThatThrownBy(() -> sender.sendUntil("unsent", none))
                .isInstanceOf(NullPointerException.class)
                .hasMessage("until");
        assertThatThrownBy(() -> sender.sendUntil(null, until.future()))
                .isInstanceOf(NullPointerException.class)
                .hasMessage("message");
        assertThat(channel.stats().sent()).isEqualTo(1);
        assertThat(channel.stats().received()).isZero();
    }

    @Test
    void futureThatEndsDuringTheCall_endsTheOperation() throws Exception {
        Future<?> ending = standIn(method -> {
            if (method.equals("isComplete")) {
                return false; // as it was when the call began
            }
            return null;
        });
        until.complete();
        assertCancelled(host.call(() -> receiver.receiveUntil(ending)));
        assertThat(channel.stats().waitingReceivers()).isZero();
    }

    private interface StandIn {
        /** What a method returns; null: what the future does. */
        Object call(String method);
    }

    private Future<?> standIn(StandIn standIn) {
        return (Future<?>) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {Future.class}, (proxy, method, arguments) -> {
                    Object answer = standIn.call(method.getName());
                    try {
                        return answer != null ? answer : method.invoke(until.future(), arguments);
                    } catch (InvocationTargetException thrown) {
                        throw thrown.getCause();
                    }
                });
    }

    // ---- Races

    @Test
    void endsThatRaceWithMessages_loseAndRepeatNothing() throws Exception {
        AtomicInteger moved = new AtomicInteger();
        AtomicInteger withdrawn = new AtomicInteger();
        race(2000, (end, round) -> {
            Future<Object> received = receiver.receiveUntil(end);
            return () -> {
                assertThat(sender.trySend(round).isSent()).isTrue();
                Object message;
                if (endOf(received)) {
                    moved.incrementAndGet();
                    message = received.result();
                } else {
                    withdrawn.incrementAndGet();
                    message = receiver.tryReceive().get();
                }
                assertThat(message).isEqualTo(round);
                assertThat(channel.stats().size()).isZero();
            };
        });
        race(2000, (end, round) -> {
            channel.sender().send(-1);
            Future<Void> sent = sender.sendUntil(round, end);
            return () -> {
                assertThat(receiver.tryReceive().get()).isEqualTo(-1);
                if (endOf(sent)) {
                    moved.incrementAndGet();
                    assertThat(receiver.tryReceive().get()).isEqualTo(round);
                } else {
                    withdrawn.incrementAndGet();
                    assertThat(receiver.tryReceive().isReceived()).isFalse();
                }
            };
        });
        assertThat(moved.get() + withdrawn.get()).isEqualTo(4000);
        assertThat(moved).hasPositiveValue();
        assertThat(withdrawn).hasPositiveValue();
    }

    /** Whether it succeeded. */
    private static boolean endOf(Future<?> operation) throws Exception {
        try {
            get(operation);
            return true;
        } catch (CancellationException cancelled) {
            return false;
        }
    }

    private interface Step {
        void run() throws Exception;
    }

    private interface Round {
        /** Begins the round; the result is to run while another thread ends the future. */
        Step begin(Future<?> end, int round) throws Exception;
    }

    private static void race(int rounds, Round each) throws Exception {
        ExecutorService ending = Executors.newSingleThreadExecutor();
        CyclicBarrier start = new CyclicBarrier(2);
        try {
            for (int i = 0; i < rounds; i++) {
                Promise<Void> end = Promise.promise();
                Step meanwhile = each.begin(end.future(), i);
                ending.execute(() -> {
                    awaitStart(start);
                    end.complete();
                });
                awaitStart(start);
                meanwhile.run();
            }
        } finally {
            ending.shutdown();
            assertThat(ending.awaitTermination(10, SECONDS)).isTrue();
        }
    }

    private static void awaitStart(CyclicBarrier start) {
        try {
            start.await(10, SECONDS);
        } catch (InterruptedException | BrokenBarrierException | java.util.concurrent.TimeoutException failure) {
            throw new IllegalStateException(failure);
        }
    }

    // ---- A future that lives long

    @Test
    void longLivedFuture_hasOneListener_forAnyNumberOfOperations() throws Exception {
        AtomicInteger listeners = new AtomicInteger();
        Future<?> counting = standIn(method -> {
            if (method.equals("onComplete")) {
                listeners.incrementAndGet();
            }
            return null;
        });
        for (int i = 0; i < 1000; i++) {
            Future<Object> received = receiver.receiveUntil(counting);
            get(sender.sendUntil(i, counting));
            assertThat(get(received)).isEqualTo(i);
        }
        assertThat(listeners).hasValue(1);
        List<Future<?>> waiting = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            waiting.add(receiver.receiveUntil(counting));
        }
        until.complete();
        waiting.forEach(UntilTest::assertCancelled);
        assertThat(listeners).hasValue(1);
    }

    @Test
    void longLivedFuture_keepsNothingOfOperationsThatHaveEnded() throws Exception {
        List<WeakReference<Object>> messages = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            Object message = new Object();
            messages.add(new WeakReference<>(message));
            Future<Object> received = receiver.receiveUntil(until.future());
            get(sender.send(message));
            get(received);
        }
        awaitUnreachable(messages);
        assertThat(until.future().isComplete()).isFalse();
    }

    @Test
    void operationThatWaits_keepsItsFuture_onlyWhileItCanEnd() throws Exception {
        Promise<Object> lost = Promise.promise();
        WeakReference<Object> future = new WeakReference<>(lost.future());
        WeakReference<Object> waiting = new WeakReference<>(waitOnAContextThatNobodyHolds(lost.future()));
        lost = null;
        awaitUnreachable(List.of(future, waiting));
    }

    /** A receive whose listener holds the future that limits it, and its channel. */
    private Channel<Object> waitOnAContextThatNobodyHolds(Future<?> end) {
        Channel<Object> forgotten = Channel.rendezvous();
        VertxReceiver<Object> waiting = VertxChannel.wrap(vertx, forgotten).receiver();
        waiting.receiveUntil(end).onComplete(done -> assertThat(end).isNotSameAs(forgotten));
        return forgotten;
    }

    private static void awaitUnreachable(List<WeakReference<Object>> references) {
        await().until(() -> {
            System.gc();
            return references.stream().allMatch(reference -> reference.refersTo(null));
        });
    }
}
