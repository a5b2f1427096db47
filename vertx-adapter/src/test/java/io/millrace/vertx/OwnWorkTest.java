package io.millrace.vertx;

import static io.millrace.vertx.Host.get;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.ThreadingModel;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Contexts that serve and submit at the same time. */
class OwnWorkTest {
    private final Vertx vertx = Vertx.vertx(new VertxOptions().setWorkerPoolSize(1));
    private final WorkQueue<Integer, Integer> queue = queue("jobs");

    private WorkQueue<Integer, Integer> queue(String name) {
        return WorkQueue.shared(vertx, name, new WorkQueueOptions().setCapacity(10));
    }

    @AfterEach
    void closeVertx() throws Exception {
        get(vertx.close());
    }

    @Test
    void workerThatFeedsItself_leavesTheThreadOfItsPoolToOthers() throws Exception {
        Host busy = Host.deploy(vertx, ThreadingModel.WORKER);
        Host other = Host.deploy(vertx, ThreadingModel.WORKER);
        AtomicBoolean stop = new AtomicBoolean();
        AtomicInteger results = new AtomicInteger();
        busy.call(() -> queue.serve(job -> job));
        busy.call(() -> {
            submitAgain(stop, results);
            return null;
        });
        for (int i = 0; i < 50; i++) {
            assertThat(other.call(() -> "had its turn")).isNotNull();
        }
        await().until(() -> results.get() > 1000);
        stop.set(true);
    }

    private void submitAgain(AtomicBoolean stop, AtomicInteger results) {
        queue.submit(1).onSuccess(result -> {
            results.incrementAndGet();
            if (!stop.get()) {
                submitAgain(stop, results);
            }
        });
    }

    @Test
    void endOfAServer_isToldBehindTheResultsOnItsContext() throws Exception {
        Host host = Host.deploy(vertx, ThreadingModel.EVENT_LOOP);
        BlockingQueue<String> events = new LinkedBlockingQueue<>();
        host.call(() -> {
            queue.serveAsync(1, job -> {
                        queue.close();
                        return Future.succeededFuture(job);
                    })
                    .onComplete(ended -> events.add("ended"));
            return queue.submit(7).onComplete(result -> events.add("result " + result.result()));
        });
        assertThat(List.of(events.poll(10, SECONDS), events.poll(10, SECONDS))).containsExactly("result 7", "ended");
    }

    @Test
    void workerUndeployedInTheMiddleOfAJob_startsNoMore_thoughAResultOfItsOwnWaits() throws Exception {
        WorkQueue<Integer, Integer> others = queue("others");
        Host worker = Host.deploy(vertx, ThreadingModel.WORKER);
        Host client = Host.deploy(vertx, ThreadingModel.EVENT_LOOP);
        Promise<Integer> own = Promise.promise();
        client.call(() -> others.serveAsync(1, job -> own.future()));
        worker.call(() -> others.submit(1));
        AtomicInteger started = new AtomicInteger();
        CountDownLatch release = new CountDownLatch(1);
        worker.call(() -> queue.serve(job -> {
            started.incrementAndGet();
            try {
                release.await();
            } catch (InterruptedException unexpected) {
                throw new IllegalStateException(unexpected);
            }
            return job;
        }));
        client.call(() -> List.of(queue.submit(1), queue.submit(2)));
        await().until(() -> started.get() == 1);
        long turnIsOver = System.nanoTime() + Turn.NANOS;
        own.complete(1);
        await().until(() -> others.stats().succeeded() == 1);
        Future<Void> undeployed = worker.undeploy();
        await().until(() -> System.nanoTime() - turnIsOver > 0);
        release.countDown();
        get(undeployed);
        assertThat(started).hasValue(1);
        assertThat(queue.stats().size()).isEqualTo(1);
    }
}
