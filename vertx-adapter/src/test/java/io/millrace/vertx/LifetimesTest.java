package io.millrace.vertx;

import static io.millrace.vertx.Host.get;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.millrace.Channel;
import io.millrace.DisconnectedException;
import io.millrace.SendResult;
import io.vertx.core.Context;
import io.vertx.core.Deployable;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.ThreadingModel;
import io.vertx.core.Vertx;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** What ends with a verticle, with its Vert.x, and with the last handle, on every threading model. */
@ParameterizedClass
@MethodSource("io.millrace.vertx.Host#models")
class LifetimesTest {
    private final ThreadingModel model;
    private final Vertx vertx = Vertx.vertx();
    private Host host;

    LifetimesTest(ThreadingModel model) {
        this.model = model;
    }

    @BeforeEach
    void deploy() throws Exception {
        host = Host.deploy(vertx, model);
    }

    @AfterEach
    void closeVertx() throws Exception {
        get(vertx.close());
    }

    private static ChannelOptions capacity(int capacity) {
        return new ChannelOptions().setCapacity(capacity);
    }

    // ---- undeploy

    @Test
    void undeploy_closesItsHandles() throws Exception {
        VertxChannel<Integer> channel = VertxChannel.create(vertx, capacity(1));
        VertxReceiver<Integer> receiver = host.call(channel::receiver);
        VertxSender<Integer> sender = host.call(channel::sender);
        get(host.undeploy());
        assertThat(receiver.receiver().isClosed()).isTrue();
        assertThat(sender.sender().isClosed()).isTrue();
        get(channel.disconnected());
    }

    @Test
    void undeploy_endsWaitingOperations_whichHadNoEffect() throws Exception {
        Channel<Integer> channel = Channel.bounded(1);
        VertxChannel<Integer> vertxChannel = VertxChannel.wrap(vertx, channel);
        VertxReceiver<Integer> receiver = host.call(vertxChannel::receiver);
        Future<Integer> received = host.call(receiver::receive);
        get(host.undeploy());
        assertThatThrownBy(() -> get(received)).isInstanceOf(CancellationException.class);
        assertThat(channel.stats().waitingReceivers()).isZero();
        Host sending = Host.deploy(vertx, model);
        VertxSender<Integer> sender = sending.call(vertxChannel::sender);
        Future<Void> accepted = sending.call(() -> sender.send(1));
        Future<Void> waiting = sending.call(() -> sender.send(2));
        get(sending.undeploy());
        get(accepted);
        assertThatThrownBy(() -> get(waiting)).isInstanceOf(CancellationException.class);
        assertThat(channel.stats().size()).isEqualTo(1);
        assertThat(channel.stats().waitingSenders()).isZero();
    }

    @Test
    void undeploy_endsOperationsThatItsContextMadeByHandlesOfOthers() throws Exception {
        Channel<Integer> channel = Channel.bounded(1);
        VertxReceiver<Integer> receiver =
                Host.deploy(vertx, ThreadingModel.EVENT_LOOP).call(VertxChannel.wrap(vertx, channel)::receiver);
        Future<Integer> received = host.call(receiver::receive);
        get(host.undeploy());
        assertThatThrownBy(() -> get(received)).isInstanceOf(CancellationException.class);
        assertThat(receiver.receiver().isClosed()).isFalse();
        assertThat(channel.stats().waitingReceivers()).isZero();
    }

    @Test
    void undeploy_refusesWhatListenersBeginMeanwhile() throws Exception {
        Channel<Integer> channel = Channel.unbounded();
        VertxChannel<Integer> vertxChannel = VertxChannel.wrap(vertx, channel);
        VertxReceiver<Integer> waiting = host.call(VertxChannel.<Integer>create(vertx, capacity(1))::receiver);
        VertxSender<Integer> own = host.call(vertxChannel::sender);
        VertxSender<Integer> ofOther =
                Host.deploy(vertx, ThreadingModel.EVENT_LOOP).call(vertxChannel::sender);
        List<Throwable> refusals = Collections.synchronizedList(new ArrayList<>());
        host.call(() -> waiting.receive().onComplete(ended -> sendForEver(ofOther, refusals)));
        host.call(() -> waiting.receive().onComplete(ended -> sendForEver(own, refusals)));
        get(host.undeploy());
        await().untilAsserted(() -> assertThat(refusals).hasSize(2));
        assertThat(refusals).allMatch(IllegalStateException.class::isInstance); // CancellationException is one
        assertThat(channel.stats().sent()).isZero();
    }

