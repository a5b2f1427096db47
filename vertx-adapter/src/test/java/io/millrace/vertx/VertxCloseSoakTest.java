package io.millrace.vertx;

import static java.util.concurrent.TimeUnit.MICROSECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.Channel;
import io.millrace.Receiver;
import io.millrace.Sender;
import io.millrace.vertx.Ledger.Message;
import io.vertx.core.Context;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.ThreadingModel;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Vert.x instances that close at random moments, with everything at work that this library has: channels of all three
 * kinds, a work queue, verticles of all models, threads that wait in the core's blocking calls. The moment comes after the
 * verticles are deployed: Vert.x never ends the context of a verticle whose deployment its close breaks off.
 *
 * <p>The long form: {@code -Dtest=VertxCloseSoakTest -Dmillrace.soak.closes=1000}; {@code -Dmillrace.soak.seed=N}
 * repeats the random choices of a run, though not its timing. The report says how long closes took.
 */
class VertxCloseSoakTest {
    private static final int INSTANCES = Integer.getInteger("millrace.soak.closes", 25);

    private final long seed = Long.getLong("millrace.soak.seed", System.nanoTime());
    private long closeNanos;
    private long slowestClose;
    private long messages;
    private long jobs;

    @Test
    @Timeout(value = 14, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void vertxThatClosesAtAnyMoment_endsEverything_losesNothing_repeatsNothing() throws Exception {
        SplittableRandom randoms = new SplittableRandom(seed);
        for (int i = 0; i < INSTANCES; i++) {
            new Instance("seed " + seed + ", instance " + i, randoms.split()).run();
        }
        System.getLogger(getClass().getName())
                .log(
                        Level.INFO,
                        "%d closes, %d messages, %d jobs, mean %.2f ms, slowest %.1f ms, seed %d"
                                .formatted(
                                        INSTANCES,
                                        messages,
                                        jobs,
                                        closeNanos / 1e6 / INSTANCES,
                                        slowestClose / 1e6,
                                        seed));
    }

    /** One Vert.x, and what goes on in it. */
    private final class Instance {
        private final String name;
        private final SplittableRandom random;
        private final List<ThreadingModel> models = Host.models().toList();
        private final Vertx vertx = Vertx.vertx(
                new VertxOptions().setEventLoopPoolSize(2).setWorkerPoolSize(8).setInternalBlockingPoolSize(2));

        private final Channel<Message> core;
        private final Ledger coreLedger = new Ledger();
        private final Actors coreActors;
        private final VertxChannel<Message> shared;
        private final Ledger sharedLedger = new Ledger();
        private final Actors sharedActors;
        private final VertxChannel<Message> created;
        private final VertxSender<Message> firstSender; // kept: outside of verticles, what is lost is closed
        private final VertxReceiver<Message> firstReceiver;
        private final Ledger createdLedger = new Ledger();
        private final Actors createdActors;

        private final Jobs queue;
        private final Queue<Context> toBlock = new ConcurrentLinkedQueue<>();
        private final AtomicBoolean closing = new AtomicBoolean();
        private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();

        Instance(String name, SplittableRandom random) {
            this.name = name;
            this.random = random;
            this.core = Channel.bounded(random.nextInt(5));
            this.coreActors = new Actors(vertx, VertxChannel.wrap(vertx, core), coreLedger);
            ChannelOptions options = new ChannelOptions().setCapacity(random.nextInt(5));
            this.shared = VertxChannel.shared(vertx, "shared", options);
            this.sharedActors = new Actors(vertx, shared, sharedLedger);
            this.created = VertxChannel.create(vertx, options);
            this.firstSender = created.sender();
            this.firstReceiver = created.receiver();
            this.createdActors = new Actors(vertx, created, createdLedger);
            this.queue = new Jobs(vertx, new WorkQueueOptions().setCapacity(random.nextInt(5)));
        }

        void run() throws Exception {
            List<Thread> threads = blockedThreads();
            CountDownLatch deployed = new CountDownLatch(6);
            for (int i = 0; i < 6; i++) {
                ThreadingModel model = models.get(random.nextInt(models.size()));
                SplittableRandom choices = random.split();
                vertx.deployVerticle(
                                context -> {
                                    try {
                                        begin(model, choices);
                                    } catch (Throwable failure) {
                                        refused(failure);
                                    }
                                    return Future.succeededFuture();
                                },
                                new DeploymentOptions().setThreadingModel(model))
                        .onComplete(done -> {
                            if (done.failed()) {
                                refused(done.cause());
                            }
                            deployed.countDown();
                        });
            }
            assertThat(deployed.await(10, SECONDS))
                    .as(() -> name + ": a deployment hangs, " + failures + Inside.stacks())
                    .isTrue();
            toBlock.forEach(context -> context.runOnContext(
                    now -> Actors.receiveBlocking(shared.channel().receiver(), sharedLedger)));
            new CountDownLatch(1).await(random.nextLong(5000), MICROSECONDS); // the random moment
            closing.set(true);
            long begin = System.nanoTime();
            vertx.close().await(10, SECONDS);
            long took = System.nanoTime() - begin;
            closeNanos += took;
            slowestClose = Math.max(slowestClose, took);

            for (Thread thread : threads) {
                thread.join(SECONDS.toMillis(10));
                assertThat(thread.isAlive()).as("%s: %s hangs", name, thread).isFalse();
            }
            assertThat(failures).as(name).isEmpty();
            coreLedger.awaitFutures("core " + name);
            core.receiver().drain().forEach(coreLedger::handled); // what was put back may stand above the capacity
            assertEnded("core " + name, core, coreLedger);
            assertEnded("shared " + name, shared.channel(), sharedLedger);
            assertEnded("created " + name, created.channel(), createdLedger);
            assertThat(shared.stats().disconnected()).as(name).isTrue();
            assertThat(created.stats().disconnected()).as(name).isTrue();
            assertThat(core.stats().disconnected()).as(name).isFalse();
            queue.assertEnded(name);
            messages += core.stats().sent()
                    + shared.stats().sent()
                    + created.stats().sent();
            jobs += queue.accepted();
        }

        /** While Vert.x closes, channels refuse. */
        private void refused(Throwable failure) {
            if (!closing.get()) {
                failures.add(failure);
            }
        }

        private void assertEnded(String channelName, Channel<Message> channel, Ledger ledger) {
            ledger.awaitFutures(channelName);
            ledger.assertConserved(channelName, channel::stats);
            assertThat(channel.stats().waitingSenders()).as(channelName).isZero();
            assertThat(channel.stats().waitingReceivers()).as(channelName).isZero();
            Ledger.soon(channelName + ": handles that never close")
                    .untilAsserted(() -> assertThat(List.of(
                                    channel.stats().senders(), channel.stats().receivers()))
                            .allMatch(open -> open <= 1));
        }

        /** Threads outside of Vert.x in the core's blocking calls on the channels that end with Vert.x. */
        private List<Thread> blockedThreads() {
            List<Thread> threads = new ArrayList<>();
            Receiver<Message> receiver = firstReceiver.receiver().duplicate();
            Sender<Message> sender = firstSender.sender().duplicate();
            threads.add(thread(() -> Actors.receiveBlocking(receiver, createdLedger)));
            threads.add(thread(() -> Actors.sendBlocking(sender, createdLedger)));
            if (random.nextBoolean()) {
                threads.add(thread(() -> Actors.receiveBlocking(shared.channel().receiver(), sharedLedger)));
            } else {
                threads.add(thread(() -> Actors.sendBlocking(shared.channel().sender(), sharedLedger)));
            }
            threads.forEach(Thread::start);
            return threads;
        }

        private Thread thread(Runnable run) {
            Thread thread = new Thread(run);
            thread.setUncaughtExceptionHandler((dead, failure) -> failures.add(failure));
            return thread;
        }

        /** What one verticle does; refused where Vert.x is closing already. */
        private void begin(ThreadingModel model, SplittableRandom choices) {
            int actions = choices.nextInt(1, 6);
            for (int i = 0; i < actions; i++) {
                switch (choices.nextInt(9)) {
                    case 0 -> coreActors.send(model, choices);
                    case 1 -> coreActors.receive(model, choices);
                    case 2 -> sharedActors.send(model, choices);
                    case 3 -> sharedActors.receive(model, choices);
                    case 4 -> createdActors.send(model, choices);
                    case 5 -> createdActors.receive(model, choices);
                    case 6 -> queue.submitForEver(Duration.ofNanos(choices.nextLong(2_000_000)));
                    case 7 -> queue.serve(model, choices.nextInt(1, 4));
                    default -> blockOrSubmit(model);
                }
            }
        }

        /** A worker or virtual thread may wait in the core: on the channel that Vert.x cancels first. */
        private void blockOrSubmit(ThreadingModel model) {
            if (model == ThreadingModel.EVENT_LOOP) {
                queue.submit(Duration.ZERO);
            } else {
                toBlock.add(Vertx.currentContext()); // now it could keep Vert.x from telling that it is deployed
            }
        }
    }
}
