package io.millrace.vertx;

import static io.millrace.vertx.Host.get;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.Channel;
import io.vertx.core.Future;
import io.vertx.core.ThreadingModel;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How a context divides its time between messages and everything else. */
class TurnsTest {
    private final Vertx vertx = Vertx.vertx();

    /** Vert.x closes what becomes unreachable. */
    private final List<Object> keptReachable = new ArrayList<>();

    @AfterEach
    void closeVertx() throws Exception {
        get(vertx.close());
    }

    private long turnsOf(Host host) throws Exception {
        return host.call(() -> OwnerContext.current(vertx).turns());
    }

    @ParameterizedTest
    @MethodSource("io.millrace.vertx.Host#models")
    void oneTurn_servesManyMessages_butABoundedNumber(ThreadingModel model) throws Exception {
        int count = 10_000;
        Channel<Integer> channel = Channel.unbounded();
        for (int i = 0; i < count; i++) {
            channel.sender().send(i);
        }
        Host host = Host.deploy(vertx, model);
        long before = turnsOf(host);
        AtomicInteger inThisTurn = new AtomicInteger();
        List<Integer> turns = new ArrayList<>();
        CountDownLatch served = new CountDownLatch(count);
        host.call(() -> VertxChannel.wrap(vertx, channel).receiver().handler(message -> {
            if (inThisTurn.getAndIncrement() == 0) {
                // enqueued behind the running turn, so it runs as soon as that has ended
                host.context().runOnContext(behind -> turns.add(inThisTurn.getAndSet(0)));
            }
            served.countDown();
        }));
        served.await();
        long used = turnsOf(host) - before;
        assertThat(used).isBetween((long) count / Turn.MESSAGES, count / 10L);
        assertThat(turns).allMatch(size -> size <= Turn.MESSAGES).hasSizeBetween(count / Turn.MESSAGES, count / 10);
        assertThat(turns.stream().mapToInt(Integer::intValue).sum()).isEqualTo(count);
    }

