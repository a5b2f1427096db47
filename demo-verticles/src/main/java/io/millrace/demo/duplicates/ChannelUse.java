package io.millrace.demo.duplicates;

/**
 * How a channel was used, by its own count.
 *
 * @param maxSize the largest number of messages in it, in the samples that were taken after each send
 * @param maxWaitingSenders the largest number of sends that waited for room, in the same samples
 */
record ChannelUse(String name, int capacity, int maxSize, int maxWaitingSenders, long sent, long received) {}
