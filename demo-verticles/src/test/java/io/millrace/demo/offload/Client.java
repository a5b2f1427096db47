package io.millrace.demo.offload;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.json.JsonObject;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Asks a server over HTTP, any number of questions at once. */
final class Client {
    private static final long LIMIT_SECONDS = 20;
    private static final int CONNECTIONS = 100;

    private final Vertx vertx = Vertx.vertx();
    private final HttpClient http = vertx.createHttpClient(new PoolOptions().setHttp1MaxSize(CONNECTIONS));
    private final int port;

    Client(int port) {
        this.port = port;
    }

    CompletableFuture<Answer> ask(HttpMethod method, String uri) {
        Future<Answer> answer = http.request(method, port, "localhost", uri)
                .compose(request -> request.send())
                .compose(response -> response.body()
                        .map(body ->
                                new Answer(response.statusCode(), response.getHeader("Retry-After"), body.toString())));
        return answer.toCompletionStage().toCompletableFuture();
    }

    CompletableFuture<Answer> ask(String uri) {
        return ask(HttpMethod.GET, uri);
    }

    /** The same question so many times at once. */
    Stream<CompletableFuture<Answer>> ask(String uri, int times) {
        return IntStream.range(0, times).mapToObj(i -> ask(uri)).toList().stream();
    }

    Answer get(String uri) throws ExecutionException, InterruptedException, TimeoutException {
        return end(ask(uri));
    }

    static Answer end(CompletableFuture<Answer> answer)
            throws ExecutionException, InterruptedException, TimeoutException {
        return answer.get(LIMIT_SECONDS, TimeUnit.SECONDS);
    }

    /** What a line of the metrics says; the line is looked up by all before the value. */
    double metric(String line) throws ExecutionException, InterruptedException, TimeoutException {
        return get("/metrics")
                .body()
                .lines()
                .filter(each -> each.startsWith(line + " "))
                .mapToDouble(each -> Double.parseDouble(each.substring(line.length() + 1)))
                .findFirst()
                .orElse(Double.NaN);
    }

    void close() throws ExecutionException, InterruptedException {
        Server.await(vertx.close());
    }

    record Answer(int status, String retryAfter, String body) {
        JsonObject json() {
            return new JsonObject(body);
        }
    }
}
