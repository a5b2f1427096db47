package io.millrace.vertx;

import static java.util.Objects.requireNonNull;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.millrace.spi.WaitListener;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Meters of one work queue for Micrometer, which must be on the class path or module path; nothing else in this package needs
 * it.
 *
 * <pre>{@code
 * new WorkQueueMetrics(queue).bindTo(registry);
 * }</pre>
 *
 * <table>
 * <caption>Meters, all with the tag {@code queue}, the queue's name</caption>
 * <tr><th>name</th><th>kind</th><th>what it says</th></tr>
 * <tr><td>{@code millrace.workqueue.size}</td><td>gauge</td><td>jobs that wait for a server</td></tr>
 * <tr><td>{@code millrace.workqueue.capacity}</td><td>gauge</td><td>jobs that wait for a server at most</td></tr>
 * <tr><td>{@code millrace.workqueue.waiting}</td><td>gauge</td><td>submissions that wait for room in the queue</td></tr>
 * <tr><td>{@code millrace.workqueue.running}</td><td>gauge</td><td>jobs that servers have started and not ended</td></tr>
 * <tr><td>{@code millrace.workqueue.servers}</td><td>gauge</td><td>servers, whatever their concurrency</td></tr>
 * <tr><td>{@code millrace.workqueue.accepted}</td><td>counter</td><td>jobs that the queue has accepted</td></tr>
 * <tr><td>{@code millrace.workqueue.completed}, {@code outcome} {@code succeeded} or {@code
 * failed}</td><td>counters</td><td>jobs that were started and have ended</td></tr>
 * <tr><td>{@code millrace.workqueue.never.started}</td><td>counter</td><td>accepted jobs that were dropped before a server started
 * them</td></tr>
 * <tr><td>{@code millrace.workqueue.dropped.results}</td><td>counter</td><td>results and failures that found their submitter
 * gone</td></tr>
 * <tr><td>{@code millrace.workqueue.admission}</td><td>timer</td><td>how long submissions waited for room that began to since the
 * meters were bound, however that ended. Those that need not wait are not counted, and cost nothing</td></tr>
 * </table>
 *
 * <p>Each is explained at {@link WorkQueueStats}.
 *
 * <p><b>Names.</b> Bind each queue once: meters of the same name and tags take the places of those that were bound before, so
 * that a queue which is made anew is seen. Where several Vert.x instances report to one registry, add a tag.
 *
 * <p><b>End.</b> Meters stay after the queue is closed, so that its last figures are read; they are removed soon after the queue has
 * become unreachable, or by {@link #close}. They keep no queue alive.
 */
public final class WorkQueueMetrics implements MeterBinder, AutoCloseable {
    private static final String PREFIX = "millrace.workqueue.";
    private static final String JOBS = "jobs";

    private final WeakReference<WorkQueue<?, ?>> queue;
    private final Tags tags;

    // Guarded by: this
    private final List<Runnable> unbind = new ArrayList<>();

    /**
     * Makes the binder of a queue's meters.
     *
     * @param queue the queue
     */
    public WorkQueueMetrics(WorkQueue<?, ?> queue) {
        this(queue, Tags.empty());
    }

    /**
     * Makes the binder of a queue's meters.
     *
     * @param queue the queue
     * @param tags more tags for its meters
     */
    public WorkQueueMetrics(WorkQueue<?, ?> queue, Iterable<Tag> tags) {
        this.queue = new WeakReference<>(queue);
        this.tags =
                Tags.of(requireNonNull(tags, "tags")).and("queue", queue.stats().name());
    }

    /**
     * Registers the meters; without effect if the queue is not reachable any more.
     *
     * @param registry where to
     */
    @Override
    public void bindTo(MeterRegistry registry) {
        WorkQueue<?, ?> watched = queue.get();
        if (watched == null) {
            return;
        }
        Tags succeeded = Tags.of("outcome", "succeeded");
        Tags failed = Tags.of("outcome", "failed");
        MeterGroup<WorkQueue<?, ?>> meters = new MeterGroup<WorkQueue<?, ?>>(registry, watched, PREFIX, tags)
                .gauge(
                        "size",
                        JOBS,
                        "Jobs that wait for a server",
                        from -> from.stats().size())
                .gauge(
                        "capacity",
                        JOBS,
                        "Jobs that wait for a server at most",
                        from -> from.stats().capacity())
                .gauge(
                        "waiting",
                        "submissions",
                        "Submissions that wait for room",
                        from -> from.stats().waitingSubmissions())
                .gauge("running", JOBS, "Jobs in work", from -> from.stats().running())
                .gauge("servers", "servers", "Servers", from -> from.stats().servers())
                .counter("accepted", JOBS, "Jobs accepted", from -> from.stats().accepted())
                .counter(
                        "completed",
                        succeeded,
                        JOBS,
                        "Jobs started and ended",
                        from -> from.stats().succeeded())
                .counter(
                        "completed",
                        failed,
                        JOBS,
                        "Jobs started and ended",
                        from -> from.stats().failed())
                .counter(
                        "never.started",
                        JOBS,
                        "Jobs accepted and dropped",
                        from -> from.stats().neverStarted())
                .counter(
                        "dropped.results",
                        JOBS,
                        "Results without a submitter",
                        from -> from.stats().droppedResults());
        WaitListener admissions =
                new Admissions(meters.timer("admission", Tags.empty(), "How long submissions waited for room"));
        watched.probe().addWaitListener(admissions);
        Runnable remove = meters.removeInTheEnd();
        synchronized (this) {
            unbind.add(() -> {
                WorkQueue<?, ?> stillThere = queue.get();
                if (stillThere != null) {
                    stillThere.probe().removeWaitListener(admissions);
                }
                remove.run();
            });
        }
    }

    /** Removes the meters from every registry that they were bound to. Closing again changes nothing. */
    @Override
    public void close() {
        List<Runnable> bound;
        synchronized (this) {
            bound = List.copyOf(unbind);
            unbind.clear();
        }
        bound.forEach(Runnable::run);
    }

    private record Admissions(Timer waits) implements WaitListener {
        @Override
        public void sendWaited(long nanos) {
            waits.record(nanos, TimeUnit.NANOSECONDS);
        }

        @Override
        public void receiveWaited(long nanos) {
            // a server that is idle
        }
    }
}