    private static void sendForEver(VertxSender<Integer> sender, List<Throwable> refusals) {
        try {
            sender.send(1).onSuccess(sent -> sendForEver(sender, refusals)).onFailure(refusals::add);
        } catch (IllegalStateException closed) {
            refusals.add(closed);
        }
    }

    @Test
    void undeploy_withMessagesHandedOver_givesThemToTheNextReceiver_inTheirOrder() throws Exception {
        Channel<Integer> channel = Channel.bounded(1);
        VertxChannel<Integer> vertxChannel = VertxChannel.wrap(vertx, channel);
        List<Object> handled = new ArrayList<>();
        List<Future<?>> futures = new ArrayList<>();
        Deployable stopping = new Deployable() {
            @Override
            public Future<?> deploy(Context context) {
                VertxReceiver<Integer> receiver = vertxChannel.receiver();
                VertxReceiver<Integer> other = vertxChannel.receiver();
                futures.add(receiver.receive());
                receiver.handler(handled::add);
                futures.add(other.receive());
                return Future.succeededFuture();
            }

            @Override
            public Future<?> undeploy(Context context) {
                futures.add(vertxChannel.receiver().receive());
                for (int i = 1;
                        i <= 4;
                        i++) { // what their wakers queue stands behind this event, and the end within it
                    assertThat(channel.sender().trySend(i)).isEqualTo(SendResult.SENT);
                }
                assertThat(channel.stats().size()).isZero();
                return Future.succeededFuture();
            }
        };
        String id = get(vertx.deployVerticle(stopping, new DeploymentOptions().setThreadingModel(model)));
        await().until(() -> channel.stats().waitingReceivers() == 3);
        get(vertx.undeploy(id));
        for (int i = 1; i <= 4; i++) {
            assertThat(channel.receiver().tryReceive().orNull()).isEqualTo(i);
        }
        assertThat(futures).allMatch(Future::failed);
        assertThat(handled).isEmpty();
    }

    @Test
    void undeploy_inTheMiddleOfTraffic_losesNothing_andEnds() throws Exception {
        int count = 30_000;
        Channel<Integer> channel = Channel.bounded(16);
        VertxChannel<Integer> vertxChannel = VertxChannel.wrap(vertx, channel);
        ConcurrentLinkedQueue<Integer> seen = new ConcurrentLinkedQueue<>();
        AtomicInteger seenCount = new AtomicInteger();
        Handler<Integer> see = message -> {
            seen.add(message);
            seenCount.incrementAndGet();
        };
        CompletableFuture<Void> produced = CompletableFuture.runAsync(() -> {
            try {
                for (int i = 0; i < count; i++) {
                    channel.sender().send(i);
                }
            } catch (InterruptedException interrupted) {
                throw new AssertionError(interrupted);
            }
        });
        Host.deploy(vertx, ThreadingModel.EVENT_LOOP)
                .call(() -> vertxChannel.receiver().handler(see));
        int rounds = 0;
        while (!produced.isDone()) {
            Host passing = Host.deploy(vertx, model);
            passing.call(() -> {
                VertxReceiver<Integer> receiver = vertxChannel.receiver();
                receiver.handler(see);
                receiveForEver(receiver, see);
                return null;
            });
            get(passing.undeploy());
            rounds++;
        }
        produced.get();
        await().untilAsserted(
                        () -> assertThat(seenCount).as("%s", channel.stats()).hasValue(count));
        assertThat(rounds).isPositive();
        assertThat(seen)
                .containsExactlyInAnyOrderElementsOf(
                        IntStream.range(0, count).boxed().toList());
    }

    private static void receiveForEver(VertxReceiver<Integer> receiver, Handler<Integer> see) {
        if (receiver.receiver().isClosed()) {
            return;
        }
        receiver.receive().onSuccess(message -> {
            see.handle(message);
            receiveForEver(receiver, see);
        });
    }

    @Test
    void undeploy_whileDraining_endsBetweenTwoMessages() throws Exception {
        Channel<Integer> channel = Channel.unbounded();
        VertxChannel<Integer> vertxChannel = VertxChannel.wrap(vertx, channel);
        VertxSender<Integer> feeder =
                Host.deploy(vertx, ThreadingModel.EVENT_LOOP).call(vertxChannel::sender);
        CountDownLatch draining = new CountDownLatch(1000);
        host.call(() -> vertxChannel.receiver().handler(message -> {
            draining.countDown();
            feeder.trySend(message); // for ever
        }));
        channel.sender().send(1);
        channel.sender().send(2);
        draining.await();
        get(host.undeploy());
        assertThat(channel.stats().size()).isEqualTo(2);
    }

