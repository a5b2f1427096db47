package io.millrace.demo.offload;

import io.vertx.core.Deployable;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.stream.LongStream;

/**
 * Clients that ask a server so many questions over HTTP, one after the other each, and check every answer. All of them are
 * on one event loop.
 */
final class Load {
    private static final int CLIENTS = 64;
    private static final int LONGEST_RANGE = 1000;
    private static final int MAX_SHOWN = 10;

    private final HttpClient client;
    private final int port;
    private final long rows;
    private final SplittableRandom random = new SplittableRandom(1);
    private final Promise<Result> result = Promise.promise();

    private final long[] nanos;
    private final List<String> wrong = new ArrayList<>();
    private final long begun = System.nanoTime();
    private int asked;
    private int answered;
    private int refused;

    private Load(Vertx vertx, int port, long rows, int requests) {
        this.client = vertx.createHttpClient(new PoolOptions().setHttp1MaxSize(CLIENTS));
        this.port = port;
        this.rows = rows;
        this.nanos = new long[requests];
    }

    /** Asks so many questions, at least one. The result is there when every one of them is answered. */
    static Future<Result> run(Vertx vertx, int port, long rows, int requests) {
        Promise<Result> ended = Promise.promise();
        Deployable clients = context -> {
            Load load = new Load(vertx, port, rows, requests);
            load.result.future().onComplete(ended);
            for (int i = 0; i < CLIENTS; i++) {
                load.next();
            }
            return Future.succeededFuture();
        };
        vertx.deployVerticle(clients).onFailure(ended::tryFail);
        return ended.future();
    }

    private void next() {
        if (asked == nanos.length) {
            return;
        }
        int number = asked++;
        if (number % 4 == 0) {
            long from = random.nextLong(rows);
            long to = Math.min(rows - 1, from + random.nextInt(LONGEST_RANGE));
            long sum = LongStream.rangeClosed(from, to)
                    .map(id -> City.of(id).population())
                    .sum();
            JsonObject expected =
                    new JsonObject().put("from", from).put("to", to).put("sum", sum);
            ask(number, "/sum?from=" + from + "&to=" + to, expected);
        } else {
            City city = City.of(random.nextLong(rows));
            ask(number, "/city?name=" + city.name(), city.json());
        }
    }

    private void ask(int number, String uri, JsonObject expected) {
        long asked = System.nanoTime();
        client.request(HttpMethod.GET, port, "localhost", uri)
                .compose(request -> request.send())
                .compose(response -> response.body().map(body -> {
                    if (response.statusCode() == 503 && response.getHeader("Retry-After") != null) {
                        refused++;
                    } else if (response.statusCode() != 200 || !new JsonObject(body).equals(expected)) {
                        wrong.add(uri + " is " + expected + ", answered " + response.statusCode() + " " + body);
                    }
                    return null;
                }))
                .onComplete(done -> {
                    if (done.failed()) {
                        wrong.add(uri + " is " + expected + ", failed with " + done.cause());
                    }
                    nanos[number] = System.nanoTime() - asked;
                    answered();
                });
    }

    private void answered() {
        answered++;
        if (answered == nanos.length) {
            Arrays.sort(nanos);
            double perSecond = nanos.length * 1e9 / (System.nanoTime() - begun);
            result.complete(
                    new Result(nanos.length, refused, wrong, perSecond, percentileMillis(50), percentileMillis(99)));
        } else {
            next();
        }
    }

    private double percentileMillis(int percent) {
        return nanos[(int) ((long) (nanos.length - 1) * percent / 100)] / 1e6;
    }

    /**
     * What became of the questions.
     *
     * @param refused how often the answer was that there are too many queries at the moment
     * @param wrong what was answered otherwise than it must be
     */
    record Result(int requests, int refused, List<String> wrong, double perSecond, double p50Millis, double p99Millis) {
        String text() {
            StringBuilder text = new StringBuilder();
            wrong.stream()
                    .limit(MAX_SHOWN)
                    .forEach(each -> text.append("wrong: ").append(each).append('\n'));
            return text.append(String.format(
                            Locale.ROOT,
                            "%d requests by %d clients: %d right, %d refused, %d wrong; %.0f requests/s, p50 %.1f ms, p99 %.1f ms",
                            requests,
                            CLIENTS,
                            requests - refused - wrong.size(),
                            refused,
                            wrong.size(),
                            perSecond,
                            p50Millis,
                            p99Millis))
                    .toString();
        }
    }
}
