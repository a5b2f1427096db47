package io.millrace.vertx;

import static io.millrace.vertx.Host.get;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.search.Search;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.millrace.Channel;
import io.millrace.Receiver;
import io.millrace.SendResult;
import io.millrace.Sender;
import io.millrace.spi.PendingReceive;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.ThreadingModel;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.micrometer.Label;
import io.vertx.micrometer.MicrometerMetricsFactory;
import io.vertx.micrometer.MicrometerMetricsOptions;
import java.lang.ref.Reference;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the metrics of a Vert.x instance tell of channels and work queues. */
class PoolMetricsTest {
    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final Vertx vertx = Vertx.builder()
            .with(new VertxOptions()
                    .setMetricsOptions(new MicrometerMetricsOptions()
                            .setEnabled(true)
                            .setLabels(EnumSet.of(Label.POOL_TYPE, Label.POOL_NAME))))
            .withMetrics(new MicrometerMetricsFactory(registry))
            .build();

    @AfterEach
    void closeVertx() throws Exception {
        get(vertx.close());
    }

    private double pool(String name, String pool) {
        Meter meter = Search.in(registry)
                .name("vertx.pool." + name)
                .tags("pool_type", "channel", "pool_name", pool)
                .meter();
        assertThat(meter).as("vertx.pool.%s of %s", name, pool).isNotNull();
        return meter.measure().iterator().next().getValue();
    }

    private void assertPool(String pool, int pending, int inUse) {
        assertThat(List.of(pool("queue.pending", pool), pool("in.use", pool)))
                .as("pending and in use of %s", pool)
                .containsExactly((double) pending, (double) inUse);
    }

    private void awaitPool(String pool, int pending, int inUse) {
        await().untilAsserted(() -> assertPool(pool, pending, inUse));
    }

    private VertxChannel<Integer> shared(String name, int capacity) {
        return VertxChannel.shared(vertx, name, new ChannelOptions().setCapacity(capacity));
    }

    private static <T> T next(BlockingQueue<T> begun) throws InterruptedException {
        T next = begun.poll(10, SECONDS);
        assertThat(next).isNotNull();
        return next;
    }

    @Test
    void prometheus_showsWhatWaitsAndWhatIsInUse() throws Exception {
        VertxChannel<Integer> channel = shared("orders", 2);
        VertxSender<Integer> sender = channel.sender();
        for (int message = 1; message <= 3; message++) {
            sender.send(message);
        }
        assertThat(registry.scrape().lines().filter(line -> line.contains("orders")))
                .contains(
                        "vertx_pool_queue_pending{pool_name=\"orders\",pool_type=\"channel\"} 3.0",
                        "vertx_pool_in_use{pool_name=\"orders\",pool_type=\"channel\"} 0.0");

        BlockingQueue<Promise<Void>> begun = new LinkedBlockingQueue<>();
        Host host = Host.deploy(vertx, ThreadingModel.EVENT_LOOP);
        host.call(() -> channel.receiver().process(2, message -> {
            Promise<Void> end = Promise.promise();
            begun.add(end);
            return end.future();
        }));
        next(begun);
        Promise<Void> second = next(begun);
        assertThat(registry.scrape().lines().filter(line -> line.contains("orders")))
                .contains(
                        "vertx_pool_queue_pending{pool_name=\"orders\",pool_type=\"channel\"} 1.0",
                        "vertx_pool_in_use{pool_name=\"orders\",pool_type=\"channel\"} 2.0");

        second.complete();
        next(begun).complete();
        awaitPool("orders", 0, 1);
        assertThat(registry.scrape().lines().filter(line -> line.contains("orders")))
                .contains(
                        "vertx_pool_queue_time_seconds_count{pool_name=\"orders\",pool_type=\"channel\"} 3",
                        "vertx_pool_completed_total{pool_name=\"orders\",pool_type=\"channel\"} 2.0");
    }

    @Test
    void handler_isInUseUntilItReturns_alsoWhenItThrows() throws Exception {
        VertxChannel<Integer> channel = shared("handled", 1);
        BlockingQueue<Double> inUse = new LinkedBlockingQueue<>();
        Host host = Host.deploy(vertx, ThreadingModel.WORKER);
        host.context().exceptionHandler(failure -> {});
        host.call(() -> channel.receiver().handler(message -> {
            inUse.add(pool("in.use", "handled"));
            throw new IllegalStateException("handler fails");
        }));
        VertxSender<Integer> sender = channel.sender();
        sender.send(1);
        sender.send(2);
        assertThat(List.of(next(inUse), next(inUse))).containsOnly(1.0);
        awaitPool("handled", 0, 0);
    }

