package io.millrace.demo.offload;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** What the server says over HTTP: an event-loop verticle, any number of which share the port. It never blocks. */
final class Api extends VerticleBase {
    private static final String CITY = "/city";
    private static final String SUM = "/sum";
    private static final String METRICS = "/metrics";
    private static final List<String> PATHS = List.of(CITY, SUM, METRICS);

    private static final String HOST = "localhost";
    // of a verticle's instances, those that listen on one negative port share one that is free
    private static final int ANY_PORT = -1;
    private static final long LONGEST_STOP_SECONDS = 60;

    private final Settings settings;
    private final Offload offload;
    private final PrometheusMeterRegistry metrics;
    private final AtomicInteger inWork;
    private final String retryAfter;
    private @Nullable HttpServer server;

    /**
     * Makes one of several verticles.
     *
     * @param inWork how many queries of all of them have no answer yet
     */
    Api(Settings settings, Offload offload, PrometheusMeterRegistry metrics, AtomicInteger inWork) {
        this.settings = settings;
        this.offload = offload;
        this.metrics = metrics;
        this.inWork = inWork;
        // whole seconds, at least one
        this.retryAfter = Long.toString(
                Math.max(1, settings.admissionTimeout().plusMillis(999).toSeconds()));
    }

    @Override
    public Future<?> start() {
        HttpServer created = vertx.createHttpServer().requestHandler(this::handle);
        server = created;
        return created.listen(settings.port() == 0 ? ANY_PORT : settings.port(), HOST);
    }

    /** Accepts nothing more, and answers what is in work. */
    @Override
    public Future<?> stop() {
        return server == null ? Future.succeededFuture() : server.shutdown(LONGEST_STOP_SECONDS, TimeUnit.SECONDS);
    }

    /** The port, once it has started. */
    int port() {
        return server == null ? settings.port() : server.actualPort();
    }

    private void handle(HttpServerRequest request) {
        Exchange exchange = new Exchange(request);
        if (request.method() != HttpMethod.GET) {
            request.response().putHeader(HttpHeaders.ALLOW, "GET");
            exchange.refuse(405, "method must be GET: " + request.method());
            return;
        }
        String path = request.path();
        try {
            if (CITY.equals(path)) {
                exchange.answer(new Query.CityByName(text(request, "name")));
            } else if (SUM.equals(path)) {
                exchange.answer(range(request));
            } else if (METRICS.equals(path)) {
                exchange.end(200, "text/plain; version=0.0.4; charset=utf-8", metrics.scrape());
            } else {
                exchange.refuse(404, "no such path: " + path + "; there are " + PATHS);
            }
        } catch (BadInput e) {
            exchange.refuse(400, e.getMessage());
        }
    }

    private static String text(HttpServerRequest request, String name) {
        List<String> values;
        try {
            values = request.params().getAll(name);
        } catch (IllegalArgumentException e) {
            throw new BadInput("the query is not encoded as it must be: " + request.query());
        }
        if (values.size() != 1 || values.get(0).isEmpty()) {
            throw new BadInput(name + " must be given once: " + values);
        }
        return values.get(0);
    }

    private Query range(HttpServerRequest request) {
        long from = id(request, "from");
        long to = id(request, "to");
        if (from > to) {
            throw new BadInput("from must be <= to: " + from + " > " + to);
        }
        return new Query.PeopleInRange(from, to);
    }

    private long id(HttpServerRequest request, String name) {
        String value = text(request, name);
        long last = settings.rows() - 1;
        try {
            long id = Long.parseLong(value);
            if (id >= 0 && id <= last) {
                return id;
            }
        } catch (NumberFormatException e) {
            throw new BadInput(name + " must be a number between 0 and " + last + ": " + value);
        }
        throw new BadInput(name + " must be between 0 and " + last + ": " + value);
    }

    private static final class BadInput extends RuntimeException {
        private static final long serialVersionUID = 1;

        BadInput(String message) {
            super(message);
        }
    }

    /** One request and its answer. */
    private final class Exchange {
        private final HttpServerRequest request;
        private final long begun = System.nanoTime();

        Exchange(HttpServerRequest request) {
            this.request = request;
        }

        void answer(Query query) {
            Promise<Void> clientGone = Promise.promise();
            request.response().closeHandler(closed -> {
                metrics.counter("offload.clients.gone").increment();
                clientGone.complete();
            });
            inWork.incrementAndGet();
            offload.ask(query, clientGone.future())
                    .andThen(done -> inWork.decrementAndGet())
                    .onComplete(
                            found -> found.ifPresentOrElse(
                                    json -> end(200, json), () -> refuse(404, "no such row: " + query.toJson())),
                            failure -> {
                                if (failure instanceof TimeoutException) {
                                    request.response().putHeader(HttpHeaders.RETRY_AFTER, retryAfter);
                                    refuse(503, "too many queries at the moment");
                                } else {
                                    refuse(500, String.valueOf(failure.getMessage()));
                                }
                            });
        }

        void refuse(int status, @Nullable String why) {
            end(status, new JsonObject().put("error", why));
        }

        private void end(int status, JsonObject json) {
            end(status, "application/json", json.encode());
        }

        private void end(int status, String type, String body) {
            HttpServerResponse response = request.response();
            boolean gone = response.closed();
            if (!gone) {
                response.setStatusCode(status)
                        .putHeader(HttpHeaders.CONTENT_TYPE, type)
                        .end(body);
            }
            String path = PATHS.contains(request.path()) ? request.path() : "other";
            metrics.timer("offload.requests", "path", path, "status", gone ? "client gone" : Integer.toString(status))
                    .record(System.nanoTime() - begun, TimeUnit.NANOSECONDS);
        }
    }
}
