package io.millrace.vertx;

import static io.millrace.vertx.Host.get;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.Channel;
import io.vertx.core.Future;
import io.vertx.core.ThreadingModel;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** How a context divides its time between messages and everything else. */
class TurnsTest {
    private final Vertx vertx = Vertx.vertx();

    /** Vert.x closes what becomes unreachable. */
    private final List<Object> keptReachable = new ArrayList<>();

    @AfterEach
    void closeVertx() throws Exception {
        get(vertx.close());
    }

    @ParameterizedTest
    @MethodSource("io.millrace.vertx.Host#models")
    void oneDrain_servesManyMessages_butABoundedNumber(ThreadingModel model) throws Exception {
        int count = 10_000;
        Channel<Integer> channel = Channel.unbounded();
        for (int i = 0; i < count; i++) {
            channel.sender().send(i);
        }
        Host host = Host.deploy(vertx, model);
        AtomicInteger inThisDrain = new AtomicInteger();
        List<Integer> drains = new ArrayList<>();
        CountDownLatch served = new CountDownLatch(count);
        host.call(() -> VertxChannel.wrap(vertx, channel).receiver().handler(message -> {
            if (inThisDrain.getAndIncrement() == 0) {
                // enqueued behind the running drain, so it runs as soon as that has ended
                host.context().runOnContext(behind -> drains.add(inThisDrain.getAndSet(0)));
            }
            served.countDown();
        }));
        served.await();
        host.call(() -> null);
        assertThat(drains).allMatch(size -> size <= OwnerContext.TURN_MESSAGES);
        assertThat(drains.size()).isLessThan(count / 10);
        assertThat(drains.stream().mapToInt(Integer::intValue).sum()).isEqualTo(count);
    }

