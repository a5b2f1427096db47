package io.millrace.benchmarks.cost;

import io.millrace.Channel;
import io.millrace.Sender;
import io.millrace.vertx.VertxChannel;
import io.millrace.vertx.VertxReceiver;
import io.millrace.vertx.VertxSender;
import io.vertx.core.AbstractVerticle;
import io.vertx.core.Context;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.ThreadingModel;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.eventbus.DeliveryOptions;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.LongConsumer;
import org.HdrHistogram.Histogram;

/** How long a message takes from a thread to an event loop, and from an event loop to a worker and back. */
final class LoopHandOver implements Program {
    private static final String EVENT_BUS = "event bus";
    private static final String RUN_ON_CONTEXT = "runOnContext";
    private static final String EXECUTE_BLOCKING = "executeBlocking";
    private static final String ADDRESS = "hand-over";
    private static final int CAPACITY = 128;
    private static final int ROUND_TRIP_RATE = 1_000;

    @Override
    public String suite() {
        return "latency-vertx";
    }

    @Override
    public List<String> rivals() {
        return List.of(Parties.OURS, EVENT_BUS, RUN_ON_CONTEXT, EXECUTE_BLOCKING);
    }

    @Override
    public void measure(String rival, Effort effort, Findings findings) throws Exception {
        Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
        Context loop = deployed(vertx, ThreadingModel.EVENT_LOOP);
        Context worker = deployed(vertx, ThreadingModel.WORKER);
        if (!rival.equals(EXECUTE_BLOCKING)) {
            OneWay oneWay = new OneWay(System.nanoTime());
            LongConsumer sender = onContext(loop, nothing -> oneWaySender(rival, vertx, loop, oneWay));
            for (int rate : new int[] {1_000, 10_000, 100_000}) {
                findings.addPercentiles(
                        "thread to event loop, %,d/s".formatted(rate),
                        oneWay.measure(loop, sender, rate, effort.seconds(1.5)));
            }
            oneWay.channel.close();
        }
        if (!rival.equals(RUN_ON_CONTEXT)) {
            Function<Long, Future<Long>> asking = asker(rival, vertx, loop, worker);
            Promise<Histogram> done = Promise.promise();
            loop.runOnContext(begin -> new RoundTrips(asking, effort.seconds(1.5), done).next(vertx));
            findings.addPercentiles(
                    "event loop to worker and back, %,d/s".formatted(ROUND_TRIP_RATE),
                    done.future().await(1, TimeUnit.MINUTES));
        }
        vertx.close().await(10, TimeUnit.SECONDS);
    }

    private static Context deployed(Vertx vertx, ThreadingModel model) throws Exception {
        Promise<Context> deployed = Promise.promise();
        vertx.deployVerticle(
                new AbstractVerticle() {
                    @Override
                    public void start() {
                        deployed.complete(context);
                    }
                },
                new DeploymentOptions().setThreadingModel(model));
        return deployed.future().await(10, TimeUnit.SECONDS);
    }

    private static <T> T onContext(Context context, Function<Void, T> work) throws Exception {
        Promise<T> result = Promise.promise();
        context.runOnContext(begin -> {
            try {
                result.complete(work.apply(null));
            } catch (Throwable failure) {
                result.fail(failure);
            }
        });
        return result.future().await(10, TimeUnit.SECONDS);
    }

    /** On the loop: registers who receives there; what is returned sends from a thread outside of Vert.x. */
    private static LongConsumer oneWaySender(String rival, Vertx vertx, Context loop, OneWay received) {
        switch (rival) {
            case Parties.OURS -> {
                Channel<Long> channel = received.channel;
                VertxChannel.wrap(vertx, channel).receiver().handler(received);
                Sender<Long> sender = channel.sender();
                return due -> {
                    try {
                        sender.send(due);
                    } catch (InterruptedException nobodyInterrupts) {
                        throw new IllegalStateException("interrupted while sending", nobodyInterrupts);
                    }
                };
            }
            case EVENT_BUS -> {
                vertx.eventBus().<Long>localConsumer(ADDRESS, message -> received.handle(message.body()));
                DeliveryOptions local = new DeliveryOptions().setLocalOnly(true);
                return due -> vertx.eventBus().send(ADDRESS, due, local);
            }
            default -> {
                return due -> loop.runOnContext(received.ofOne(due));
            }
        }
    }

