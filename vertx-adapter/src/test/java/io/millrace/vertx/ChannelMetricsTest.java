package io.millrace.vertx;

import static io.millrace.vertx.Host.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.millrace.Channel;
import io.millrace.Receiver;
import io.millrace.Sender;
import io.millrace.spi.PendingReceive;
import io.millrace.spi.PendingSend;
import io.vertx.core.Future;
import io.vertx.core.ThreadingModel;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import java.lang.ref.Reference;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the meters of channels and work queues show. */
class ChannelMetricsTest {
    /** Of one bounded channel. */
    private static final int METERS = 11;

    private final Vertx vertx = Vertx.vertx();
    private final MeterRegistry registry = new SimpleMeterRegistry();

    /** What must not be collected in the middle of a test. */
    private final List<Object> kept = new ArrayList<>();

    @AfterEach
    void closeVertx() throws Exception {
        get(vertx.close());
    }

    /** A channel that the test does not lose. */
    private Channel<Integer> named(String name) {
        Channel<Integer> channel = channelToLose(name);
        kept.add(channel);
        return channel;
    }

    private static Channel<Integer> channelToLose(String name) {
        return Channel.<Integer>builder().name(name).capacity(2).build();
    }

    private double value(String meter, String... tags) {
        Meter found = registry.get("millrace." + meter).tags(tags).meter();
        return found.measure().iterator().next().getValue();
    }

    private static List<String> waits(MeterRegistry registry, String operation) {
        return registry.get("millrace.channel.wait").tag("operation", operation).timers().stream()
                .map(timer -> timer.count() + (timer.totalTime(TimeUnit.NANOSECONDS) > 0 ? " of some time" : ""))
                .toList();
    }

    // ---- What Prometheus reads

    @Test
    void prometheus_readsTheFiguresOfChannelsAndQueues_overHttp() throws Exception {
        PrometheusMeterRegistry prometheus = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        VertxChannel<Integer> channel = VertxChannel.shared(vertx, "orders", new ChannelOptions().setCapacity(2));
        WorkQueue<Integer, Integer> queue = WorkQueue.shared(vertx, "queries", new WorkQueueOptions().setCapacity(1));
        new ChannelMetrics(channel).bindTo(prometheus);
        new WorkQueueMetrics(queue).bindTo(prometheus);
        HttpServer server = get(vertx.createHttpServer()
                .requestHandler(request -> request.response().end(prometheus.scrape()))
                .listen(0, "localhost"));

        VertxSender<Integer> sender = channel.sender();
        VertxReceiver<Integer> receiver = channel.receiver();
        kept.addAll(List.of(sender, receiver));
        for (int message = 1; message <= 4; message++) {
            sender.send(message); // the last two wait
        }
        get(receiver.receive());
        Host host = Host.deploy(vertx, ThreadingModel.EVENT_LOOP);
        CountDownLatch begun = new CountDownLatch(1);
        Future<Void> serving = host.call(() -> queue.serveAsync(1, job -> {
            begun.countDown();
            return job == 1 ? Future.failedFuture("fails") : Future.future(never -> {});
        }));
        assertThat(queue.submit(1).transform(Future::succeededFuture).await().failed())
                .isTrue();
        assertThat(begun.await(10, TimeUnit.SECONDS)).isTrue();
        queue.submit(2);
        await().until(() -> queue.stats().running() == 1);
        queue.submit(3);
        queue.submit(4); // waits
        assertThat(serving.isComplete()).isFalse();

        assertThat(scrape(server))
                .contains(
                        "millrace_channel_size_messages{channel=\"orders\"} 2.0",
                        "millrace_channel_capacity_messages{channel=\"orders\"} 2.0",
                        "millrace_channel_senders_handles{channel=\"orders\"} 2.0",
                        "millrace_channel_receivers_handles{channel=\"orders\"} 2.0",
                        "millrace_channel_waiting_operations{channel=\"orders\",operation=\"send\"} 1.0",
                        "millrace_channel_waiting_operations{channel=\"orders\",operation=\"receive\"} 0.0",
                        "millrace_channel_sent_messages_total{channel=\"orders\"} 3.0",
                        "millrace_channel_received_messages_total{channel=\"orders\"} 1.0",
                        "millrace_channel_undelivered_messages_total{channel=\"orders\"} 0.0",
                        "millrace_channel_wait_seconds_count{channel=\"orders\",operation=\"send\"} 1",
                        "millrace_channel_wait_seconds_count{channel=\"orders\",operation=\"receive\"} 0",
                        "millrace_workqueue_size_jobs{queue=\"queries\"} 1.0",
                        "millrace_workqueue_capacity_jobs{queue=\"queries\"} 1.0",
                        "millrace_workqueue_waiting_submissions{queue=\"queries\"} 1.0",
                        "millrace_workqueue_running_jobs{queue=\"queries\"} 1.0",
                        "millrace_workqueue_servers{queue=\"queries\"} 1.0",
                        "millrace_workqueue_accepted_jobs_total{queue=\"queries\"} 3.0",
                        "millrace_workqueue_completed_jobs_total{outcome=\"failed\",queue=\"queries\"} 1.0",
                        "millrace_workqueue_completed_jobs_total{outcome=\"succeeded\",queue=\"queries\"} 0.0",
                        "millrace_workqueue_never_started_jobs_total{queue=\"queries\"} 0.0",
                        "millrace_workqueue_dropped_results_jobs_total{queue=\"queries\"} 0.0",
                        "millrace_workqueue_admission_seconds_count{queue=\"queries\"} 0");

        get(queue.close()); // the submission that waited ends, and the job that was accepted
        channel.channel().cancel();
        assertThat(scrape(server))
                .contains(
                        "millrace_workqueue_admission_seconds_count{queue=\"queries\"} 1",
                        "millrace_workqueue_never_started_jobs_total{queue=\"queries\"} 1.0",
                        "millrace_channel_size_messages{channel=\"orders\"} 0.0",
                        "millrace_channel_undelivered_messages_total{channel=\"orders\"} 2.0",
                        "millrace_channel_wait_seconds_count{channel=\"orders\",operation=\"send\"} 2");
    }