    @ParameterizedTest
    @MethodSource("io.millrace.vertx.Host#models")
    void manyWakeUps_areServedByFewDrains(ThreadingModel model) throws Exception {
        int count = 100;
        Channel<Integer> channel = Channel.rendezvous();
        Host host = Host.deploy(vertx, model);
        VertxReceiver<Integer> receiver = host.call(VertxChannel.wrap(vertx, channel)::receiver);
        AtomicInteger inThisDrain = new AtomicInteger();
        List<Integer> drains = new ArrayList<>();
        List<Future<?>> received = host.call(() -> {
            List<Future<?>> futures = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                futures.add(receiver.receive().onSuccess(message -> {
                    if (inThisDrain.getAndIncrement() == 0) {
                        host.context().runOnContext(behind -> drains.add(inThisDrain.getAndSet(0)));
                    }
                }));
            }
            return futures;
        });
        host.call(() -> {
            for (int i = 0; i < count; i++) {
                assertThat(channel.sender().trySend(i).isSent()).isTrue();
            }
            return null;
        });
        get(Future.all(received));
        host.call(() -> null);
        assertThat(drains).containsExactly(count);
    }

    /** Echoes so many times over a socket of the host's loop. */
    private CompletableFuture<Integer> echoesOnTheLoopOf(Host host, int echoes) throws Exception {
        CompletableFuture<Integer> done = new CompletableFuture<>();
        NetServer server =
                host.call(() -> vertx.createNetServer().connectHandler(socket -> socket.handler(socket::write)));
        Future<NetServer> listening = host.call(() -> server.listen(0, "localhost"));
        int port = get(listening).actualPort();
        NetClient client = vertx.createNetClient();
        keptReachable.add(server);
        keptReachable.add(client);
        NetSocket socket = get(client.connect(port, "localhost"));
        AtomicInteger count = new AtomicInteger();
        socket.handler(buffer -> {
            if (count.incrementAndGet() == echoes) {
                done.complete(echoes);
            } else {
                socket.write("x");
            }
        });
        get(socket.write("x"));
        return done;
    }

    @Test
    void selfFeedingStream_leavesTheLoopToItsSockets() throws Exception {
        Host host = Host.deploy(vertx, ThreadingModel.EVENT_LOOP);
        VertxChannel<Integer> channel = VertxChannel.create(vertx, new ChannelOptions().setUnbounded(true));
        AtomicBoolean stop = new AtomicBoolean();
        VertxSender<Integer> sender = host.call(channel::sender);
        host.call(() -> channel.receiver().handler(message -> {
            if (!stop.get()) {
                sender.send(message);
            }
        }));
        host.call(() -> sender.send(1));
        assertThat(echoesOnTheLoopOf(host, 300).get(20, SECONDS)).isEqualTo(300);
        stop.set(true);
    }

    @Test
    void futuresThatFeedThemselves_leaveTheLoopToItsSockets() throws Exception {
        Host host = Host.deploy(vertx, ThreadingModel.EVENT_LOOP);
        VertxChannel<Integer> channel = VertxChannel.create(vertx, new ChannelOptions().setUnbounded(true));
        AtomicBoolean stop = new AtomicBoolean();
        VertxSender<Integer> sender = host.call(channel::sender);
        VertxReceiver<Integer> receiver = host.call(channel::receiver);
        host.call(() -> {
            sendAndReceive(sender, receiver, stop);
            return null;
        });
        assertThat(echoesOnTheLoopOf(host, 300).get(20, SECONDS)).isEqualTo(300);
        stop.set(true);
    }

    private static void sendAndReceive(
            VertxSender<Integer> sender, VertxReceiver<Integer> receiver, AtomicBoolean stop) {
        if (!stop.get()) {
            sender.send(1).compose(sent -> receiver.receive()).onSuccess(m -> sendAndReceive(sender, receiver, stop));
        }
    }

    @Test
    void pingPong_betweenTwoContextsOfOneLoop_leavesTheLoopToItsSockets() throws Exception {
        Vertx oneLoop = Vertx.builder()
                .with(new io.vertx.core.VertxOptions().setEventLoopPoolSize(1))
                .build();
        try {
            Host a = Host.deploy(oneLoop, ThreadingModel.EVENT_LOOP);
            Host b = Host.deploy(oneLoop, ThreadingModel.EVENT_LOOP);
            VertxChannel<Integer> forth = VertxChannel.wrap(oneLoop, Channel.rendezvous());
            VertxChannel<Integer> back = VertxChannel.wrap(oneLoop, Channel.rendezvous());
            AtomicBoolean stop = new AtomicBoolean();
            VertxSender<Integer> toB = a.call(forth::sender);
            VertxSender<Integer> toA = b.call(back::sender);
            b.call(() -> forth.receiver().handler(toA::send));
            a.call(() -> back.receiver().handler(message -> {
                if (!stop.get()) {
                    toB.send(message);
                }
            }));
            a.call(() -> toB.send(1));
            assertThat(echoesOnTheLoopOf(a, 300).get(20, SECONDS)).isEqualTo(300);
            stop.set(true);
        } finally {
            get(oneLoop.close());
        }
    }

    @Test
    void slowHandler_yieldsAfterEachMessage() throws Exception {
        Host host = Host.deploy(vertx, ThreadingModel.WORKER);
        Channel<Integer> channel = Channel.unbounded();
        for (int i = 0; i < 100; i++) {
            channel.sender().send(i);
        }
        AtomicInteger handled = new AtomicInteger();
        CompletableFuture<Integer> otherEvent = new CompletableFuture<>();
        host.call(() -> VertxChannel.wrap(vertx, channel).receiver().handler(message -> {
            if (handled.incrementAndGet() == 1) {
                host.context().runOnContext(other -> otherEvent.complete(handled.get()));
            }
            long end = System.nanoTime() + OwnerContext.TURN_NANOS;
            while (System.nanoTime() - end < 0) {
                Thread.onSpinWait();
            }
        }));
        assertThat(otherEvent.get(10, SECONDS)).isEqualTo(1);
    }
}
