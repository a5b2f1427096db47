package io.millrace.benchmarks.vertx;

import io.millrace.vertx.ChannelOptions;
import io.millrace.vertx.VertxChannel;
import io.millrace.vertx.VertxReceiver;
import io.millrace.vertx.VertxSender;
import io.vertx.core.Context;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.HdrHistogram.Histogram;

/**
 * The latency of an HTTP server on an event loop while something on that same loop never comes to an end. One client asks
 * again as soon as it has its answer.
 */
public final class LoopLatency {
    private static final long WARM_UP_NANOS = TimeUnit.SECONDS.toNanos(Long.getLong("millrace.warmUpSeconds", 2));
    private static final long MEASURE_NANOS = TimeUnit.SECONDS.toNanos(Long.getLong("millrace.measureSeconds", 10));

    private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
    private final AtomicLong events = new AtomicLong();

    private LoopLatency() {}

    /** What keeps the loop busy. */
    private enum Load {
        NOTHING("nothing") {
            @Override
            void begin(LoopLatency run, Context context) {}
        },
        PING_PONG("ping-pong over two channels") {
            @Override
            void begin(LoopLatency run, Context context) {
                VertxChannel<Integer> forth = channel(run, 0);
                VertxChannel<Integer> back = channel(run, 0);
                VertxSender<Integer> ping = forth.sender();
                VertxSender<Integer> pong = back.sender();
                forth.receiver().handler(pong::send);
                back.receiver().handler(message -> {
                    run.countEvent();
                    ping.send(message);
                });
                ping.send(1);
            }
        },
        SELF_FEEDING_CONSUMER("self-feeding consumer") {
            @Override
            void begin(LoopLatency run, Context context) {
                VertxChannel<Integer> channel = channel(run, 1);
                VertxSender<Integer> sender = channel.sender();
                channel.receiver().handler(message -> {
                    run.countEvent();
                    sender.send(message);
                });
                sender.send(1);
            }
        },
        SELF_FEEDING_FUTURES("self-feeding futures") {
            @Override
            void begin(LoopLatency run, Context context) {
                VertxChannel<Integer> channel = channel(run, 1);
                again(run, channel.sender(), channel.receiver());
            }

            private void again(LoopLatency run, VertxSender<Integer> sender, VertxReceiver<Integer> receiver) {
                run.countEvent();
                sender.send(1).compose(sent -> receiver.receive()).onSuccess(message -> again(run, sender, receiver));
            }
        },
        RUN_ON_CONTEXT("naive runOnContext") {
            @Override
            void begin(LoopLatency run, Context context) {
                run.countEvent();
                context.runOnContext(again -> begin(run, context));
            }
        };

        final String title;

        Load(String title) {
            this.title = title;
        }

        /** Called on the loop. */
        abstract void begin(LoopLatency run, Context context);

        private static VertxChannel<Integer> channel(LoopLatency run, int capacity) {
            return VertxChannel.create(run.vertx, new ChannelOptions().setCapacity(capacity));
        }
    }

    // Owned by: the event loop
    private void countEvent() {
        events.lazySet(events.get() + 1);
    }

    private record Result(Histogram latency, double eventsPerSecond) {}

    private Result measure(Load load) throws Exception {
        Promise<Context> deployed = Promise.promise();
        Promise<Integer> port = Promise.promise();
        vertx.deployVerticle(context -> vertx.createHttpServer()
                        .requestHandler(request -> request.response().end("x"))
                        .listen(0, "localhost")
                        .map(server -> {
                            port.complete(server.actualPort());
                            deployed.complete(context);
                            return null;
                        }))
                .await(10, TimeUnit.SECONDS);
        Context context = deployed.future().await(10, TimeUnit.SECONDS);
        context.runOnContext(begin -> load.begin(this, context));

        HttpClient client =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create("http://localhost:" + port.future().await(10, TimeUnit.SECONDS)))
                .build();
        ask(client, request, WARM_UP_NANOS);
        long eventsBefore = events.get();
        long begin = System.nanoTime();
        Histogram latency = ask(client, request, MEASURE_NANOS);
        double seconds = (System.nanoTime() - begin) / 1e9;
        double eventsPerSecond = (events.get() - eventsBefore) / seconds;
        return new Result(latency, eventsPerSecond);
    }

    private static Histogram ask(HttpClient client, HttpRequest request, long nanos) throws Exception {
        Histogram latency = new Histogram(3);
        long end = System.nanoTime() + nanos;
        for (long begin = System.nanoTime(); begin - end < 0; begin = System.nanoTime()) {
            int status = client.send(request, BodyHandlers.ofString()).statusCode();
            if (status != 200) {
                throw new IllegalStateException("answered with status " + status);
            }
            latency.recordValue(System.nanoTime() - begin);
        }
        return latency;
    }

    /**
     * Measures beside one load, or beside each in a JVM of its own, and prints a table.
     *
     * @param arguments none, or the name of the only load
     * @throws Exception if the server does not answer
     */
    public static void main(String[] arguments) throws Exception {
        if (arguments.length == 0) {
            System.out.printf(
                    Locale.ROOT,
                    "%-28s %9s %9s %9s %9s %14s%n",
                    "on the same loop",
                    "requests",
                    "p50 ms",
                    "p99 ms",
                    "max ms",
                    "its events/s");
            for (Load load : Load.values()) {
                measureInItsOwnJvm(load);
            }
            return;
        }
        Load load = Load.valueOf(arguments[0]);
        Result result = new LoopLatency().measure(load);
        Histogram latency = result.latency();
        System.out.printf(
                Locale.ROOT,
                "%-28s %9d %9.3f %9.3f %9.3f %14.0f%n",
                load.title,
                latency.getTotalCount(),
                latency.getValueAtPercentile(50) / 1e6,
                latency.getValueAtPercentile(99) / 1e6,
                latency.getMaxValue() / 1e6,
                result.eventsPerSecond());
        System.exit(0); // a loop that is kept from its sockets cannot be asked to close
    }

    private static void measureInItsOwnJvm(Load load) throws Exception {
        Process process = new ProcessBuilder(
                        System.getProperty("java.home") + "/bin/java",
                        "-Dmillrace.warmUpSeconds=" + TimeUnit.NANOSECONDS.toSeconds(WARM_UP_NANOS),
                        "-Dmillrace.measureSeconds=" + TimeUnit.NANOSECONDS.toSeconds(MEASURE_NANOS),
                        "-cp",
                        System.getProperty("java.class.path"),
                        LoopLatency.class.getName(),
                        load.name())
                .inheritIO()
                .start();
        int exitStatus = process.waitFor();
        if (exitStatus != 0) {
            throw new IllegalStateException(load + " ended with " + exitStatus);
        }
    }
}
