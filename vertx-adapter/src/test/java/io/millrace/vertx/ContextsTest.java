package io.millrace.vertx;

import static io.millrace.vertx.Host.get;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.Channel;
import io.millrace.DisconnectedException;
import io.vertx.core.Future;
import io.vertx.core.ThreadingModel;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Phaser;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** Futures complete on the context that called, on every threading model. */
@ParameterizedClass
@MethodSource("io.millrace.vertx.Host#models")
class ContextsTest {
    private final ThreadingModel model;
    private final Vertx vertx = Vertx.vertx();
    private final Channel<Integer> channel = Channel.bounded(1);
    private final VertxChannel<Integer> vertxChannel = VertxChannel.wrap(vertx, channel);
    private Host host;
    private Host other;

    ContextsTest(ThreadingModel model) {
        this.model = model;
    }

    @BeforeEach
    void deploy() throws Exception {
        host = Host.deploy(vertx, model);
        other = Host.deploy(vertx, ThreadingModel.EVENT_LOOP);
    }

    @AfterEach
    void closeVertx() throws Exception {
        get(vertx.close());
    }

    /** Where the listener of a future that is made on the host ran; null: on the host's context. */
    private CompletableFuture<String> whereItCompletes(Callable<? extends Future<?>> call) throws Exception {
        CompletableFuture<String> where = new CompletableFuture<>();
        host.call(() -> call.call().onComplete(done -> where.complete(host.elsewhere())));
        return where;
    }

    @Test
    void receive_thatWaits_completesOnTheCallingContext() throws Exception {
        VertxReceiver<Integer> receiver = host.call(vertxChannel::receiver);
        CompletableFuture<String> where = whereItCompletes(receiver::receive);
        channel.sender().send(1);
        assertThat(where.get(10, SECONDS)).isNull();
    }

    @Test
    void receive_thatIsDone_completesOnTheCallingContext() throws Exception {
        channel.sender().send(1);
        VertxReceiver<Integer> receiver = host.call(vertxChannel::receiver);
        assertThat(whereItCompletes(receiver::receive).get(10, SECONDS)).isNull();
    }

    @Test
    void receive_byAHandleOfAnotherContext_completesOnTheCallingContext() throws Exception {
        VertxReceiver<Integer> receiver = other.call(vertxChannel::receiver);
        CompletableFuture<String> where = whereItCompletes(receiver::receive);
        channel.sender().send(1);
        assertThat(where.get(10, SECONDS)).isNull();
    }

    @Test
    void receive_fromAThreadWithoutContext_completesOnTheHandlesContext() throws Exception {
        VertxReceiver<Integer> receiver = host.call(vertxChannel::receiver);
        CompletableFuture<String> where = new CompletableFuture<>();
        receiver.receive().onComplete(done -> where.complete(host.elsewhere()));
        channel.sender().send(1);
        assertThat(where.get(10, SECONDS)).isNull();
    }

    @Test
    void receive_onADuplicate_completesOnThatDuplicate() throws Exception {
        VertxReceiver<Integer> receiver = host.call(vertxChannel::receiver);
        ContextInternal duplicate = host.duplicate();
        CompletableFuture<ContextInternal> where = new CompletableFuture<>();
        Host.callOn(duplicate, () -> receiver.receive().onComplete(done -> where.complete(ContextInternal.current())));
        channel.sender().send(1);
        assertThat(where.get(10, SECONDS)).isSameAs(duplicate);
    }

    @Test
    void receiveMany_completesOnTheCallingContext() throws Exception {
        VertxReceiver<Integer> receiver = host.call(vertxChannel::receiver);
        CompletableFuture<String> where = whereItCompletes(() -> receiver.receiveMany(3));
        channel.sender().send(1);
        assertThat(where.get(10, SECONDS)).isNull();
    }

    @Test
    void receive_thatTimesOut_completesOnTheCallingContext() throws Exception {
        VertxReceiver<Integer> receiver = host.call(vertxChannel::receiver);
        CompletableFuture<Throwable> failure = new CompletableFuture<>();
        CompletableFuture<String> where =
                whereItCompletes(() -> receiver.receive(Duration.ofMillis(20)).onFailure(failure::complete));
        assertThat(where.get(10, SECONDS)).isNull();
        assertThat(failure.get(10, SECONDS)).isInstanceOf(TimeoutException.class);
    }

