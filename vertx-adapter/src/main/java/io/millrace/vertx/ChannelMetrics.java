package io.millrace.vertx;

import static java.util.Objects.requireNonNull;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.millrace.Channel;
import io.millrace.spi.ChannelProbe;
import io.millrace.spi.WaitListener;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Meters of one channel for Micrometer, which must be on the class path or module path; nothing else in this package needs
 * it.
 *
 * <pre>{@code
 * new ChannelMetrics(channel).bindTo(registry);
 * }</pre>
 *
 * <table>
 * <caption>Meters, all with the tag {@code channel}, the channel's name</caption>
 * <tr><th>name</th><th>kind</th><th>what it says</th></tr>
 * <tr><td>{@code millrace.channel.size}</td><td>gauge</td><td>messages buffered</td></tr>
 * <tr><td>{@code millrace.channel.capacity}</td><td>gauge</td><td>messages buffered at most; an unbounded channel has no such
 * meter</td></tr>
 * <tr><td>{@code millrace.channel.senders}, {@code millrace.channel.receivers}</td><td>gauges</td><td>open handles</td></tr>
 * <tr><td>{@code millrace.channel.waiting}, {@code operation} {@code send} or {@code receive}</td><td>gauges</td><td>operations
 * that wait in line now</td></tr>
 * <tr><td>{@code millrace.channel.sent}, {@code millrace.channel.received}, {@code
 * millrace.channel.undelivered}</td><td>counters</td><td>messages, since the channel was made</td></tr>
 * <tr><td>{@code millrace.channel.wait}, {@code operation} {@code send} or {@code receive}</td><td>timers</td><td>how long
 * operations waited in line that began to since the meters were bound, however that ended. Those that need not wait are not
 * counted, and cost nothing. That sends wait tells of a lack of receivers; that receives wait, of idle ones</td></tr>
 * </table>
 *
 * <p>All ways to use the channel count: those of threads, of Vert.x contexts, of futures and selects.
 *
 * <p><b>Names.</b> Give the channel a name, and bind each channel once: meters of the same name and tags take the places of those
 * that were bound before, so that a channel which is made anew is seen.
 *
 * <p><b>End.</b> Meters stay after the channel is disconnected, so that its last figures are read; they are removed soon after
 * neither the channel nor any of its handles is reachable, or by {@link #close}. They keep no channel alive.
 */
public final class ChannelMetrics implements MeterBinder, AutoCloseable {
    private static final String PREFIX = "millrace.channel.";
    private static final String MESSAGES = "messages";
    private static final String HANDLES = "handles";
    private static final String OPERATIONS = "operations";
    private static final Tags SEND = Tags.of("operation", "send");
    private static final Tags RECEIVE = Tags.of("operation", "receive");

    private final WeakReference<ChannelProbe> probe;
    private final Tags tags;

    // Guarded by: this
    private final List<Runnable> unbind = new ArrayList<>();

    /**
     * Makes the binder of a channel's meters.
     *
     * @param channel the channel
     */
    public ChannelMetrics(Channel<?> channel) {
        this(channel, Tags.empty());
    }

    /**
     * Makes the binder of a channel's meters.
     *
     * @param channel the channel
     */
    public ChannelMetrics(VertxChannel<?> channel) {
        this(channel.channel(), Tags.empty());
    }

    /**
     * Makes the binder of a channel's meters.
     *
     * @param channel the channel
     * @param tags more tags for its meters
     */
    public ChannelMetrics(VertxChannel<?> channel, Iterable<Tag> tags) {
        this(channel.channel(), tags);
    }

    /**
     * Makes the binder of a channel's meters.
     *
     * @param channel the channel
     * @param tags more tags for its meters
     */
    public ChannelMetrics(Channel<?> channel, Iterable<Tag> tags) {
        ChannelProbe watched = channel.probe();
        this.probe = new WeakReference<>(watched);
        this.tags = Tags.of(requireNonNull(tags, "tags"))
                .and("channel", watched.stats().name());
    }

    /**
     * Registers the meters; without effect if the channel is not reachable any more.
     *
     * @param registry where to
     */
    @Override
    public void bindTo(MeterRegistry registry) {
        ChannelProbe watched = probe.get();
        if (watched == null) {
            return;
        }
        MeterGroup<ChannelProbe> meters = new MeterGroup<>(registry, watched, PREFIX, tags)
                .gauge(
                        "size",
                        MESSAGES,
                        "Messages buffered",
                        from -> from.stats().size())
                .gauge("senders", HANDLES, "Open senders", from -> from.stats().senders())
                .gauge(
                        "receivers",
                        HANDLES,
                        "Open receivers",
                        from -> from.stats().receivers())
                .gauge(
                        "waiting",
                        SEND,
                        OPERATIONS,
                        "Operations in line",
                        from -> from.stats().waitingSenders())
                .gauge(
                        "waiting",
                        RECEIVE,
                        OPERATIONS,
                        "Operations in line",
                        from -> from.stats().waitingReceivers())
                .counter(
                        "sent",
                        MESSAGES,
                        "Messages accepted",
                        from -> from.stats().sent())
                .counter(
                        "received",
                        MESSAGES,
                        "Messages received",
                        from -> from.stats().received())
                .counter(
                        "undelivered",
                        MESSAGES,
                        "Messages accepted that no receiver got",
                        from -> from.stats().undelivered());
        watched.stats()
                .capacity()
                .ifPresent(capacity -> meters.gauge("capacity", MESSAGES, "Messages at most", from -> capacity));
        WaitListener waits = new Waits(
                meters.timer("wait", SEND, "How long operations waited in line"),
                meters.timer("wait", RECEIVE, "How long operations waited in line"));
        watched.addWaitListener(waits);
        Runnable remove = meters.removeInTheEnd();
        synchronized (this) {
            unbind.add(() -> {
                ChannelProbe stillThere = probe.get();
                if (stillThere != null) {
                    stillThere.removeWaitListener(waits);
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

    private record Waits(Timer sends, Timer receives) implements WaitListener {
        @Override
        public void sendWaited(long nanos) {
            sends.record(nanos, TimeUnit.NANOSECONDS);
        }

        @Override
        public void receiveWaited(long nanos) {
            receives.record(nanos, TimeUnit.NANOSECONDS);
        }
    }
}
