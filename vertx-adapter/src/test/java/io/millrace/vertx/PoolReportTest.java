package io.millrace.vertx;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.Channel;
import io.millrace.ChannelStats;
import io.millrace.spi.ChannelProbe;
import io.millrace.spi.ProgressListener;
import io.millrace.spi.WaitListener;
import io.vertx.core.spi.metrics.PoolMetrics;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Readings of a channel's figures that overtake each other. */
class PoolReportTest {
    private final Channel<Integer> channel = Channel.bounded(2);
    private final AtomicInteger pending = new AtomicInteger();
    private final PoolReport report = new PoolReport(new PoolMetrics<>() {
        @Override
        public Object enqueue() {
            pending.incrementAndGet();
            return "sample";
        }

        @Override
        public void dequeue(Object sample) {
            pending.decrementAndGet();
        }
    });

    /** Has figures that are old when they are returned. */
    private final class SlowProbe implements ChannelProbe {
        private final Runnable meanwhile;

        SlowProbe(Runnable meanwhile) {
            this.meanwhile = meanwhile;
        }

        @Override
        public ChannelStats stats() {
            ChannelStats old = channel.stats();
            meanwhile.run();
            return old;
        }

        @Override
        public void addWaitListener(WaitListener listener) {}

        @Override
        public void removeWaitListener(WaitListener listener) {}

        @Override
        public void addProgressListener(ProgressListener listener) {}
    }

    @Test
    void figuresThatWereOvertaken_areNotFollowed() {
        channel.sender().trySend(1);
        report.progressed(new SlowProbe(() -> {
            channel.receiver().drain();
            report.progressed(channel.probe());
        }));
        assertThat(pending).hasValue(0);
    }
}