    /** What arrives at the loop. */
    private static final class OneWay implements Handler<Long> {
        /** Of ours: what the thread sends to. */
        final Channel<Long> channel = Channel.bounded(CAPACITY);

        // Owned by: the event loop
        private Histogram latency = new Histogram(3);
        private long measured;

        OneWay(long measured) {
            this.measured = measured;
        }

        @Override
        public void handle(Long due) {
            if (due - measured >= 0) {
                latency.recordValue(Math.max(0, System.nanoTime() - due));
            }
        }

        Handler<Void> ofOne(long due) {
            return nothing -> handle(due);
        }

        Histogram measure(Context loop, LongConsumer sender, int rate, long nanos) throws Exception {
            long first = System.nanoTime() + nanos / 3;
            onContext(loop, nothing -> {
                latency = new Histogram(3);
                measured = first;
                return this;
            });
            Pace pace = new Pace(rate);
            long due;
            do {
                due = pace.next();
                sender.accept(due);
            } while (due - first - nanos < 0);
            Histogram found;
            do { // those that are still on their way
                found = onContext(loop, nothing -> latency);
            } while (found.getTotalCount() == 0);
            return found;
        }
    }

    /** What an event loop calls to have a number sent to a worker and back. */
    private static Function<Long, Future<Long>> asker(String rival, Vertx vertx, Context loop, Context worker)
            throws Exception {
        switch (rival) {
            case Parties.OURS -> {
                VertxChannel<Long> there = VertxChannel.wrap(vertx, Channel.bounded(CAPACITY));
                VertxChannel<Long> back = VertxChannel.wrap(vertx, Channel.bounded(CAPACITY));
                onContext(worker, nothing -> {
                    VertxSender<Long> answers = back.sender();
                    return there.receiver().handler(answers::send);
                });
                VertxSender<Long> questions = onContext(loop, nothing -> there.sender());
                VertxReceiver<Long> answers = onContext(loop, nothing -> back.receiver());
                return number -> {
                    Future<Long> answer = answers.receive();
                    questions.send(number);
                    return answer;
                };
            }
            case EVENT_BUS -> {
                onContext(
                        worker,
                        nothing -> vertx.eventBus()
                                .<Long>localConsumer(ADDRESS + "-back", question -> question.reply(question.body())));
                DeliveryOptions local = new DeliveryOptions().setLocalOnly(true);
                return number -> vertx.eventBus()
                        .<Long>request(ADDRESS + "-back", number, local)
                        .map(answer -> answer.body());
            }
            default -> {
                return number -> loop.executeBlocking(() -> number);
            }
        }
    }

    /** Round trips, each begun by a timer of the event loop; the first third warms up. */
    private static final class RoundTrips {
        private final Function<Long, Future<Long>> asking;
        private final Promise<Histogram> done;
        private final Histogram latency = new Histogram(3);
        private final long measured;
        private final long end;

        RoundTrips(Function<Long, Future<Long>> asking, long nanos, Promise<Histogram> done) {
            this.asking = asking;
            this.done = done;
            this.measured = System.nanoTime() + nanos / 3;
            this.end = measured + nanos;
        }

        void next(Vertx vertx) {
            vertx.setTimer(1_000 / ROUND_TRIP_RATE, timer -> ask(vertx));
        }

        private void ask(Vertx vertx) {
            long asked = System.nanoTime();
            asking.apply(asked).onFailure(done::tryFail).onSuccess(answer -> {
                if (answer - measured >= 0) {
                    latency.recordValue(System.nanoTime() - answer);
                }
                if (answer - end >= 0) {
                    done.tryComplete(latency);
                } else {
                    next(vertx);
                }
            });
        }
    }
}
