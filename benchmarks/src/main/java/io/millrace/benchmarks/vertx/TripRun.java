package io.millrace.benchmarks.vertx;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * One rival on one trip, in a Vert.x of its own. Every message is checked on its arrival: one way they must come in the order
 * in which they were sent, and each job must have its own result.
 */
abstract class TripRun {
    /** Messages are small numbers, which are never allocated, and tell the order. */
    private static final int LARGEST_MESSAGE = 127;

    private final Vertx vertx =
            Vertx.vertx(new VertxOptions().setEventLoopPoolSize(2).setWorkerPoolSize(Trip.WORKERS));

    /** Opens what a rival needs for a trip. */
    static TripRun of(VertxRival rival, Trip trip) throws Exception {
        return trip.isOneWay() ? new OneWayRun(rival, trip) : new RoundTripRun(rival, trip);
    }

    /** Moves so many messages, and returns when the last one has arrived. */
    final void move(int messages) throws Exception {
        CompletableFuture<Void> arrived = new CompletableFuture<>();
        begin(messages, arrived);
        arrived.get(1, TimeUnit.MINUTES);
    }

    abstract void begin(int messages, CompletableFuture<Void> arrived) throws InterruptedException;

    final Vertx vertx() {
        return vertx;
    }

    /** A new context on an event loop of its own, as long as there are no more than two. */
    final Context deploy() throws Exception {
        CompletableFuture<Context> deployed = new CompletableFuture<>();
        vertx.deployVerticle(context -> {
                    deployed.complete(context);
                    return Future.succeededFuture();
                })
                .await(10, TimeUnit.SECONDS);
        return deployed.get(10, TimeUnit.SECONDS);
    }

    /** Runs an action on a context; returns when it has ended. */
    static void runOn(Context context, Runnable action) throws Exception {
        CompletableFuture<Void> done = new CompletableFuture<>();
        context.runOnContext(run -> {
            try {
                action.run();
                done.complete(null);
            } catch (Throwable failure) {
                done.completeExceptionally(failure);
            }
        });
        done.get(10, TimeUnit.SECONDS);
    }

    /** Closes its Vert.x. */
    void end() throws Exception {
        vertx.close().await(10, TimeUnit.SECONDS);
    }

    private static Integer message(int number) {
        return number & LARGEST_MESSAGE;
    }

    private static final class OneWayRun extends TripRun {
        /** How many messages an event loop sends before it looks at its other events. */
        private static final int BATCH = 128;

        private final Trip trip;
        private final OneWay way;
        private final Context sending;
        private volatile Arrivals arrivals;

        /** The messages of one run as they arrive. */
        private static final class Arrivals {
            private final int expected;
            private final CompletableFuture<Void> end;

            // Owned by: the receiving event loop
            private int seen;

            Arrivals(int expected, CompletableFuture<Void> end) {
                this.expected = expected;
                this.end = end;
            }

            void add(Integer message) {
                if (!message.equals(message(seen))) {
                    end.completeExceptionally(
                            new IllegalStateException("message " + seen + " is " + message + " of another place"));
                }
                if (++seen == expected) {
                    end.complete(null);
                }
            }
        }

        OneWayRun(VertxRival rival, Trip trip) throws Exception {
            this.trip = trip;
            way = rival.oneWay(vertx(), trip);
            Context receiving = deploy();
            sending = deploy();
            runOn(receiving, () -> way.receive(message -> arrivals.add(message)));
            if (trip == Trip.LOOP_TO_LOOP) {
                runOn(sending, way::beginSending);
            } else {
                way.beginSending();
            }
        }

        @Override
        void begin(int messages, CompletableFuture<Void> arrived) throws InterruptedException {
            arrivals = new Arrivals(messages, arrived);
            if (trip == Trip.LOOP_TO_LOOP) {
                sending.runOnContext(run -> sendBatch(0, messages, arrived));
            } else {
                for (int i = 0; i < messages; i++) {
                    way.send(message(i));
                }
            }
        }

        private void sendBatch(int from, int messages, CompletableFuture<Void> arrived) {
            int end = Math.min(messages, from + BATCH);
            Future<Void> last = OneWay.ACCEPTED;
            try {
                for (int i = from; i < end; i++) {
                    last = way.send(message(i));
                }
            } catch (Throwable failure) {
                arrived.completeExceptionally(failure);
                return;
            }
            if (end == messages) {
                return;
            }
            last.onSuccess(accepted -> sending.runOnContext(run -> sendBatch(end, messages, arrived)))
                    .onFailure(arrived::completeExceptionally);
        }
    }

    private static final class RoundTripRun extends TripRun {
        private final Trip trip;
        private final RoundTrip workers;
        private final Context submitting;

        RoundTripRun(VertxRival rival, Trip trip) throws Exception {
            this.trip = trip;
            workers = rival.roundTrip(vertx());
            workers.start();
            submitting = deploy();
        }

        @Override
        void begin(int messages, CompletableFuture<Void> arrived) {
            Results results = new Results(messages, arrived);
            submitting.runOnContext(run -> {
                for (int i = 0; i < trip.inFlight(); i++) {
                    results.submitNext();
                }
            });
        }

        /** The jobs of one run, and their results as they arrive; each result sends the next job. */
        private final class Results {
            private final int jobs;
            private final CompletableFuture<Void> end;

            // Owned by: the submitting event loop
            private int submitted;
            private int arrived;

            Results(int jobs, CompletableFuture<Void> end) {
                this.jobs = jobs;
                this.end = end;
            }

            void submitNext() {
                if (submitted < jobs) {
                    Integer job = message(submitted++);
                    workers.submit(job, (result, failure) -> arrived(job, result, failure));
                }
            }

            private void arrived(Integer job, Integer result, Throwable failure) {
                if (failure != null) {
                    end.completeExceptionally(failure);
                } else if (result != RoundTrip.work(job)) {
                    end.completeExceptionally(new IllegalStateException("result of " + job + " is " + result));
                } else if (++arrived == jobs) {
                    end.complete(null);
                } else {
                    submitNext();
                }
            }
        }

        @Override
        void end() throws Exception {
            workers.stop();
            super.end();
        }
    }
}
