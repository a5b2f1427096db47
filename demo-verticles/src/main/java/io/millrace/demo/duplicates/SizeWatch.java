package io.millrace.demo.duplicates;

import io.millrace.vertx.VertxChannel;
import java.util.concurrent.atomic.AtomicInteger;

/** Samples how many messages a channel holds. Any thread may ask. */
final class SizeWatch {
    private final VertxChannel<?> channel;
    private final AtomicInteger largest = new AtomicInteger();

    SizeWatch(VertxChannel<?> channel) {
        this.channel = channel;
    }

    void sample() {
        largest.accumulateAndGet(channel.stats().size(), Math::max);
    }

    ChannelUse use() {
        return ChannelUse.of(channel.stats(), largest.get());
    }
}
