package io.millrace.verification.soak;

import io.millrace.Channel;
import io.millrace.DisconnectedException;
import io.millrace.vertx.VertxChannel;
import io.millrace.vertx.VertxReceiver;
import io.millrace.vertx.VertxSender;
import io.millrace.vertx.WorkQueue;
import io.millrace.vertx.WorkQueueOptions;
import io.millrace.vertx.WorkQueueStats;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.ThreadingModel;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.LongAdder;

/**
 * Verticles of all models that come and go in the middle of the traffic of one channel and one work queue; a verticle
 * that lasts receives what they leave.
 *
 * <p>A listener never runs whose context is gone: what became of a send that nobody heard of is asked later.
 */
final class Verticles {
    private static final int AT_ONCE = 4;

    private record Sending(Message message, Future<Void> future) {}

    private final Account account;
    private final Parties parties;
    private final SplittableRandom random;
    private final Vertx vertx = Vertx.vertx();
    private final Channel<Message> channel;
    private final VertxChannel<Message> vertxChannel;
    private final WorkQueue<Integer, Integer> queue;
    private final List<ThreadingModel> models = Runtime.version().feature() >= 21
            ? List.of(ThreadingModel.EVENT_LOOP, ThreadingModel.WORKER, ThreadingModel.VIRTUAL_THREAD)
            : List.of(ThreadingModel.EVENT_LOOP, ThreadingModel.WORKER);
    private final Semaphore places = new Semaphore(AT_ONCE);
    private final Set<Sending> unheard = ConcurrentHashMap.newKeySet();
    private final LongAdder undeploys = new LongAdder();

    Verticles(Account account, Parties parties, SplittableRandom random) {
        this.account = account;
        this.parties = parties;
        this.random = random;
        this.channel = ChannelKind.BOUNDED.open("verticles", account);
        this.vertxChannel = VertxChannel.wrap(vertx, channel);
        this.queue = WorkQueue.shared(vertx, "soak", new WorkQueueOptions().setCapacity(8));
    }

    Channel<Message> channel() {
        return channel;
    }

    long undeploys() {
        return undeploys.sum();
    }

    /** Deploys what lasts, and the thread that lets the others come and go. */
    void start() throws Exception {
        get(vertx.deployVerticle(
                context -> {
                    vertxChannel.receiver().handler(account::received);
                    queue.serveAsync(2, job -> Future.succeededFuture(job + 1));
                    return Future.succeededFuture();
                },
                new DeploymentOptions()));
        parties.start("sender of verticles", () -> {
            Message message = account.newMessage();
            channel.sender().send(message);
            account.accepted(message);
        });
        parties.start("deployer", this::passingVerticle);
    }

    private static void get(Future<?> future) throws Exception {
        future.toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
    }

    private void passingVerticle() throws InterruptedException {
        places.acquire();
        ThreadingModel model = models.get(random.nextInt(models.size()));
        SplittableRandom choices = random.split();
        long lifetime = 1 + random.nextLong(3_000);
        vertx.deployVerticle(
                        context -> {
                            for (int i = choices.nextInt(1, 4); i > 0; i--) {
                                act(model, choices);
                            }
                            return Future.succeededFuture();
                        },
                        new DeploymentOptions().setThreadingModel(model))
                .compose(id -> vertx.timer(lifetime, TimeUnit.MICROSECONDS).compose(passed -> vertx.undeploy(id)))
                .onComplete(done -> {
                    if (done.failed()) {
                        parties.fail("a deployment or undeployment", done.cause());
                    }
                    undeploys.increment();
                    askTheUnheard();
                    places.release();
                });
    }

    private void act(ThreadingModel model, SplittableRandom choices) {
        switch (choices.nextInt(8)) {
            case 0 -> vertxChannel.receiver().handler(account::received);
            case 1 ->
                vertxChannel.receiver().process(2, message -> {
                    account.received(message);
                    return vertx.timer(1, TimeUnit.MICROSECONDS);
                });
            case 2 -> receiveOneByOne(vertxChannel.receiver());
            case 3 -> {
                VertxReceiver<Message> receiver = vertxChannel.receiver();
                for (int i = 0; i < 3; i++) {
                    receiver.receive(Duration.ofNanos(choices.nextLong(2_000_000)))
                            .onComplete(done -> receivedOr(done.result(), done.cause()));
                }
            }
            case 4 -> {
                VertxSender<Message> sender = vertxChannel.sender();
                for (int i = 0; i < 20; i++) {
                    Message message = account.newMessage();
                    heardOf(new Sending(message, sender.send(message)));
                }
            }
            case 5 -> {
                VertxSender<Message> sender = vertxChannel.sender();
                for (int i = 0; i < 20; i++) {
                    Message message = account.newMessage();
                    Duration timeout = Duration.ofNanos(choices.nextLong(2_000_000));
                    heardOf(new Sending(message, sender.send(message, timeout)));
                }
            }
            case 6 -> {
                for (int i = 0; i < 10; i++) {
                    queue.submit(i).onComplete(done -> expected(done.cause()));
                }
            }
            default -> {
                if (model == ThreadingModel.EVENT_LOOP) {
                    queue.serveAsync(
                            2, job -> vertx.timer(1, TimeUnit.MICROSECONDS).map(fired -> job + 1));
                } else {
                    queue.serve(job -> job + 1);
                }
            }
        }
    }

    private void receiveOneByOne(VertxReceiver<Message> receiver) {
        if (!receiver.receiver().isClosed()) {
            receiver.receive().onComplete(done -> {
                receivedOr(done.result(), done.cause());
                if (done.succeeded()) {
                    receiveOneByOne(receiver);
                }
            });
        }
    }

    private void receivedOr(Message message, Throwable failure) {
        if (failure == null) {
            account.received(message);
        } else {
            expected(failure);
        }
    }

    private void heardOf(Sending sending) {
        unheard.add(sending);
        sending.future.onComplete(done -> resolve(sending));
    }

    private void resolve(Sending sending) {
        if (unheard.remove(sending)) {
            if (sending.future.succeeded()) {
                account.accepted(sending.message);
            } else {
                expected(sending.future.cause());
            }
        }
    }

    private void askTheUnheard() {
        unheard.forEach(sending -> {
            if (sending.future.isComplete()) {
                resolve(sending);
            }
        });
    }

    private void expected(Throwable failure) {
        if (failure != null
                && !(failure instanceof TimeoutException)
                && !(failure instanceof CancellationException)
                && !(failure instanceof DisconnectedException)) {
            parties.fail("a future", failure);
        }
    }

    /** Ends them all, once the threads have ended; throws if something hangs or the queue lost a job. */
    void end() throws Exception {
        if (!places.tryAcquire(AT_ONCE, 30, TimeUnit.SECONDS)) {
            throw new TimeoutException("deployments or undeployments hang: " + channel);
        }
        get(queue.close());
        get(vertx.close());
        askTheUnheard();
        if (!unheard.isEmpty()) {
            throw new IllegalStateException("sends that never end: " + unheard.size());
        }
        channel.receiver().drain().forEach(account::buffered);
        WorkQueueStats stats = queue.stats();
        if (stats.accepted() != stats.succeeded() + stats.failed() + stats.neverStarted() + stats.size()) {
            throw new IllegalStateException("jobs were lost or done twice: " + stats);
        }
    }
}