    @ParameterizedTest
    @MethodSource("io.millrace.vertx.Host#models")
    void manyWakeUps_areServedInOneTurn(ThreadingModel model) throws Exception {
        int count = 100;
        Channel<Integer> channel = Channel.rendezvous();
        Host host = Host.deploy(vertx, model);
        VertxReceiver<Integer> receiver = host.call(VertxChannel.wrap(vertx, channel)::receiver);
        List<Future<?>> received = host.call(() -> {
            List<Future<?>> futures = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                futures.add(receiver.receive());
            }
            return futures;
        });
        long before = turnsOf(host);
        host.call(() -> {
            for (int i = 0; i < count; i++) {
                assertThat(channel.sender().trySend(i).isSent()).isTrue();
            }
            return null;
        });
        get(Future.all(received));
        // on virtual threads a second turn stands ready, in case that a handler suspends the first; and a turn whose
        // thread
        // the machine takes away for too long ends early
        assertThat(turnsOf(host) - before).isBetween(1L, count / 10L);
    }

    private CompletableFuture<Integer> echoesOnTheLoopOf(Host host, int echoes) throws Exception {
        return echoesOnTheLoopOf(vertx, host, echoes);
    }

    /** Echoes so many times over a socket of the loop of a host, which is a verticle of this Vert.x. */
    private CompletableFuture<Integer> echoesOnTheLoopOf(Vertx vertx, Host host, int echoes) throws Exception {
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

    @Test
    void sendsOfManyEvents_completeInsideTheirCalls_ifThoseOfEachAreFew() throws Exception {
        Host host = Host.deploy(vertx, ThreadingModel.EVENT_LOOP);
        VertxSender<Integer> sender = host.call(VertxChannel.wrap(vertx, Channel.<Integer>unbounded())::sender);
        int ofOneEvent = OwnerContext.CALLS;
        for (int event = 0; event < Turn.MESSAGES / ofOneEvent; event++) {
            assertThat(host.call(() -> allSucceedAtOnce(sender, ofOneEvent)))
                    .as("event %s", event)
                    .isTrue();
        }
        // and the loop looks at its sockets after so many of them
        assertThat(host.call(() -> sender.send(1).isComplete())).isFalse();
    }

    @Test
    void sendsOfATask_completeInsideTheirCalls_whateverTheEventBeforeHasSent() throws Exception {
        Host host = Host.deploy(vertx, ThreadingModel.EVENT_LOOP);
        VertxSender<Integer> sender = host.call(VertxChannel.wrap(vertx, Channel.<Integer>unbounded())::sender);
        Channel<Integer> waking = Channel.unbounded();
        CompletableFuture<Boolean> atOnce = new CompletableFuture<>();
        host.call(() -> VertxChannel.wrap(vertx, waking)
                .receiver()
                .receive()
                .onSuccess(woken -> atOnce.complete(allSucceedAtOnce(sender, OwnerContext.CALLS))));
        // too few to renew the calls after this event
        assertThat(host.call(() -> allSucceedAtOnce(sender, OwnerContext.CALLS / 2)))
                .isTrue();
        waking.sender().send(1);
        assertThat(atOnce.get(10, SECONDS)).isTrue();
    }

    @Test
    void sendsOfEachMessageOfAStream_completeInsideTheirCalls() throws Exception {
        Host host = Host.deploy(vertx, ThreadingModel.EVENT_LOOP);
        VertxSender<Integer> sender = host.call(VertxChannel.wrap(vertx, Channel.<Integer>unbounded())::sender);
        Channel<Integer> messages = Channel.unbounded();
        for (int i = 0; i < 4; i++) {
            messages.sender().send(i);
        }
        List<Boolean> atOnce = new ArrayList<>();
        CompletableFuture<List<Boolean>> all = new CompletableFuture<>();
        host.call(() -> VertxChannel.wrap(vertx, messages).receiver().handler(message -> {
            atOnce.add(allSucceedAtOnce(sender, OwnerContext.CALLS));
            if (atOnce.size() == 4) {
                all.complete(atOnce);
            }
        }));
        assertThat(all.get(10, SECONDS)).containsOnly(true);
    }

    private static boolean allSucceedAtOnce(VertxSender<Integer> sender, int count) {
        return Stream.generate(() -> sender.send(1)).limit(count).allMatch(Future::succeeded);
    }

    private static void sendAndReceive(
            VertxSender<Integer> sender, VertxReceiver<Integer> receiver, AtomicBoolean stop) {
        if (!stop.get()) {
            sender.send(1).compose(sent -> receiver.receive()).onSuccess(m -> sendAndReceive(sender, receiver, stop));
        }
    }

    @ParameterizedTest
    @MethodSource("io.millrace.vertx.Host#models")
    void endlessPingPongOfFutures_leavesTheContextToItsOtherEvents(ThreadingModel model) throws Exception {
        Host host = Host.deploy(vertx, model);
        AtomicBoolean stop = new AtomicBoolean();
        AtomicInteger rounds = new AtomicInteger();
        host.call(() -> {
            VertxChannel<Integer> forth = VertxChannel.wrap(vertx, Channel.rendezvous());
            VertxChannel<Integer> back = VertxChannel.wrap(vertx, Channel.rendezvous());
            echo(forth.receiver(), back.sender());
            pingPong(forth.sender(), back.receiver(), stop, rounds);
            return null;
        });
        for (int i = 0; i < 100; i++) {
            assertThat(host.call(() -> "posted from outside")).isNotNull();
        }
        if (model == ThreadingModel.EVENT_LOOP) {
            assertThat(echoesOnTheLoopOf(host, 300).get(20, SECONDS)).isEqualTo(300);
        }
        int before = rounds.get();
        await().until(() -> rounds.get() > before + 1000);
        stop.set(true);
    }

    private static void echo(VertxReceiver<Integer> receiver, VertxSender<Integer> sender) {
        receiver.receive().compose(sender::send).onSuccess(sent -> echo(receiver, sender));
    }

    private static void pingPong(
            VertxSender<Integer> sender, VertxReceiver<Integer> receiver, AtomicBoolean stop, AtomicInteger rounds) {
        sender.send(1).compose(sent -> receiver.receive()).onSuccess(echo -> {
            rounds.incrementAndGet();
            if (!stop.get()) {
                pingPong(sender, receiver, stop, rounds);
            }
        });
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 500})
    void pingPong_betweenTwoContextsOfOneLoop_leavesTheLoopToItsSockets(int microsOfAHandler) throws Exception {
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
            b.call(() -> forth.receiver().handler(message -> {
                spin(microsOfAHandler * 1000L);
                toA.send(message);
            }));
            a.call(() -> back.receiver().handler(message -> {
                if (!stop.get()) {
                    toB.send(message);
                }
            }));
            a.call(() -> toB.send(1));
            assertThat(echoesOnTheLoopOf(oneLoop, a, 300).get(20, SECONDS)).isEqualTo(300);
            stop.set(true);
        } finally {
            get(oneLoop.close());
        }
    }

    @Test
    void timer_ofAVertxThatIsClosed_neverFires_andDoesNoHarm() throws Exception {
        Vertx closing = Vertx.vertx();
        OwnerContext owner = OwnerContext.ofItsOwn(closing);
        get(closing.close());
        assertThat(owner.after(Duration.ofSeconds(1), () -> {})).isNull();
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
            spin(Turn.NANOS);
        }));
        assertThat(otherEvent.get(10, SECONDS)).isEqualTo(1);
    }

    private static void spin(long nanos) {
        long end = System.nanoTime() + nanos;
        while (System.nanoTime() - end < 0) {
            Thread.onSpinWait();
        }
    }
}