    @Test
    void undeploy_leavesSharedChannelsConnected() throws Exception {
        VertxChannel<Integer> shared = VertxChannel.shared(vertx, "jobs", capacity(3));
        VertxSender<Integer> sender = host.call(shared::sender);
        host.call(shared::receiver);
        get(host.call(() -> sender.send(7)));
        get(host.undeploy());
        assertThat(shared.disconnected().isComplete()).isFalse();
        VertxReceiver<Integer> later =
                Host.deploy(vertx, model).call(VertxChannel.<Integer>shared(vertx, "jobs", capacity(3))::receiver);
        assertThat(get(later.receive())).isEqualTo(7);
    }

    @Test
    void undeploy_closesHandlesThatTheProgramLost() throws Exception {
        VertxChannel<Integer> channel = VertxChannel.create(vertx, capacity(1));
        host.call(() -> channel.receiver().handler(message -> {}));
        host.call(() -> channel.receiver().receive());
        host.call(() -> channel.receiver().toString());
        WeakReference<Object> collected = new WeakReference<>(new Object());
        await().until(() -> {
            System.gc();
            return collected.refersTo(null);
        });
        assertThat(channel.stats().receivers()).isEqualTo(3);
        get(host.undeploy());
        assertThat(channel.stats().receivers()).isZero();
    }

    @Test
    void handlesLostOutsideOfVerticles_becomeUnreachable_unlessTheyWait() throws Exception {
        Channel<Integer> channel = Channel.bounded(1);
        VertxChannel<Integer> vertxChannel = VertxChannel.wrap(vertx, channel);
        Context lasting = vertx.getOrCreateContext();
        WeakReference<?> receiver = new WeakReference<>(Host.callOn(lasting, vertxChannel::receiver));
        WeakReference<?> sender = new WeakReference<>(Host.callOn(lasting, vertxChannel::sender));
        WeakReference<?> waiting = new WeakReference<>(
                Host.callOn(lasting, () -> vertxChannel.receiver().handler(message -> {})));
        await().until(() -> channel.stats().waitingReceivers() == 1);
        await().until(() -> {
            System.gc();
            return receiver.refersTo(null) && sender.refersTo(null);
        });
        assertThat(waiting.refersTo(null)).isFalse();
        assertThat(lasting.owner()).isSameAs(vertx);
    }

    // ---- vertx.close

    @Test
    void vertxClose_endsEverythingThatWaits() throws Exception {
        VertxChannel<Integer> channel = VertxChannel.create(vertx, capacity(0));
        VertxChannel<Integer> shared = VertxChannel.shared(vertx, "jobs", capacity(0));
        VertxReceiver<Integer> receiver = host.call(channel::receiver);
        VertxSender<Integer> sender = host.call(shared::sender);
        List<Future<?>> waiting = new ArrayList<>();
        waiting.add(host.call(receiver::receive));
        waiting.add(host.call(() -> receiver.receiveMany(3)));
        waiting.add(host.call(() -> sender.send(1)));
        waiting.add(host.call(sender::end));
        CompletableFuture<Object> streamEnded = new CompletableFuture<>();
        host.call(() -> channel.receiver()
                .endHandler(streamEnded::complete)
                .exceptionHandler(streamEnded::complete)
                .handler(message -> {}));
        get(vertx.close());
        for (Future<?> each : waiting) {
            await().until(each::isComplete);
        }
        assertThat(channel.channel().disconnected()).isDone();
        assertThat(shared.channel().disconnected()).isDone();
    }

    @Test
    void vertxClose_releasesThreadsThatBlockInTheCore() throws Exception {
        VertxChannel<Integer> shared = VertxChannel.shared(vertx, "jobs", capacity(1));
        CompletableFuture<Throwable> released = new CompletableFuture<>();
        Host blocking = Host.deploy(vertx, model == ThreadingModel.EVENT_LOOP ? ThreadingModel.WORKER : model);
        blocking.context().runOnContext(v -> {
            try {
                shared.channel().receiver().receive();
            } catch (DisconnectedException | InterruptedException failure) {
                released.complete(failure);
            }
        });
        await().until(() -> shared.stats().waitingReceivers() == 1);
        get(vertx.close());
        assertThat(released.get(10, SECONDS)).isInstanceOf(DisconnectedException.class);
    }

    @Test
    void vertxClose_endsOperationsOfThreadsWithoutContext() throws Exception {
        VertxReceiver<Integer> receiver =
                VertxChannel.wrap(vertx, Channel.<Integer>bounded(1)).receiver();
        Future<Integer> received = receiver.receive();
        get(vertx.close());
        await().until(received::isComplete);
        assertThat(received.cause()).isInstanceOf(CancellationException.class);
        assertThat(receiver.receiver().isClosed()).isTrue();
    }

