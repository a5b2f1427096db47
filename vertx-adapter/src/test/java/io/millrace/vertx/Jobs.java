package io.millrace.vertx;

import static java.util.concurrent.TimeUnit.MICROSECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.ThreadingModel;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/** Every job of one work queue in a soak, which counts how often it was started. */
final class Jobs {
    private final Vertx vertx;
    private final WorkQueue<AtomicInteger, Integer> queue;
    private final Queue<AtomicInteger> submitted = new ConcurrentLinkedQueue<>();
    private final Queue<Future<Integer>> submissions = new ConcurrentLinkedQueue<>();
    private final Queue<Future<Void>> servers = new ConcurrentLinkedQueue<>();

    Jobs(Vertx vertx, WorkQueueOptions options) {
        this.vertx = vertx;
        this.queue = WorkQueue.shared(vertx, "jobs", options);
    }

    /** Submits one after the other, as long as they succeed. */
    void submitForEver(Duration timeout) {
        submit(timeout).onComplete(done -> {
            if (done.succeeded()) {
                submitForEver(timeout);
            }
        });
    }

    /** Submits one; a timeout of zero is none. */
    Future<Integer> submit(Duration timeout) {
        AtomicInteger job = new AtomicInteger();
        submitted.add(job);
        Future<Integer> submission = timeout.isZero() ? queue.submit(job) : queue.submit(job, timeout);
        submissions.add(submission);
        return submission;
    }

    /** Begins to serve on the current context, which is of this model. */
    void serve(ThreadingModel model, int concurrency) {
        servers.add(
                model == ThreadingModel.EVENT_LOOP
                        ? queue.serveAsync(concurrency, job -> {
                            Promise<Integer> done = Promise.promise();
                            int started = job.incrementAndGet();
                            vertx.timer(1, MICROSECONDS).onComplete(fired -> done.complete(started));
                            return done.future();
                        })
                        : queue.serve(AtomicInteger::incrementAndGet));
    }

    /** Begins to serve on the current context, which is of this model, with a worker that always throws. */
    void serveThrowing(ThreadingModel model, int concurrency, RuntimeException thrown) {
        servers.add(
                model == ThreadingModel.EVENT_LOOP
                        ? queue.serveAsync(concurrency, job -> {
                            job.incrementAndGet();
                            throw thrown;
                        })
                        : queue.serve(job -> {
                            job.incrementAndGet();
                            throw thrown;
                        }));
    }

    long accepted() {
        return queue.stats().accepted();
    }

    /** Asserts, once the queue is closed, that every submission and server ends and every job was started once or never. */
    void assertEnded(String name) {
        Ledger.soon(name + ": submissions and servers that never end").untilAsserted(() -> {
            assertThat(submissions).allMatch(Future::isComplete);
            assertThat(servers).allMatch(Future::isComplete);
            assertThat(queue.stats().running()).isZero();
        });
        WorkQueueStats stats = queue.stats();
        assertThat(submitted).as(name).allMatch(starts -> starts.get() <= 1);
        assertThat(submitted.stream().mapToInt(AtomicInteger::get).sum())
                .as("%s: started, %s", name, stats)
                .isEqualTo((int) (stats.succeeded() + stats.failed()));
        assertThat(stats.succeeded() + stats.failed() + stats.neverStarted())
                .as("%s: %s", name, stats)
                .isEqualTo(stats.accepted());
        assertThat(submissions.stream().filter(Future::succeeded).count())
                .as("%s: results, %s", name, stats)
                .isLessThanOrEqualTo(stats.succeeded());
    }
}
