package io.millrace.demo.duplicates;

import io.millrace.ChannelStats;
import io.millrace.vertx.VertxChannel;
import java.util.concurrent.atomic.AtomicInteger;

/** Samples how full a channel is, and how many senders it holds back. Any thread may ask. */
final class ChannelWatch {
    private final VertxChannel<?> channel;
    private final AtomicInteger largestSize = new AtomicInteger();
    private final AtomicInteger mostWaitingSenders = new AtomicInteger();

    ChannelWatch(VertxChannel<?> channel) {
        this.channel = channel;
    }

    void sample() {
        ChannelStats now = channel.stats();
        largestSize.accumulateAndGet(now.size(), Math::max);
        mostWaitingSenders.accumulateAndGet(now.waitingSenders(), Math::max);
    }

    ChannelUse use() {
        ChannelStats now = channel.stats();
        return new ChannelUse(
                now.name(),
                now.capacity().orElseThrow(),
                largestSize.get(),
                mostWaitingSenders.get(),
                now.sent(),
                now.received());
    }
}
