package io.millrace.demo.duplicates;

import io.millrace.vertx.ChannelOptions;
import io.millrace.vertx.VertxChannel;
import io.vertx.core.Deployable;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.ThreadingModel;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * One search for identical files: a walker, several hashers and a collector, and the two channels between them.
 *
 * <pre>
 * Walker (event loop) --candidates--> Hasher (worker) x n --findings--> Collector (event loop)
 *        \_________________________________________________findings______/
 * </pre>
 *
 * The walker closes its end when the tree is walked; each hasher closes its own when no candidate is left; with the last of
 * them the second channel is at its end, and the collector has everything.
 */
final class Search {
    private final Vertx vertx;
    private final Path root;
    private final int workers;
    private final VertxChannel<Path> candidates;
    private final VertxChannel<Finding> findings;
    private final ChannelWatch candidatesWatch;
    private final ChannelWatch findingsWatch;
    private final AtomicLong filesSeen = new AtomicLong();
    private final AtomicReference<@Nullable Collector> collector = new AtomicReference<>();
    private final Promise<Void> result = Promise.promise();

    /**
     * @param root a real path: absolute, none of its parts a link
     * @param capacity of each channel
     */
    Search(Vertx vertx, Path root, int workers, int capacity) {
        this.vertx = vertx;
        this.root = root;
        this.workers = workers;
        candidates = VertxChannel.create(vertx, options("candidates", capacity));
        findings = VertxChannel.create(vertx, options("findings", capacity));
        candidatesWatch = new ChannelWatch(candidates);
        findingsWatch = new ChannelWatch(findings);
        // what a handler throws would otherwise only be logged, and the search never end
        vertx.exceptionHandler(this::fail);
    }

    private static ChannelOptions options(String name, int capacity) {
        return new ChannelOptions().setName(name).setCapacity(capacity);
    }

    /** Runs the search; to be called once. */
    Future<Void> run() {
        // each party holds its ends of the channels before the next can close one
        deployCollector()
                .compose(deployed -> deployHashers())
                .compose(deployed -> deployWalker())
                .onFailure(this::fail);
        return result.future();
    }

    private Future<String> deployCollector() {
        Deployable verticle = context -> {
            Collector deployed = new Collector(this, context);
            collector.set(deployed);
            deployed.all().onComplete(done -> result.tryComplete(), result::tryFail);
            return Future.succeededFuture();
        };
        return vertx.deployVerticle(verticle, new DeploymentOptions());
    }

    private Future<String> deployHashers() {
        DeploymentOptions options = new DeploymentOptions()
                .setThreadingModel(ThreadingModel.WORKER)
                .setInstances(workers)
                .setWorkerPoolName("hasher")
                .setWorkerPoolSize(workers)
                // one file is one task, and may take as long as it is large
                .setMaxWorkerExecuteTimeUnit(TimeUnit.DAYS)
                .setMaxWorkerExecuteTime(365);
        return vertx.deployVerticle(() -> context -> new Hasher(this).start(), options);
    }

    private Future<String> deployWalker() {
        Deployable verticle = context -> new Walker(this, vertx, context).start(root);
        return vertx.deployVerticle(verticle, new DeploymentOptions());
    }

    /** What was found, once {@link #run} is done. */
    Findings found() {
        return Objects.requireNonNull(collector.get(), "not run").findings();
    }

    /** What was found up to now, from any thread. */
    Future<Findings> soFar() {
        Collector deployed = collector.get();
        return deployed == null ? Future.succeededFuture(Findings.NONE) : deployed.soFar();
    }

    VertxChannel<Path> candidates() {
        return candidates;
    }

    VertxChannel<Finding> findings() {
        return findings;
    }

    void fail(Throwable failure) {
        result.tryFail(failure);
    }

    void fileSeen() {
        filesSeen.incrementAndGet();
    }

    long filesSeen() {
        return filesSeen.get();
    }

    void sampleChannels() {
        candidatesWatch.sample();
        findingsWatch.sample();
    }

    List<ChannelUse> channels() {
        return List.of(candidatesWatch.use(), findingsWatch.use());
    }
}