    @Test
    void process_thatThrowsOrReturnsNothing_leavesNothingInUse() throws Exception {
        VertxChannel<Integer> channel = shared("failing", 4);
        BlockingQueue<Throwable> failures = new LinkedBlockingQueue<>();
        Host host = Host.deploy(vertx, ThreadingModel.EVENT_LOOP);
        host.call(() -> channel.receiver().exceptionHandler(failures::add).process(1, message -> {
            if (message == 1) {
                throw new IllegalStateException("process fails");
            }
            return message == 2 ? null : Future.failedFuture("failed");
        }));
        VertxSender<Integer> sender = channel.sender();
        for (int message = 1; message <= 3; message++) {
            sender.send(message);
        }
        next(failures);
        next(failures);
        next(failures);
        assertPool("failing", 0, 0);
        assertThat(pool("completed", "failing")).isEqualTo(3);
    }

    @Test
    void threadsThatUseTheCoresHandles_areSeenAtOnce() throws Exception {
        Channel<Integer> channel = shared("threads", 1).channel();
        channel.sender().send(1);
        assertPool("threads", 1, 0);
        var waiting = channel.sender().sendAsync(2);
        assertPool("threads", 2, 0);
        waiting.cancel(false);
        assertPool("threads", 1, 0);
        assertThat(channel.receiver().receive()).isEqualTo(1);
        assertPool("threads", 0, 0);
        assertThat(pool("queue.time", "threads")).as("samples").isEqualTo(2);
    }

    @Test
    void putBack_waitsAgain() {
        Channel<Integer> channel = shared("put back", 1).channel();
        channel.sender().trySend(1);
        PendingReceive<Integer> received = channel.receiver().receive(() -> {});
        assertPool("put back", 0, 0);
        received.putBack();
        assertPool("put back", 1, 0);
        assertThat(channel.receiver().drain()).containsExactly(1);
        assertPool("put back", 0, 0);
    }

    @Test
    void timeout_undeployAndClose_leaveNothing() throws Exception {
        VertxChannel<Integer> channel = shared("ends", 1);
        Host host = Host.deploy(vertx, ThreadingModel.EVENT_LOOP);
        VertxSender<Integer> sender = host.call(channel::sender);
        host.call(() -> sender.send(1));
        Future<Void> late = host.call(() -> sender.send(2, Duration.ofMillis(1)));
        await().until(late::failed);
        assertPool("ends", 1, 0);
        host.call(() -> sender.send(3));
        assertPool("ends", 2, 0);
        get(host.undeploy());
        assertPool("ends", 1, 0);
        get(channel.close());
        assertPool("ends", 1, 0);
        assertThat(channel.channel().receiver().drain()).containsExactly(1);
        assertPool("ends", 0, 0);
    }

    @Test
    void cancelAndTheEndOfVertx_leaveNothing() throws Exception {
        VertxChannel<Integer> cancelled = shared("cancelled", 5);
        VertxChannel<Integer> open = shared("open", 5);
        WorkQueue<Integer, Integer> queue = WorkQueue.shared(vertx, "queue", new WorkQueueOptions().setCapacity(1));
        cancelled.channel().sender().trySend(1);
        open.channel().sender().trySend(1);
        open.channel().sender().trySend(2);
        queue.submit(1);
        queue.submit(2);
        assertPool("queue", 2, 0);
        cancelled.channel().cancel();
        assertPool("cancelled", 0, 0);
        assertPool("open", 2, 0);
        get(vertx.close());
        assertThat(open.stats().disconnected()).isTrue();
        assertPool("open", 0, 0);
        assertPool("queue", 0, 0);
    }

    @Test
    void createdChannels_withoutAName_shareOne() {
        VertxChannel<Integer> one = VertxChannel.create(vertx, new ChannelOptions().setCapacity(1));
        VertxChannel<Integer> other = VertxChannel.create(vertx, new ChannelOptions().setCapacity(1));
        one.sender().trySend(1);
        other.sender().trySend(1);
        assertPool("unnamed", 2, 0);
        Reference.reachabilityFence(List.of(one, other)); // a channel that is lost waits for nobody
    }

