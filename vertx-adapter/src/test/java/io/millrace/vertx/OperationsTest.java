package io.millrace.vertx;

import static io.millrace.vertx.Host.get;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.Channel;
import io.millrace.DisconnectedException;
import io.millrace.SendResult;
import io.vertx.core.Future;
import io.vertx.core.ThreadingModel;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** Sends and receives as futures, on every threading model. */
@ParameterizedClass
@MethodSource("io.millrace.vertx.Host#models")
class OperationsTest {
    private final ThreadingModel model;
    private final Vertx vertx = Vertx.vertx();
    private final Channel<Integer> channel = Channel.bounded(4);
    private Host host;
    private VertxSender<Integer> sender;
    private VertxReceiver<Integer> receiver;

    OperationsTest(ThreadingModel model) {
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

    @Test
    void receives_areServedInTheOrderOfTheirCalls() throws Exception {
        ConcurrentLinkedQueue<String> order = new ConcurrentLinkedQueue<>();
        List<Future<?>> received = host.call(() -> {
            List<Future<?>> futures = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                int call = i;
                futures.add(receiver.receive().onSuccess(message -> order.add(call + "=" + message)));
            }
            return futures;
        });
        for (int i = 0; i < 100; i++) {
            channel.sender().send(i);
        }
        get(Future.all(received));
        assertThat(order)
                .containsExactlyElementsOf(
                        IntStream.range(0, 100).mapToObj(i -> i + "=" + i).toList());
    }

    @Test
    void receive_inTime_winsOverItsTimeout() throws Exception {
        Future<Integer> received = host.call(() -> receiver.receive(Duration.ofDays(400_000)));
        channel.sender().send(5);
        assertThat(get(received)).isEqualTo(5);
    }

    @Test
    void receive_withLimitlessTimeout_waits() throws Exception {
        Future<Integer> received = host.call(() -> receiver.receive(Duration.ofSeconds(Long.MAX_VALUE)));
        channel.sender().send(5);
        assertThat(get(received)).isEqualTo(5);
    }

    @Test
    void zeroOrNegativeTimeout_isOneAttempt() throws Exception {
        assertThatThrownBy(() -> get(receiver.receive(Duration.ZERO))).isInstanceOf(TimeoutException.class);
        assertThatThrownBy(() -> get(receiver.receive(Duration.ofSeconds(-1)))).isInstanceOf(TimeoutException.class);
        for (int i = 0; i < 4; i++) {
            get(sender.send(i, Duration.ZERO));
        }
        assertThatThrownBy(() -> get(sender.send(4, Duration.ZERO))).isInstanceOf(TimeoutException.class);
        assertThat(get(receiver.receive(Duration.ZERO))).isZero();
        channel.cancel();
        assertThatThrownBy(() -> get(receiver.receive(Duration.ZERO))).isInstanceOf(DisconnectedException.class);
        assertThatThrownBy(() -> get(sender.send(4, Duration.ZERO))).isInstanceOf(DisconnectedException.class);
    }

    @Test
    void timeouts_racingWithMessages_loseAndRepeatNothing() throws Exception {
        int count = 1_000;
        ConcurrentLinkedQueue<Integer> seen = new ConcurrentLinkedQueue<>();
        CompletableFuture<Void> ended = new CompletableFuture<>();
        host.call(() -> {
            receiveWithTimeouts(seen, ended);
            return null;
        });
        for (int i = 0; i < count; i++) {
            channel.sender().send(i);
            Thread.yield();
        }
        channel.close();
        ended.get(20, SECONDS);
        assertThat(seen)
                .containsExactlyElementsOf(IntStream.range(0, count).boxed().toList());
    }

    private void receiveWithTimeouts(ConcurrentLinkedQueue<Integer> seen, CompletableFuture<Void> ended) {
        receiver.receive(Duration.ofNanos(20_000)).onComplete(done -> {
            if (done.succeeded()) {
                seen.add(done.result());
            } else if (done.cause() instanceof DisconnectedException) {
                ended.complete(null);
                return;
            } else if (!(done.cause() instanceof TimeoutException)) {
                ended.completeExceptionally(done.cause());
                return;
            }
            receiveWithTimeouts(seen, ended);
        });
    }

    @Test
    void receiveMany_takesWhatIsThere_upToTheLimit_inOrder() throws Exception {
        for (int i = 0; i < 4; i++) {
            channel.sender().send(i);
        }
        Future<Void> waiting = host.call(() -> sender.send(4));
        assertThat(get(host.call(() -> receiver.receiveMany(3)))).containsExactly(0, 1, 2);
        get(waiting);
        assertThat(get(host.call(() -> receiver.receiveMany(100)))).containsExactly(3, 4);
        Future<List<Integer>> batch = host.call(() -> receiver.receiveMany(2));
        channel.sender().send(5);
        assertThat(get(batch)).containsExactly(5);
    }