    @Test
    void afterVertxClose_channelsAreRefused() throws Exception {
        get(vertx.close());
        assertThatThrownBy(() -> VertxChannel.create(vertx, capacity(1))).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> VertxChannel.shared(vertx, "jobs", capacity(1)))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void send_toAReceiverWhoseVertxIsClosed_isNotDisturbed() throws Exception {
        Channel<Integer> channel = Channel.bounded(1);
        Vertx closing = Vertx.vertx();
        Host gone = Host.deploy(closing, model);
        VertxReceiver<Integer> receiver = gone.call(VertxChannel.wrap(closing, channel)::receiver);
        gone.call(() -> receiver.handler(message -> {}));
        gone.call(receiver::receive);
        await().until(() -> channel.stats().waitingReceivers() == 2);
        get(closing.close());
        assertThat(channel.sender().trySend(1)).isEqualTo(SendResult.SENT);
        assertThat(channel.receiver().receive()).isEqualTo(1);
    }

    // ---- the channel

    @Test
    void shared_byTheSameName_isTheSameChannel() {
        VertxChannel<Integer> first = VertxChannel.shared(vertx, "jobs", capacity(3));
        assertThat(VertxChannel.<Integer>shared(vertx, "jobs", capacity(3))).isSameAs(first);
        assertThat(VertxChannel.<Integer>shared(vertx, "others", capacity(3))).isNotSameAs(first);
        assertThat(first.stats().name()).isEqualTo("jobs");
    }

    @Test
    void shared_withOtherOptions_isRefused() {
        VertxChannel.shared(vertx, "jobs", capacity(3));
        assertThatThrownBy(() -> VertxChannel.shared(vertx, "jobs", capacity(4)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("jobs")
                .hasMessageContaining("\"capacity\":3")
                .hasMessageContaining("\"capacity\":4");
    }

    @Test
    void close_ofASharedChannel_freesItsName_andReceiversDrainIt() throws Exception {
        VertxChannel<Integer> first = VertxChannel.shared(vertx, "jobs", capacity(3));
        VertxReceiver<Integer> receiver = host.call(first::receiver);
        get(host.call(() -> first.sender().send(1)));
        get(host.call(first::close));
        Integer drained = get(host.call(() -> receiver.receive()));
        assertThat(drained).isEqualTo(1);
        assertThatThrownBy(() -> get(host.call(receiver::receive))).isInstanceOf(DisconnectedException.class);
        get(host.call(first::disconnected));
        assertThat(VertxChannel.<Integer>shared(vertx, "jobs", capacity(9))).isNotSameAs(first);
    }

    @Test
    void create_isDisconnectedByItsLastSender() throws Exception {
        VertxChannel<Integer> channel = VertxChannel.create(vertx, capacity(3));
        VertxReceiver<Integer> receiver = host.call(channel::receiver);
        VertxSender<Integer> first = host.call(channel::sender);
        VertxSender<Integer> second = host.call(channel::sender);
        assertThat(channel.stats().senders()).isEqualTo(2);
        get(host.call(() -> first.send(1)));
        get(host.call(first::close));
        VertxSender<Integer> third = host.call(channel::sender); // duplicated from what is open
        get(host.call(second::end));
        get(host.call(() -> third.send(2)));
        get(host.call(third::end));
        assertThat(get(host.call(() -> receiver.receiveMany(10)))).containsExactly(1, 2);
        assertThatThrownBy(() -> get(host.call(receiver::receive))).isInstanceOf(DisconnectedException.class);
        assertThatThrownBy(channel::sender).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void wrap_leavesTheChannelsFirstHandlesOpen() throws Exception {
        Channel<Integer> channel = Channel.bounded(1);
        VertxChannel<Integer> vertxChannel = VertxChannel.wrap(vertx, channel);
        VertxSender<Integer> sender = host.call(vertxChannel::sender);
        get(host.call(sender::end));
        get(host.undeploy());
        assertThat(channel.sender().trySend(1)).isEqualTo(SendResult.SENT);
        assertThat(vertxChannel.channel()).isSameAs(channel);
    }

    @Test
    void closedHandle_isRefusedAtOnce() throws Exception {
        VertxChannel<Integer> channel = VertxChannel.create(vertx, capacity(3));
        VertxReceiver<Integer> receiver = host.call(channel::receiver);
        VertxSender<Integer> sender = host.call(channel::sender);
        get(host.call(receiver::close));
        get(host.call(sender::close));
        assertThatThrownBy(receiver::receive).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(receiver::tryReceive).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> sender.send(1)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> sender.trySend(1)).isInstanceOf(IllegalStateException.class);
    }
}
