package io.millrace.benchmarks.vertx;

import io.millrace.vertx.ChannelOptions;
import io.millrace.vertx.VertxChannel;
import io.millrace.vertx.VertxSender;
import io.millrace.vertx.WorkQueue;
import io.millrace.vertx.WorkQueueOptions;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.ThreadingModel;
import io.vertx.core.Vertx;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * Two worker verticles share 200 jobs, and one takes ten times as long for each as the other. Prints how long all of them
 * take over a shared channel, a work queue and the event bus, beside the time that work-conserving sharing predicts: there
 * each job goes to whoever is idle first.
 */
public final class SlowAndFastWorker {
    private static final int JOBS = 200;
    private static final int ROUNDS = 5;
    private static final String NAME = "jobs";

    private final Vertx vertx = Vertx.vertx();
    private final CountDownLatch done = new CountDownLatch(JOBS);

    private SlowAndFastWorker() {}

    /** A worker, and how many jobs it did. */
    private static final class Worker {
        final long millis;
        final AtomicInteger jobs = new AtomicInteger();

        Worker(long millis) {
            this.millis = millis;
        }
    }

    private final Worker slow = new Worker(20);
    private final Worker fast = new Worker(2);

    private void work(Worker worker) {
        try {
            TimeUnit.MILLISECONDS.sleep(worker.millis);
        } catch (InterruptedException e) {
            throw new IllegalStateException("interrupted in the middle of a job", e);
        }
        worker.jobs.incrementAndGet();
        done.countDown();
    }

    /** A way of bringing jobs to workers. */
    private enum Way {
        SHARED_CHANNEL("shared channel") {
            @Override
            void serve(SlowAndFastWorker run, Worker worker) {
                channel(run).receiver().handler(job -> run.work(worker));
            }

            @Override
            void submitAll(SlowAndFastWorker run) {
                VertxSender<Integer> sender = channel(run).sender();
                for (int job = 0; job < JOBS; job++) {
                    sender.send(job);
                }
            }

            private VertxChannel<Integer> channel(SlowAndFastWorker run) {
                return VertxChannel.shared(run.vertx, NAME, new ChannelOptions().setCapacity(1));
            }
        },
        WORK_QUEUE("WorkQueue") {
            @Override
            void serve(SlowAndFastWorker run, Worker worker) {
                queue(run).serve(job -> {
                    run.work(worker);
                    return job;
                });
            }

            @Override
            void submitAll(SlowAndFastWorker run) {
                WorkQueue<Integer, Integer> queue = queue(run);
                for (int job = 0; job < JOBS; job++) {
                    queue.submit(job);
                }
            }

            private WorkQueue<Integer, Integer> queue(SlowAndFastWorker run) {
                return WorkQueue.shared(run.vertx, NAME, new WorkQueueOptions().setCapacity(1));
            }
        },
        EVENT_BUS("event bus") {
            @Override
            void serve(SlowAndFastWorker run, Worker worker) {
                run.vertx.eventBus().localConsumer(NAME, job -> run.work(worker));
            }

            @Override
            void submitAll(SlowAndFastWorker run) {
                for (int job = 0; job < JOBS; job++) {
                    run.vertx.eventBus().send(NAME, job);
                }
            }
        };

        final String title;

        Way(String title) {
            this.title = title;
        }

        /** Called on the context of the worker's verticle. */
        abstract void serve(SlowAndFastWorker run, Worker worker);

        /** Called on an event loop. */
        abstract void submitAll(SlowAndFastWorker run);
    }

    private void deploy(ThreadingModel model, Consumer<SlowAndFastWorker> begin) throws Exception {
        vertx.deployVerticle(
                        context -> {
                            begin.accept(this);
                            return Future.succeededFuture();
                        },
                        new DeploymentOptions().setThreadingModel(model))
                .await(10, TimeUnit.SECONDS);
    }

    /** How many milliseconds all jobs take. */
    private double measure(Way way) throws Exception {
        deploy(ThreadingModel.WORKER, run -> way.serve(run, slow));
        deploy(ThreadingModel.WORKER, run -> way.serve(run, fast));
        long begin = System.nanoTime();
        deploy(ThreadingModel.EVENT_LOOP, way::submitAll);
        if (!done.await(1, TimeUnit.MINUTES)) {
            throw new IllegalStateException("jobs left after a minute: " + done.getCount());
        }
        double millis = (System.nanoTime() - begin) / 1e6;
        vertx.close().await(10, TimeUnit.SECONDS);
        return millis;
    }

    /** How many milliseconds all jobs take when each goes to whoever is idle first. */
    private long predicted() {
        long slowIdleAt = 0;
        long fastIdleAt = 0;
        for (int job = 0; job < JOBS; job++) {
            if (fastIdleAt <= slowIdleAt) {
                fastIdleAt += fast.millis;
            } else {
                slowIdleAt += slow.millis;
            }
        }
        return Math.max(slowIdleAt, fastIdleAt);
    }

    /**
     * Measures each way several times, and prints medians.
     *
     * @param arguments none
     * @throws Exception if something hangs
     */
    public static void main(String[] arguments) throws Exception {
        System.out.printf(
                Locale.ROOT,
                "%-16s %12s %12s %8s %12s%n",
                "way",
                "predicted ms",
                "measured ms",
                "ratio",
                "slow : fast");
        for (Way way : Way.values()) {
            double[] millis = new double[ROUNDS];
            SlowAndFastWorker run = new SlowAndFastWorker();
            run.measure(way); // for the classes that it loads
            for (int round = 0; round < ROUNDS; round++) {
                run = new SlowAndFastWorker();
                millis[round] = run.measure(way);
            }
            Arrays.sort(millis);
            double median = millis[ROUNDS / 2];
            System.out.printf(
                    Locale.ROOT,
                    "%-16s %12d %12.1f %8.2f %12s%n",
                    way.title,
                    run.predicted(),
                    median,
                    median / run.predicted(),
                    run.slow.jobs + " : " + run.fast.jobs);
        }
    }
}
