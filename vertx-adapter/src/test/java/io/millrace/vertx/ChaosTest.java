package io.millrace.vertx;

import static java.util.concurrent.TimeUnit.MICROSECONDS;
import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.Channel;
import io.millrace.vertx.Ledger.Message;
import io.vertx.core.Context;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.ThreadingModel;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Phaser;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * All at once: verticles of all models are deployed and undeployed at random while messages flow through shared channels and jobs
 * through a queue; their handlers and workers throw; their threads are held up, so that they die between the claim of a
 * message and its dispatch; and in the middle of it Vert.x is closed. Then the sums are made, and the next Vert.x begins.
 *
 * <p>The long form: {@code -Dtest=ChaosTest -Dmillrace.chaos.seconds=600}; {@code -Dmillrace.chaos.seed=N} repeats the random
 * choices of a run, though not its timing. The result goes to {@code target/chaos.tsv}.
 */
class ChaosTest {
    private static final int SECONDS_OF_CHAOS = Integer.getInteger("millrace.chaos.seconds", 6);
    private static final Path RESULT = Path.of("target", "chaos.tsv");

    /** What handlers throw. */
    private static final class Thrown extends RuntimeException {
        private static final long serialVersionUID = 1;

        Thrown() {
            super("thrown by a handler", null, false, false);
        }
    }

    private final long seed = Long.getLong("millrace.chaos.seed", System.nanoTime());
    private int instances;
    private long messages;

