package io.millrace.demo.offload;

import static io.vertx.core.eventbus.ReplyFailure.TIMEOUT;

import io.micrometer.core.instrument.MeterRegistry;
import io.millrace.vertx.WorkQueue;
import io.millrace.vertx.WorkQueueMetrics;
import io.millrace.vertx.WorkQueueOptions;
import io.vertx.core.Deployable;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.ThreadingModel;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import java.util.stream.Stream;
import picocli.CommandLine.TypeConversionException;

/** The ways to hand over queries. Each has the same number of worker threads, which do the same with a query. */
enum Via {
    /** Millrace: bounded, and a query that is not accepted in time is refused. */
    WORK_QUEUE("workqueue") {
        @Override
        Future<Offload> start(Vertx vertx, Settings settings, Sessions sessions, MeterRegistry metrics) {
            record Job(Query query, Future<?> clientGone) {}
            WorkQueue<Job, Optional<JsonObject>> queue =
                    WorkQueue.shared(vertx, QUERIES, new WorkQueueOptions().setCapacity(settings.capacity()));
            new WorkQueueMetrics(queue).bindTo(metrics);
            return deploy(vertx, settings, () -> worker -> {
                        queue.serve(job -> sessions.ask(job.query(), job.clientGone()));
                        return Future.succeededFuture();
                    })
                    .map(deployed -> (query, clientGone) ->
                            queue.submit(new Job(query, clientGone), settings.admissionTimeout()));
        }
    },

    /** A pool of Vert.x: its queue has no bound, so it refuses nothing. */
    EXECUTE_BLOCKING("executeBlocking") {
        @Override
        Future<Offload> start(Vertx vertx, Settings settings, Sessions sessions, MeterRegistry metrics) {
            WorkerExecutor pool =
                    vertx.createSharedWorkerExecutor(QUERIES, settings.workers(), NO_LIMIT_DAYS, TimeUnit.DAYS);
            return Future.succeededFuture(
                    (query, clientGone) -> pool.executeBlocking(() -> sessions.ask(query, clientGone), false));
        }
    },

    /**
     * Requests to worker verticles, in turn, whichever of them are busy. What waits has no bound; an answer that takes longer
     * than the event bus waits for a reply comes too late. A message carries no plain objects, so it cannot tell that its sender
     * has lost interest.
     */
    EVENT_BUS("eventbus") {
        @Override
        Future<Offload> start(Vertx vertx, Settings settings, Sessions sessions, MeterRegistry metrics) {
            return deploy(
                            vertx,
                            settings,
                            () -> worker -> vertx.eventBus()
                                    .<JsonObject>consumer(QUERIES, message -> answer(message, sessions))
                                    .completion())
                    .map(deployed -> (query, clientGone) -> vertx.eventBus()
                            .<JsonObject>request(QUERIES, query.toJson())
                            .transform(reply -> reply.succeeded()
                                    ? Future.succeededFuture(
                                            Optional.ofNullable(reply.result().body()))
                                    : Future.failedFuture(failure(reply.cause()))));
        }

        private static void answer(Message<JsonObject> message, Sessions sessions) {
            try {
                message.reply(sessions.ask(Query.of(message.body())).orElse(null));
            } catch (DatabaseFailure failure) {
                message.fail(0, failure.getMessage());
            }
        }

        private static Throwable failure(Throwable cause) {
            return cause instanceof ReplyException reply && reply.failureType() == TIMEOUT
                    ? new TimeoutException(reply.getMessage())
                    : new DatabaseFailure(cause.getMessage(), cause);
        }
    };

    private static final String QUERIES = "queries";
    // one query is one task, and may take as long as it does
    private static final int NO_LIMIT_DAYS = 365;

    private final String option;

    Via(String option) {
        this.option = option;
    }

    static Via of(String option) {
        return Stream.of(values())
                .filter(via -> via.option.equals(option))
                .findFirst()
                .orElseThrow(() -> new TypeConversionException("must be one of " + List.of(values()) + ": " + option));
    }

    /** Starts the workers, until the Vert.x instance is closed. */
    abstract Future<Offload> start(Vertx vertx, Settings settings, Sessions sessions, MeterRegistry metrics);

    private static Future<String> deploy(Vertx vertx, Settings settings, Supplier<Deployable> worker) {
        DeploymentOptions options = new DeploymentOptions()
                .setThreadingModel(ThreadingModel.WORKER)
                .setInstances(settings.workers())
                .setWorkerPoolName(QUERIES)
                .setWorkerPoolSize(settings.workers())
                .setMaxWorkerExecuteTimeUnit(TimeUnit.DAYS)
                .setMaxWorkerExecuteTime(NO_LIMIT_DAYS);
        return vertx.deployVerticle(worker, options);
    }

    @Override
    public String toString() {
        return option;
    }
}
