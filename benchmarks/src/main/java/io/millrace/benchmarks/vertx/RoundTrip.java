package io.millrace.benchmarks.vertx;

import io.millrace.vertx.WorkQueue;
import io.millrace.vertx.WorkQueueOptions;
import io.vertx.core.Completable;
import io.vertx.core.Context;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.ThreadingModel;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A way from an event loop to {@link Trip#WORKERS} workers, and for the results back to that event loop. */
interface RoundTrip {
    /** What the workers make of a job. */
    static int work(int job) {
        return job + 1;
    }

    /** Starts the workers; returns when they work. */
    default void start() throws Exception {}

    /** Gives a job to the workers. Called on the event loop, where also the result is told. */
    void submit(Integer job, Completable<Integer> told);

    /** Stops what would not end with Vert.x. */
    default void stop() throws InterruptedException {}

    /** Deploys as many worker verticles as there are workers, each of which begins with this. */
    private static void deploy(Vertx vertx, Runnable begin) throws Exception {
        for (int i = 0; i < Trip.WORKERS; i++) {
            vertx.deployVerticle(
                            context -> {
                                begin.run();
                                return Future.succeededFuture();
                            },
                            new DeploymentOptions().setThreadingModel(ThreadingModel.WORKER))
                    .await(10, TimeUnit.SECONDS);
        }
    }

    /** Millrace's {@link WorkQueue}, which worker verticles serve. */
    final class ByWorkQueue implements RoundTrip {
        private final Vertx vertx;
        private final WorkQueue<Integer, Integer> queue;

        ByWorkQueue(Vertx vertx) {
            this.vertx = vertx;
            queue = WorkQueue.shared(vertx, "jobs", new WorkQueueOptions().setCapacity(Trip.BOUND));
        }

        @Override
        public void start() throws Exception {
            deploy(vertx, () -> queue.serve(RoundTrip::work));
        }

        @Override
        public void submit(Integer job, Completable<Integer> told) {
            queue.submit(job).onComplete(told);
        }
    }

    /** {@code request} of the event bus, which worker verticles answer. */
    final class ByEventBus implements RoundTrip {
        private static final String ADDRESS = "jobs";

        private final Vertx vertx;

        ByEventBus(Vertx vertx) {
            this.vertx = vertx;
        }

        @Override
        public void start() throws Exception {
            deploy(
                    vertx,
                    () -> vertx.eventBus()
                            .<Integer>localConsumer(ADDRESS, message -> message.reply(work(message.body()))));
        }

        @Override
        public void submit(Integer job, Completable<Integer> told) {
            vertx.eventBus().<Integer>request(ADDRESS, job).map(Message::body).onComplete(told);
        }
    }

    /** Whether jobs may overtake each other. */
    enum Order {
        /** They may, and all workers work. */
        NONE,
        /** They may not: one worker at a time, which is the default of {@code executeBlocking}. */
        ONE_AFTER_THE_OTHER
    }

    /** {@code executeBlocking} on a pool of so many threads. */
    final class ByExecuteBlocking implements RoundTrip {
        private final Vertx vertx;
        private final boolean ordered;

        ByExecuteBlocking(Vertx vertx, Order order) {
            this.vertx = vertx;
            ordered = order == Order.ONE_AFTER_THE_OTHER;
        }

        @Override
        public void submit(Integer job, Completable<Integer> told) {
            vertx.executeBlocking(() -> work(job), ordered).onComplete(told);
        }
    }

    /** A queue that threads take jobs from; {@link Context#runOnContext} for each result. */
    final class ByQueue implements RoundTrip {
        private record Job(Integer work, Context submitter, Completable<Integer> told) {
            void run() {
                Integer result = RoundTrip.work(work);
                submitter.runOnContext(back -> told.succeed(result));
            }
        }

        private final BlockingQueue<Job> queue = new LinkedBlockingQueue<>(Trip.BOUND);
        private final List<Thread> workers = new ArrayList<>();

        @Override
        public void start() {
            for (int i = 0; i < Trip.WORKERS; i++) {
                Thread worker = new Thread(this::serve, "worker " + i);
                worker.start();
                workers.add(worker);
            }
        }

        private void serve() {
            try {
                while (true) {
                    queue.take().run();
                }
            } catch (InterruptedException closed) {
                Thread.currentThread().interrupt();
            }
        }

        @Override
        public void submit(Integer job, Completable<Integer> told) {
            queue.add(new Job(job, Vertx.currentContext(), told));
        }

        @Override
        public void stop() throws InterruptedException {
            for (Thread worker : workers) {
                worker.interrupt();
                worker.join();
            }
        }
    }
}
