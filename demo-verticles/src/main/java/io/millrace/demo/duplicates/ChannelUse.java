package io.millrace.demo.duplicates;

import io.millrace.ChannelStats;

/**
 * How a channel was used, by its own count.
 *
 * @param maxSize the largest size in the samples that were taken after each message that was sent
 */
record ChannelUse(String name, int capacity, int maxSize, long sent, long received) {
    static ChannelUse of(ChannelStats stats, int maxSize) {
        return new ChannelUse(stats.name(), stats.capacity().orElseThrow(), maxSize, stats.sent(), stats.received());
    }
}
