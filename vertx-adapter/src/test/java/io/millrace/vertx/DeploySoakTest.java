package io.millrace.vertx;

import static io.millrace.vertx.Host.get;
import static java.util.concurrent.TimeUnit.MICROSECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.Channel;
import io.millrace.vertx.Ledger.Fact;
import io.millrace.vertx.Ledger.Message;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.ThreadingModel;
import io.vertx.core.Vertx;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Verticles of all models come and go in the middle of the traffic of one channel.
 *
 * <p>The long form: {@code -Dtest=DeploySoakTest -Dmillrace.soak.deployments=10000}; {@code -Dmillrace.soak.seed=N}
 * repeats the random choices of a run, though not its timing. The report says how long undeploys took.
 */
class DeploySoakTest {
    private static final int ROUNDS = Integer.getInteger("millrace.soak.deployments", 400);
    private static final int AT_ONCE = 4;

    private final long seed = Long.getLong("millrace.soak.seed", System.nanoTime());
    private final Vertx vertx = Vertx.vertx();
    private final Channel<Message> channel = Channel.bounded(8);
    private final VertxChannel<Message> vertxChannel = VertxChannel.wrap(vertx, channel);
    private final Ledger ledger = new Ledger();
    private final Actors actors = new Actors(vertx, vertxChannel, ledger);
    private final List<ThreadingModel> models = Host.models().toList();

    private final AtomicLong undeployNanos = new AtomicLong();
    private final AtomicLong slowestUndeploy = new AtomicLong();

    @AfterEach
    void closeVertx() throws Exception {
        get(vertx.close());
    }

    @Test
    @Timeout(value = 10, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void verticlesThatComeAndGo_loseNothing_repeatNothing_andLeaveNothingBehind() throws Exception {
        String name = "seed " + seed;
        vertx.exceptionHandler(failure -> {
            if (!(failure instanceof IllegalStateException)) { // an actor's handle was closed after the actor looked
                ledger.wrong("thrown on a context: " + failure);
            }
        });
        Host lasting = Host.deploy(vertx, ThreadingModel.EVENT_LOOP);
        VertxReceiver<Message> lastingReceiver = lasting.call(vertxChannel::receiver);
        VertxSender<Message> lastingSender = lasting.call(vertxChannel::sender);
        lasting.call(() -> lastingReceiver.handler(ledger::handled));
        int hooksOfVertx = Inside.hooks(vertx);
        int hooksOfContext = Inside.hooks(lasting.context());
        int owned = Inside.owned(lasting.context());

        AtomicBoolean stop = new AtomicBoolean();
        Thread sending = new Thread(() -> sendUntil(stop));
        sending.setUncaughtExceptionHandler(
                (thread, failure) -> ledger.wrong("thrown by the sending thread: " + failure));
        sending.start();
        Semaphore places = new Semaphore(AT_ONCE);
        SplittableRandom randoms = new SplittableRandom(seed);
        for (int round = 0; round < ROUNDS; round++) {
            take(places, 1, name + ", round " + round);
            lasting.context().runOnContext(now -> passingHandles());
            passingVerticle(lastingReceiver, lastingSender, randoms.split()).onComplete(done -> {
                if (done.failed()) {
                    ledger.wrong("a deployment or undeployment failed with " + done.cause());
                }
                places.release();
            });
        }
        take(places, AT_ONCE, name + ", at the end");
        stop.set(true);
        sending.join(SECONDS.toMillis(10));
        assertThat(sending.isAlive()).as("%s: the sending thread hangs", name).isFalse();

        ledger.awaitFutures(name);
        await(name).untilAsserted(() -> assertThat(channel.stats().size()).isZero());
        ledger.assertConserved(name, channel::stats);
        assertThat(channel.stats().undelivered()).as(name).isZero();
        assertThat(channel.stats().waitingSenders()).as(name).isZero();
        assertThat(channel.stats().waitingReceivers())
                .as("%s: the lasting handler", name)
                .isEqualTo(1);
        assertThat(channel.stats().senders()).as(name).isEqualTo(2);
        assertThat(channel.stats().receivers()).as(name).isEqualTo(2);
        assertThat(Inside.hooks(vertx)).as("%s: hooks on vertx", name).isEqualTo(hooksOfVertx);
        assertThat(Inside.hooks(lasting.context()))
                .as("%s: hooks on the lasting context", name)
                .isEqualTo(hooksOfContext);
        assertThat(Inside.owned(lasting.context()))
                .as("%s: what the lasting context owns", name)
                .isEqualTo(owned);
        System.getLogger(getClass().getName())
                .log(
                        Level.INFO,
                        "%d undeploys, %s, mean %.2f ms, slowest %.1f ms, %s"
                                .formatted(
                                        ROUNDS,
                                        ledger,
                                        undeployNanos.get() / 1e6 / ROUNDS,
                                        slowestUndeploy.get() / 1e6,
                                        name));
    }

    /** Waits until so many verticles have come and gone. */
    private void take(Semaphore places, int count, String when) throws InterruptedException {
        assertThat(places.tryAcquire(count, 10, SECONDS))
                .as(() -> "%s: a deployment or undeployment hangs, %s%n%s".formatted(when, channel, Inside.stacks()))
                .isTrue();
    }

    private void sendUntil(AtomicBoolean stop) {
        while (!stop.get()) {
            Message message = ledger.message();
            try {
                channel.sender().send(message);
                ledger.note(message, Fact.ACCEPTED);
            } catch (InterruptedException failure) {
                throw new AssertionError(failure);
            }
        }
    }

    /** Handles that come and go on a context that stays. */
    private void passingHandles() {
        VertxReceiver<Message> receiver = vertxChannel.receiver();
        ledger.receiving(receiver.receive());
        receiver.handler(ledger::handled);
        receiver.close();
        VertxSender<Message> sender = vertxChannel.sender();
        ledger.sending(sender::send);
        sender.close();
    }

    /** Deploys a verticle that receives, sends or both, and undeploys it after a random time. */
    private Future<Void> passingVerticle(
            VertxReceiver<Message> lastingReceiver, VertxSender<Message> lastingSender, SplittableRandom random) {
        ThreadingModel model = models.get(random.nextInt(models.size()));
        long lifetime = random.nextBoolean() ? 0 : random.nextLong(1, 3000);
        return vertx.deployVerticle(
                        context -> {
                            int actions = random.nextInt(1, 4);
                            for (int i = 0; i < actions; i++) {
                                switch (random.nextInt(6)) {
                                    case 0 -> ledger.receiving(lastingReceiver.receive());
                                    case 1 -> ledger.sending(lastingSender::send);
                                    case 2, 3 -> actors.send(model, random);
                                    default -> actors.receive(model, random);
                                }
                            }
                            return Future.succeededFuture();
                        },
                        new DeploymentOptions().setThreadingModel(model))
                .compose(id -> after(lifetime).compose(passed -> undeploy(id)));
    }

    private Future<?> after(long micros) {
        return micros == 0 ? Future.succeededFuture() : vertx.timer(micros, MICROSECONDS);
    }

    private Future<Void> undeploy(String id) {
        long begin = System.nanoTime();
        return vertx.undeploy(id).onComplete(done -> {
            long took = System.nanoTime() - begin;
            undeployNanos.addAndGet(took);
            slowestUndeploy.accumulateAndGet(took, Math::max);
        });
    }
}
