package io.millrace.vertx;

import io.millrace.Channel;
import io.millrace.ChannelStats;
import io.millrace.spi.ChannelProbe;
import io.millrace.spi.ProgressListener;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.spi.metrics.PoolMetrics;
import java.lang.ref.Cleaner;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Tells the metrics of a Vert.x instance of one channel, as a pool. Its queue are the messages that nobody has received yet,
 * those of waiting sends included; in use are those that a handler works on.
 *
 * <p><b>Queue.</b> After each step of the channel it is brought in line with the channel's figures, whoever took that step and
 * however many were taken meanwhile: so nothing is missed, and nothing told twice. Each message has a sample that stands for
 * its time in the queue; messages are first in, first out, and so are samples.
 *
 * <p>A report does not hold its channel, which may become unreachable with messages in it.
 */
final class PoolReport implements ProgressListener {
    private static final String POOL_TYPE = "channel";

    /** How many messages are in work at most does not depend on the channel. */
    private static final int SIZE_UNKNOWN = -1;

    /** Made-up names would be names of meters that stay for ever. */
    private static final String UNNAMED = "unnamed";

    private static final Object NO_SAMPLE = new Object();

    private static final Cleaner CLEANER = Cleaner.create();

    private final PoolMetrics<Object, Object> metrics;

    private final AtomicLong readings = new AtomicLong();

    // Guarded by: this
    private final Deque<Object> queue = new ArrayDeque<>();
    private long latest;
    private long arrived;
    private long left;
    private int inUse;
    private boolean ended;
    private boolean closed;

    PoolReport(PoolMetrics<Object, Object> metrics) {
        this.metrics = metrics;
    }

    /** Reports on a channel that nobody uses yet; null if the Vert.x instance has no metrics. */
    static @Nullable PoolReport of(Vertx vertx, Channel<?> channel, @Nullable String name) {
        PoolMetrics<Object, Object> metrics =
                OwnerContext.poolMetrics(vertx, POOL_TYPE, name == null ? UNNAMED : name, SIZE_UNKNOWN);
        if (metrics == null) {
            return null;
        }
        PoolReport report = new PoolReport(metrics);
        channel.probe().addProgressListener(report);
        channel.disconnected().whenComplete((end, cause) -> report.end());
        CLEANER.register(channel.probe(), report::lose);
        return report;
    }

    // ---- The queue

    @Override
    public void progressed(ChannelProbe probe) {
        long reading = readings.incrementAndGet();
        ChannelStats stats = probe.stats(); // may wake others, so with no lock held
        synchronized (this) {
            if (reading < latest) {
                return; // the one that began later has seen the step that this one is for
            }
            latest = reading;
            follow(stats);
            closeIfEnded();
        }
    }

    private void follow(ChannelStats stats) {
        long arrivals = stats.sent() + stats.waitingSenders();
        long departures = stats.received() + stats.undelivered();
        for (; arrived < arrivals; arrived++) {
            queue.addLast(enqueue());
        }
        for (; left > departures; left--) {
            queue.addFirst(enqueue()); // was put back
        }
        for (; arrived > arrivals; arrived--) {
            dequeue(queue.removeLast()); // a send was withdrawn
        }
        for (; left < departures; left++) {
            dequeue(queue.removeFirst());
        }
    }

    private Object enqueue() {
        Object sample = metrics.enqueue();
        return sample == null ? NO_SAMPLE : sample;
    }

    private void dequeue(Object sample) {
        metrics.dequeue(sample == NO_SAMPLE ? null : sample);
    }

    // ---- In use

    /** Something is being worked on, until the result is run; running that again changes nothing. */
    Runnable begin() {
        synchronized (this) {
            inUse++;
        }
        Object sample = metrics.begin();
        AtomicBoolean done = new AtomicBoolean();
        return () -> {
            if (done.compareAndSet(false, true)) {
                metrics.end(sample);
                synchronized (this) {
                    inUse--;
                    closeIfEnded();
                }
            }
        };
    }

    /** A handler whose messages are in use until it returns. */
    <T> Handler<T> inUseWhileHandled(Handler<T> handler) {
        return message -> {
            Runnable end = begin();
            try {
                handler.handle(message);
            } finally {
                end.run();
            }
        };
    }

    /** A handler whose messages are in use until its future ends. */
    <T> Function<T, Future<?>> inUseWhileProcessed(Function<? super T, Future<?>> handler) {
        return message -> {
            Runnable end = begin();
            Future<?> result = null;
            try {
                result = handler.apply(message);
            } finally {
                if (result == null) {
                    end.run();
                }
            }
            if (result != null) {
                result.onComplete(ignored -> end.run());
            }
            return result;
        };
    }

    // ---- Ends

    private synchronized void end() {
        ended = true;
        closeIfEnded();
    }

    /** Nobody will receive what is in the channel. */
    private synchronized void lose() {
        queue.forEach(this::dequeue);
        queue.clear();
        end();
    }

    private void closeIfEnded() {
        if (ended && queue.isEmpty() && inUse == 0 && !closed) {
            closed = true;
            metrics.close();
        }
    }
}