    @Test
    @Timeout(value = 60, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void everythingAtOnce_losesNothing_repeatsNothing_strandsNobody() throws Exception {
        long begin = System.nanoTime();
        String outcome = "failed";
        try {
            SplittableRandom randoms = new SplittableRandom(seed);
            while (System.nanoTime() - begin < SECONDS.toNanos(SECONDS_OF_CHAOS)) {
                new Instance("seed " + seed + ", instance " + instances, randoms.split()).run();
                instances++;
            }
            outcome = "passed";
        } finally {
            writeResult((System.nanoTime() - begin) / 1e9, outcome);
        }
    }

    private void writeResult(double seconds, String outcome) throws IOException {
        Files.createDirectories(RESULT.getParent());
        Files.writeString(
                RESULT,
                "fault\truns\tmessages\tseconds\toutcome\nchaos on the adapter\t%d\t%d\t%.1f\t%s\n"
                        .formatted(instances, messages, seconds, outcome));
    }

    /** One Vert.x, and what goes on in it. */
    private final class Instance {
        private final String name;
        private final SplittableRandom random;
        private final List<ThreadingModel> models = Host.models().toList();
        private final Vertx vertx = Vertx.vertx(
                new VertxOptions().setEventLoopPoolSize(2).setWorkerPoolSize(8).setInternalBlockingPoolSize(2));

        private final Channel<Message> core;
        private final VertxChannel<Message> wrapped;
        private final Ledger coreLedger = new Ledger();
        private final VertxChannel<Message> shared;
        private final Ledger sharedLedger = new Ledger();
        private final Jobs jobs;
        private final Phaser comingOrGoing = new Phaser(1);
        private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
        private volatile boolean staying;
        private volatile boolean closing;

        Instance(String name, SplittableRandom random) {
            this.name = name;
            this.random = random;
            this.core = Channel.bounded(random.nextInt(5));
            this.wrapped = VertxChannel.wrap(vertx, core);
            this.shared = VertxChannel.shared(vertx, "shared", new ChannelOptions().setCapacity(random.nextInt(5)));
            this.jobs = new Jobs(vertx, new WorkQueueOptions().setCapacity(random.nextInt(5)));
            vertx.exceptionHandler(this::unexpected);
        }

        void run() throws Exception {
            long end = System.nanoTime() + MILLISECONDS.toNanos(random.nextInt(50, 400));
            while (System.nanoTime() < end) {
                passingVerticle(random.split());
                pass(random.nextInt(3000));
            }
            // Vert.x never ends the context of a verticle whose deployment its close breaks off, and reports as an
            // error if
            // it finds one that is being undeployed
            staying = true;
            comingOrGoing.awaitAdvanceInterruptibly(comingOrGoing.arrive(), 10, SECONDS);
            pass(random.nextInt(3000));
            closing = true;
            vertx.close().await(10, SECONDS);

            assertThat(failures).as(name).isEmpty();
            coreLedger.awaitFutures("core " + name);
            core.receiver().drain().forEach(coreLedger::handled); // what was put back may stand above the capacity
            assertEnded("core " + name, core, coreLedger);
            assertEnded("shared " + name, shared.channel(), sharedLedger);
            assertThat(shared.stats().disconnected()).as(name).isTrue();
            assertThat(core.stats().disconnected()).as(name).isFalse();
            jobs.assertEnded(name);
            messages += core.stats().sent() + shared.stats().sent() + jobs.accepted();
        }

        private static void assertEnded(String channelName, Channel<Message> channel, Ledger ledger) {
            ledger.awaitFutures(channelName);
            ledger.assertConserved(channelName, channel::stats);
            assertThat(channel.stats().waitingSenders()).as(channelName).isZero();
            assertThat(channel.stats().waitingReceivers()).as(channelName).isZero();
            Ledger.soon(channelName + ": handles that never close")
                    .untilAsserted(() -> assertThat(List.of(
                                    channel.stats().senders(), channel.stats().receivers()))
                            .allMatch(open -> open <= 1));
        }

        private static void pass(int micros) throws InterruptedException {
            new CountDownLatch(1).await(micros, MICROSECONDS);
        }

        private void unexpected(Throwable failure) {
            if (!(failure instanceof Thrown) && !closing) {
                failures.add(failure);
            }
        }

        /** Deploys a verticle that does some of all, and undeploys it after a random time, its thread held up perhaps. */
        private void passingVerticle(SplittableRandom choices) {
            ThreadingModel model = models.get(choices.nextInt(models.size()));
            Context[] own = new Context[1];
            comingOrGoing.register();
            vertx.deployVerticle(
                            context -> {
                                own[0] = context;
                                begin(model, choices);
                                return Future.succeededFuture();
                            },
                            new DeploymentOptions().setThreadingModel(model))
                    .onComplete(deployed -> comingOrGoing.arriveAndDeregister())
                    .compose(id -> vertx.timer(choices.nextInt(1, 30_000), MICROSECONDS)
                            .compose(passed -> undeploy(id, own[0], choices.nextInt(-8_000, 8_000))))
                    .onFailure(this::unexpected);
        }

        private Future<Void> undeploy(String id, Context context, int heldUpMicros) {
            comingOrGoing.register();
            Future<Void> undeployed = Future.succeededFuture();
            if (!staying) {
                if (heldUpMicros > 0) {
                    holdUp(context, heldUpMicros);
                }
                undeployed = vertx.undeploy(id);
            }
            return undeployed.onComplete(done -> comingOrGoing.arriveAndDeregister());
        }

        private void holdUp(Context context, int micros) {
            context.runOnContext(now -> {
                long end = System.nanoTime() + MICROSECONDS.toNanos(micros);
                while (System.nanoTime() < end) {
                    LockSupport.parkNanos(end - System.nanoTime());
                }
            });
        }

        private void begin(ThreadingModel model, SplittableRandom choices) {
            int actions = choices.nextInt(1, 6);
            for (int i = 0; i < actions; i++) {
                boolean ofCore = choices.nextBoolean();
                VertxChannel<Message> channel = ofCore ? wrapped : shared;
                Ledger ledger = ofCore ? coreLedger : sharedLedger;
                switch (choices.nextInt(8)) {
                    case 0, 1 -> new Actors(vertx, channel, ledger).send(model, choices);
                    case 2 -> new Actors(vertx, channel, ledger).receive(model, choices);
                    case 3 ->
                        channel.receiver().handler(message -> {
                            ledger.handled(message);
                            throw new Thrown();
                        });
                    case 4 ->
                        channel.receiver().process(choices.nextInt(1, 4), message -> {
                            ledger.handled(message);
                            throw new Thrown();
                        });
                    case 5 -> jobs.submitForEver(Duration.ofNanos(choices.nextLong(2_000_000)));
                    case 6 -> jobs.serve(model, choices.nextInt(1, 4));
                    default -> jobs.serveThrowing(model, choices.nextInt(1, 4), new Thrown());
                }
            }
        }
    }
}
