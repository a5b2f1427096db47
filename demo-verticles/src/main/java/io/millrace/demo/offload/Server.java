package io.millrace.demo.offload;

import static java.util.Objects.requireNonNull;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A running server.
 *
 * <pre>
 * Api (event loop) x processors --queries--> worker x n, one connection to the database each
 *         \________________answers_____________/
 * </pre>
 */
final class Server {
    private static final int EVENT_LOOPS = Runtime.getRuntime().availableProcessors();

    /** From how many milliseconds on Vert.x warns, on standard error, that an event loop is blocked. */
    private static final long EVENT_LOOP_LIMIT_MILLIS = Long.getLong("millrace.eventLoopLimitMillis", 2000);

    private final Vertx vertx;
    private final String deployment;
    private final int port;

    private Server(Vertx vertx, String deployment, int port) {
        this.vertx = vertx;
        this.deployment = deployment;
        this.port = port;
    }

    /** Starts a server, and waits until it accepts requests. */
    static Server start(Settings settings, Sessions sessions) throws ExecutionException, InterruptedException {
        Vertx vertx = Vertx.vertx(new VertxOptions()
                .setEventLoopPoolSize(EVENT_LOOPS)
                .setMaxEventLoopExecuteTimeUnit(TimeUnit.MILLISECONDS)
                .setMaxEventLoopExecuteTime(EVENT_LOOP_LIMIT_MILLIS)
                .setBlockedThreadCheckIntervalUnit(TimeUnit.MILLISECONDS)
                .setBlockedThreadCheckInterval(Math.max(1, EVENT_LOOP_LIMIT_MILLIS / 2)));
        PrometheusMeterRegistry metrics = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        new JvmMemoryMetrics().bindTo(metrics);
        AtomicInteger inWork = new AtomicInteger();
        Gauge.builder("offload.in.work", inWork, AtomicInteger::get)
                .description("Queries without an answer")
                .strongReference(true)
                .register(metrics);
        FunctionCounter.builder("offload.queries", sessions, Sessions::asked)
                .description("Queries that the database was asked")
                .register(metrics);
        try {
            Offload offload = await(settings.via().start(vertx, settings, sessions, metrics));
            AtomicReference<@Nullable Api> any = new AtomicReference<>();
            String deployment = await(vertx.deployVerticle(
                    () -> {
                        Api api = new Api(settings, offload, metrics, inWork);
                        any.set(api);
                        return api;
                    },
                    new DeploymentOptions().setInstances(EVENT_LOOPS)));
            return new Server(vertx, deployment, requireNonNull(any.get()).port());
        } catch (ExecutionException e) {
            await(vertx.close());
            throw e;
        }
    }

    int port() {
        return port;
    }

    /** Accepts nothing more, answers what is in work, and ends the workers; waits for all that. */
    void stop() throws ExecutionException, InterruptedException {
        try {
            await(vertx.undeploy(deployment));
        } finally {
            await(vertx.close());
        }
    }

    // each step by itself: a future that waits for the end of Vert.x on one of its contexts would not get to know of it
    static <T> T await(Future<T> future) throws ExecutionException, InterruptedException {
        return future.toCompletionStage().toCompletableFuture().get();
    }
}