    @Test
    void channelThatIsLostWithMessages_leavesNothing() {
        sendAndLose();
        await().untilAsserted(() -> {
            System.gc();
            assertPool("lost", 0, 0);
        });
    }

    private void sendAndLose() {
        VertxChannel<Integer> channel =
                VertxChannel.create(vertx, new ChannelOptions().setName("lost").setCapacity(1));
        channel.channel().sender().trySend(1);
        assertPool("lost", 1, 0);
        Reference.reachabilityFence(channel);
    }

    @Test
    void wrappedChannels_areNotReported() {
        VertxChannel<Integer> wrapped = VertxChannel.wrap(
                vertx, Channel.<Integer>builder().name("wrapped").capacity(1).build());
        wrapped.sender().trySend(1);
        assertThat(Search.in(registry).tags("pool_name", "wrapped").meter()).isNull();
    }

    @Test
    void workQueue_showsJobsThatWaitAndThoseInWork() throws Exception {
        WorkQueue<Integer, Integer> queue = WorkQueue.shared(vertx, "jobs", new WorkQueueOptions().setCapacity(1));
        BlockingQueue<Promise<Integer>> begun = new LinkedBlockingQueue<>();
        Host host = Host.deploy(vertx, ThreadingModel.EVENT_LOOP);
        host.call(() -> queue.serveAsync(2, job -> {
            Promise<Integer> end = Promise.promise();
            begun.add(end);
            return end.future();
        }));
        List<Future<Integer>> results = List.of(queue.submit(1), queue.submit(2));
        Promise<Integer> first = next(begun);
        Promise<Integer> second = next(begun);
        assertPool("jobs", 0, 2);
        Future<Integer> third = queue.submit(3);
        Future<Integer> fourth = queue.submit(4);
        assertPool("jobs", 2, 2);
        first.complete(1);
        second.fail("failed");
        get(results.get(0));
        next(begun).complete(3);
        next(begun).complete(4);
        get(third);
        get(fourth);
        assertPool("jobs", 0, 0);
        assertThat(pool("completed", "jobs")).isEqualTo(4);
    }

    @Test
    void manyThreadsAndHandlers_leaveNothing() throws Exception {
        VertxChannel<Integer> channel = shared("busy", 3);
        int messages = 20_000;
        List<Host> hosts =
                List.of(Host.deploy(vertx, ThreadingModel.EVENT_LOOP), Host.deploy(vertx, ThreadingModel.WORKER));
        hosts.get(0).call(() -> channel.receiver().handler(message -> {}));
        hosts.get(1).call(() -> channel.receiver().process(2, message -> Future.succeededFuture()));
        List<Thread> threads = List.of(sending(channel, messages), sending(channel, messages), receiving(channel));
        for (Thread thread : threads) {
            thread.start();
        }
        threads.get(0).join();
        threads.get(1).join();
        channel.channel().close();
        threads.get(2).join();
        await().until(() -> channel.channel().receiver().isTerminated());
        awaitPool("busy", 0, 0);
        // what is put back after another receiver was told of the end becomes undelivered
        assertThat(channel.stats().received() + channel.stats().undelivered()).isEqualTo(2L * messages);
    }

    private static Thread sending(VertxChannel<Integer> channel, int messages) {
        Sender<Integer> sender = channel.channel().sender();
        return new Thread(() -> {
            for (int sent = 0; sent < messages; ) {
                if (ThreadLocalRandom.current().nextBoolean()) {
                    sent += sender.trySend(sent) == SendResult.SENT ? 1 : 0;
                } else {
                    var send = sender.sendAsync(sent);
                    sent += send.cancel(false) ? 0 : 1;
                }
            }
        });
    }

    private static Thread receiving(VertxChannel<Integer> channel) {
        Receiver<Integer> receiver = channel.channel().receiver();
        return new Thread(() -> {
            while (!receiver.isTerminated()) {
                PendingReceive<Integer> receive = receiver.receive(() -> {});
                if (!receive.cancel() && receive.result().isReceived()) {
                    receive.putBack();
                }
            }
        });
    }
}
