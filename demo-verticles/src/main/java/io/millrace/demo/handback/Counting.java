package io.millrace.demo.handback;

import io.millrace.demo.handback.Tally.Totals;
import io.millrace.vertx.ChannelOptions;
import io.millrace.vertx.VertxChannel;
import io.millrace.vertx.VertxReceiver;
import io.millrace.vertx.VertxSender;
import io.vertx.core.Context;
import io.vertx.core.Deployable;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * One count of a directory tree: a desk, several counters, and two rendezvous channels between them.
 *
 * <pre>
 *                       ---- work: a file or directory ---------------->
 *   Desk (event loop)                                                     Counter (virtual thread) x n
 *                       <--- back: entries found, and results ----------
 * </pre>
 *
 * Nothing is buffered: whatever is handed over, somebody took. So the desk, which knows what it handed out and what came back,
 * knows when all is done. Then it closes its end of {@code work}; the counters leave, and close theirs of {@code back}.
 */
final class Counting {
    private final Vertx vertx;
    private final Threads threads;
    private final int counterCount;
    private final VertxChannel<Path> work;
    private final VertxChannel<HandedBack> back;
    private final Promise<Desk> desk = Promise.promise();
    private final List<Post> counters = new CopyOnWriteArrayList<>();
    private final Promise<Totals> result = Promise.promise();

    Counting(Vertx vertx, Threads threads, int counterCount) {
        this.vertx = vertx;
        this.threads = threads;
        this.counterCount = counterCount;
        work = VertxChannel.create(vertx, new ChannelOptions().setName("work").setCapacity(0));
        back = VertxChannel.create(vertx, new ChannelOptions().setName("back").setCapacity(0));
        // what a verticle throws would otherwise only be logged, and the count never end
        vertx.exceptionHandler(result::tryFail);
    }

    /** Counts everything below a directory; to be called once. */
    Future<Totals> run(Path root) {
        // each party holds its ends of the channels before the other can close one
        deployDesk()
                .compose(deployed -> deployCounters())
                .compose(deployed -> {
                    counters.forEach(this::beginWork);
                    return desk.future();
                })
                .compose(deployed -> deployed.count(root))
                .onComplete(result::tryComplete, result::tryFail);
        return result.future();
    }

    private Future<String> deployDesk() {
        Deployable verticle = context -> {
            desk.complete(new Desk(vertx, context, work.sender(), back.receiver()));
            return Future.succeededFuture();
        };
        return vertx.deployVerticle(verticle, new DeploymentOptions());
    }

    private Future<String> deployCounters() {
        DeploymentOptions options = new DeploymentOptions()
                .setThreadingModel(threads.model())
                .setInstances(counterCount)
                .setWorkerPoolName("counter")
                .setWorkerPoolSize(counterCount)
                // a worker's whole life is one task
                .setMaxWorkerExecuteTimeUnit(TimeUnit.DAYS)
                .setMaxWorkerExecuteTime(365);
        return vertx.deployVerticle(
                () -> context -> {
                    counters.add(new Post(context, work.receiver(), back.sender(), new AtomicLong()));
                    return Future.succeededFuture();
                },
                options);
    }

    /** A counter's verticle: its context, its ends of the channels, and how many pieces of work it took. */
    private record Post(Context context, VertxReceiver<Path> work, VertxSender<HandedBack> back, AtomicLong pieces) {}

    /** Once all are deployed: a worker verticle that parks in a select could not even finish its deployment. */
    private void beginWork(Post post) {
        Counter counter =
                new Counter(threads, post.work().receiver(), post.back().sender(), post.pieces());
        post.context().runOnContext(begin -> {
            try {
                counter.run();
            } catch (Throwable failure) {
                result.tryFail(failure);
            }
            post.work().close();
            post.back().close();
        });
    }

    /** What was counted up to now, from any thread. */
    Future<Totals> soFar() {
        return desk.future().compose(Desk::soFar);
    }

    /** How many pieces of work each counter took. */
    List<Long> piecesOfEach() {
        return counters.stream().map(counter -> counter.pieces().get()).toList();
    }
}