    private List<String> scrape(HttpServer server) throws Exception {
        HttpClient client = vertx.createHttpClient();
        kept.add(client); // once unreachable, it closes its connections
        return get(client.request(HttpMethod.GET, server.actualPort(), "localhost", "/metrics")
                        .compose(request -> request.send().compose(HttpClientResponse::body)))
                .toString()
                .lines()
                .toList();
    }

    // ---- Waits

    @Test
    void wait_isThatOfEveryKindOfWaiter_andOfNothingElse() throws Exception {
        Channel<Integer> channel = named("waits");
        new ChannelMetrics(channel).bindTo(registry);
        channel.sender().send(1);
        assertThat(channel.receiver().receive()).isEqualTo(1);
        assertThat(waits(registry, "receive")).containsExactly("0");

        Thread thread = new Thread(() -> channel.receiver().iterator().next());
        thread.start();
        await().until(() -> channel.stats().waitingReceivers() == 1);
        var future = channel.receiver().receiveAsync();
        PendingReceive<Integer> waker = channel.receiver().receive(() -> {});
        channel.sender().send(1);
        thread.join();
        channel.sender().send(2);
        future.join();
        assertThat(waker.cancel()).isTrue();
        assertThat(waits(registry, "receive")).containsExactly("3 of some time");
        assertThat(waits(registry, "send")).containsExactly("0");

        assertThat(channel.sender().trySendAll(List.of(1, 2))).isEqualTo(2);
        PendingSend<Integer> send = channel.sender().send(3, () -> {});
        assertThat(channel.receiver().drain()).containsExactly(1, 2, 3);
        assertThat(send.isDone()).isTrue();
        assertThat(waits(registry, "send")).containsExactly("1 of some time");
    }

    // ---- Names

    @Test
    void unboundedChannel_hasNoCapacity() {
        Channel<Integer> channel =
                Channel.<Integer>builder().name("endless").unbounded().build();
        kept.add(channel);
        new ChannelMetrics(channel).bindTo(registry);
        assertThat(registry.find("millrace.channel.capacity").meter()).isNull();
        assertThat(registry.find("millrace.channel.size").meter()).isNotNull();
    }

    @Test
    void moreTags_standBesideTheName() {
        Channel<Integer> channel = named("tagged");
        channel.sender().trySend(1);
        new ChannelMetrics(channel, List.of(Tag.of("side", "left"))).bindTo(registry);
        assertThat(value("channel.size", "side", "left", "channel", "tagged")).isEqualTo(1);
        WorkQueue<Integer, Integer> queue = WorkQueue.shared(vertx, "q", new WorkQueueOptions());
        new WorkQueueMetrics(queue, Tags.of("side", "right")).bindTo(registry);
        assertThat(value("workqueue.capacity", "side", "right", "queue", "q"))
                .isEqualTo(WorkQueueOptions.DEFAULT_CAPACITY);
    }