    @Test
    void receive_thatIsDisconnected_failsOnTheCallingContext() throws Exception {
        VertxReceiver<Integer> receiver = host.call(vertxChannel::receiver);
        CompletableFuture<Throwable> failure = new CompletableFuture<>();
        CompletableFuture<String> where =
                whereItCompletes(() -> receiver.receive().onFailure(failure::complete));
        channel.close();
        assertThat(where.get(10, SECONDS)).isNull();
        assertThat(failure.get(10, SECONDS)).isInstanceOf(DisconnectedException.class);
    }

    @Test
    void send_thatWaits_completesOnTheCallingContext() throws Exception {
        channel.sender().send(0);
        VertxSender<Integer> sender = host.call(vertxChannel::sender);
        CompletableFuture<String> where = whereItCompletes(() -> sender.send(1));
        channel.receiver().receive();
        assertThat(where.get(10, SECONDS)).isNull();
    }

    @Test
    void send_thatIsDone_completesOnTheCallingContext() throws Exception {
        VertxSender<Integer> sender = host.call(vertxChannel::sender);
        assertThat(whereItCompletes(() -> sender.send(1)).get(10, SECONDS)).isNull();
    }

    @Test
    void send_thatTimesOut_completesOnTheCallingContext_andWasNotSent() throws Exception {
        channel.sender().send(0);
        VertxSender<Integer> sender = host.call(vertxChannel::sender);
        assertThat(whereItCompletes(() -> sender.send(1, Duration.ofMillis(20))).get(10, SECONDS))
                .isNull();
        assertThat(channel.receiver().receive()).isZero();
        assertThat(channel.receiver().tryReceive().isReceived()).isFalse();
    }

    @Test
    void disconnected_completesOnTheCallingContext() throws Exception {
        CompletableFuture<String> where = whereItCompletes(vertxChannel::disconnected);
        channel.close();
        assertThat(where.get(10, SECONDS)).isNull();
    }

    @Test
    void handlersAndFutures_ofOneContext_runOneAtATime_underLoad() throws Exception {
        int count = 20_000;
        AtomicInteger inside = new AtomicInteger();
        ConcurrentLinkedQueue<String> wrong = new ConcurrentLinkedQueue<>();
        Phaser received = new Phaser(1);
        received.bulkRegister(count);
        Runnable event = () -> {
            if (inside.incrementAndGet() != 1) {
                wrong.add("two at once");
            }
            String elsewhere = host.elsewhere();
            if (elsewhere != null) {
                wrong.add(elsewhere);
            }
            inside.decrementAndGet();
            received.arriveAndDeregister();
        };
        host.call(() -> vertxChannel.receiver().handler(message -> event.run()));
        VertxReceiver<Integer> single = host.call(vertxChannel::receiver);
        host.call(() -> {
            receiveForEver(single, event);
            return null;
        });
        List<Thread> senders = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            Thread sender = new Thread(() -> {
                for (int m = 0; m < count / 2; m++) {
                    try {
                        channel.sender().send(m);
                    } catch (InterruptedException interrupted) {
                        throw new AssertionError(interrupted);
                    }
                }
            });
            senders.add(sender);
            sender.start();
        }
        for (Thread sender : senders) {
            sender.join();
        }
        received.awaitAdvanceInterruptibly(received.arriveAndDeregister(), 20, SECONDS);
        assertThat(wrong).isEmpty();
    }

    private static void receiveForEver(VertxReceiver<Integer> receiver, Runnable event) {
        receiver.receive().onSuccess(message -> {
            event.run();
            receiveForEver(receiver, event);
        });
    }

    @Test
    void idleReceivers_holdNoThread() throws Exception {
        for (int i = 0; i < 50; i++) { // more than a worker pool has threads
            Host idle = Host.deploy(vertx, model);
            idle.call(() -> vertxChannel.receiver().handler(message -> {}));
            idle.call(() -> vertxChannel.receiver().receive());
        }
        await().until(() -> channel.stats().waitingReceivers() == 100);
        assertThat(host.call(() -> "still served")).isEqualTo("still served");
    }
}