    @Test
    void receiveMany_belowOne_isRefusedNamingTheValue() {
        assertThatThrownBy(() -> receiver.receiveMany(0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("max must be >= 1: 0");
    }

    @Test
    void tryOperations_sayWhatTheyFound() {
        assertThat(receiver.tryReceive().isReceived()).isFalse();
        for (int i = 0; i < 4; i++) {
            assertThat(sender.trySend(i)).isEqualTo(SendResult.SENT);
        }
        assertThat(sender.trySend(4)).isEqualTo(SendResult.FULL);
        assertThat(receiver.tryReceive().get()).isZero();
        channel.cancel();
        assertThat(sender.trySend(4)).isEqualTo(SendResult.DISCONNECTED);
        assertThat(receiver.tryReceive().isDisconnected()).isTrue();
    }

    @Test
    void nullMessage_isRefused_andTheChannelIsUnchanged() {
        assertThatThrownBy(() -> sender.send(null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> sender.write(null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> sender.trySend(null)).isInstanceOf(NullPointerException.class);
        assertThat(channel.stats().sent()).isZero();
    }

    @Test
    void close_ofAHandle_endsItsOwnReceivesOnly() throws Exception {
        VertxReceiver<Integer> other = host.call(VertxChannel.wrap(vertx, channel)::receiver);
        Future<Integer> ended = host.call(receiver::receive);
        Future<Integer> waits = host.call(other::receive);
        get(host.call(receiver::close));
        assertThatThrownBy(() -> get(ended)).isInstanceOf(CancellationException.class);
        channel.sender().send(3);
        assertThat(get(waits)).isEqualTo(3);
    }

    @Test
    void recursionThroughFuturesThatAreDone_doesNotOverflowTheStack() throws Exception {
        int count = 100_000;
        Channel<Integer> wide = Channel.unbounded();
        VertxSender<Integer> feeding = host.call(VertxChannel.wrap(vertx, wide)::sender);
        VertxReceiver<Integer> eating = host.call(VertxChannel.wrap(vertx, wide)::receiver);
        CompletableFuture<Integer> sent = new CompletableFuture<>();
        host.call(() -> {
            sendNext(feeding, 0, count, sent);
            return null;
        });
        assertThat(sent.get(20, SECONDS)).isEqualTo(count);
        AtomicInteger received = new AtomicInteger();
        CompletableFuture<Integer> all = new CompletableFuture<>();
        host.call(() -> {
            receiveNext(eating, received, count, all);
            return null;
        });
        assertThat(all.get(20, SECONDS)).isEqualTo(count);
    }

    @Test
    void recursionThroughFuturesThatAreDone_leavesTheStackNowAndThen() throws Exception {
        Channel<Integer> wide = Channel.unbounded();
        Nesting nesting = new Nesting(host.call(VertxChannel.wrap(vertx, wide)::sender), 10_000);
        host.call(() -> {
            nesting.sendNext();
            return null;
        });
        assertThat(nesting.all.get(20, SECONDS)).isBetween(2, OwnerContext.CALLS + 1);
    }

    /** Sends, each from within the future of the one before, and sees how deep that goes. */
    private static final class Nesting {
        private final VertxSender<Integer> sender;
        private final CompletableFuture<Integer> all = new CompletableFuture<>();
        private int left;
        private int depth;
        private int deepest;

        Nesting(VertxSender<Integer> sender, int messages) {
            this.sender = sender;
            this.left = messages;
        }

        void sendNext() {
            depth++;
            deepest = Math.max(deepest, depth);
            if (left-- == 0) {
                all.complete(deepest);
            } else {
                sender.send(left).onSuccess(sent -> sendNext());
            }
            depth--;
        }
    }

    private static void sendNext(VertxSender<Integer> feeding, int next, int count, CompletableFuture<Integer> sent) {
        if (next == count) {
            sent.complete(count);
            return;
        }
        feeding.send(next)
                .onSuccess(accepted -> sendNext(feeding, next + 1, count, sent))
                .onFailure(sent::completeExceptionally);
    }

    private static void receiveNext(
            VertxReceiver<Integer> eating, AtomicInteger received, int count, CompletableFuture<Integer> all) {
        eating.receive()
                .onSuccess(message -> {
                    if (received.incrementAndGet() == count) {
                        all.complete(count);
                    } else {
                        receiveNext(eating, received, count, all);
                    }
                })
                .onFailure(all::completeExceptionally);
    }

    @Test
    void pingPong_onOneContext_doesNotOverflowTheStack() throws Exception {
        int count = 50_000;
        Channel<Integer> back = Channel.rendezvous();
        Channel<Integer> forth = Channel.rendezvous();
        CompletableFuture<Integer> done = new CompletableFuture<>();
        host.call(() -> {
            VertxSender<Integer> toB = VertxChannel.wrap(vertx, forth).sender();
            VertxSender<Integer> toA = VertxChannel.wrap(vertx, back).sender();
            VertxChannel.wrap(vertx, forth).receiver().handler(message -> toA.send(message + 1));
            VertxChannel.wrap(vertx, back).receiver().handler(message -> {
                if (message >= count) {
                    done.complete(message);
                } else {
                    toB.send(message + 1);
                }
            });
            return toB.send(0);
        });
        assertThat(done.get(20, SECONDS)).isGreaterThanOrEqualTo(count);
    }
}