    @Test
    void channelOfTheSameName_takesThePlaceOfTheFirst() {
        Channel<Integer> first = named("again");
        new ChannelMetrics(first).bindTo(registry);
        first.cancel();
        Channel<Integer> second = named("again");
        ChannelMetrics metrics = new ChannelMetrics(second);
        metrics.bindTo(registry);
        second.sender().trySend(1);
        assertThat(value("channel.size", "channel", "again")).isEqualTo(1);
        assertThat(registry.getMeters()).hasSize(METERS);
    }

    @Test
    void closeOfTheFirstBinder_leavesWhatTookItsPlace() {
        Channel<Integer> channel = named("again");
        ChannelMetrics first = new ChannelMetrics(channel);
        first.bindTo(registry);
        ChannelMetrics second = new ChannelMetrics(channel);
        second.bindTo(registry);
        first.close();
        assertThat(registry.getMeters()).hasSize(METERS);
        second.close();
        assertThat(registry.getMeters()).isEmpty();
    }

    // ---- Ends

    @Test
    void metersStayAfterTheDisconnect_andReceivedNeverFalls() throws Exception {
        Channel<Integer> channel = named("ended");
        new ChannelMetrics(channel).bindTo(registry);
        channel.sender().trySend(1);
        PendingReceive<Integer> received = channel.receiver().receive(() -> {});
        assertThat(value("channel.received")).isEqualTo(1);
        received.putBack();
        assertThat(channel.stats().received()).isZero();
        assertThat(value("channel.received")).isEqualTo(1);
        channel.close();
        assertThat(channel.receiver().receive()).isEqualTo(1);
        assertThat(value("channel.received")).isEqualTo(1);
        assertThat(value("channel.senders")).isEqualTo(1);
    }

    @Test
    void close_removesAllMeters_andRecordsNoMoreWaits() {
        Channel<Integer> channel = named("closed");
        WorkQueue<Integer, Integer> queue = WorkQueue.shared(vertx, "q", new WorkQueueOptions().setCapacity(1));
        ChannelMetrics channelMetrics = new ChannelMetrics(channel);
        WorkQueueMetrics queueMetrics = new WorkQueueMetrics(queue);
        channelMetrics.bindTo(registry);
        queueMetrics.bindTo(registry);
        Timer waits = registry.get("millrace.channel.wait")
                .tag("operation", "receive")
                .timer();
        Timer admissions = registry.get("millrace.workqueue.admission").timer();
        channelMetrics.close();
        queueMetrics.close();
        channelMetrics.close();
        assertThat(registry.getMeters()).isEmpty();
        assertThat(channel.receiver().receive(() -> {}).cancel()).isTrue();
        queue.submit(1);
        queue.submit(2);
        queue.close();
        assertThat(waits.count()).isZero();
        assertThat(admissions.count()).isZero();
    }

    @Test
    void meters_goWithTheLastHandle_andNotWithTheChannelObject() {
        Handles last = bindAndLoseTheChannel();
        System.gc();
        last.sender().trySend(1);
        assertThat(value("channel.sent", "channel", "lost")).isEqualTo(2);
        Reference.reachabilityFence(last);
        last = null;
        await().until(() -> {
            System.gc();
            return registry.getMeters().isEmpty();
        });
    }

    private Handles bindAndLoseTheChannel() {
        Channel<Integer> channel = channelToLose("lost");
        new ChannelMetrics(channel).bindTo(registry);
        channel.sender().trySend(1);
        return new Handles(channel.sender().duplicate(), channel.receiver().duplicate());
    }

    private record Handles(Sender<Integer> sender, Receiver<Integer> receiver) {}

    @Test
    void metersOfAWorkQueue_goWithItsVertx() throws Exception {
        Vertx ending = Vertx.vertx();
        new WorkQueueMetrics(WorkQueue.<Integer, Integer>shared(ending, "q", new WorkQueueOptions())).bindTo(registry);
        System.gc();
        assertThat(value("workqueue.servers")).isZero();
        get(ending.close());
        await().until(() -> {
            System.gc();
            return registry.getMeters().isEmpty();
        });
    }

    @Test
    void bindTo_whenTheChannelIsLost_doesNothing() {
        ChannelMetrics metrics = new ChannelMetrics(channelToLose("gone"));
        await().until(() -> {
            System.gc();
            SimpleMeterRegistry empty = new SimpleMeterRegistry();
            metrics.bindTo(empty);
            return empty.getMeters().isEmpty();
        });
    }
}
