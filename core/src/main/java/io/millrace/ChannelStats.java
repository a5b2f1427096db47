package io.millrace;

import java.util.OptionalInt;

/**
 * The figures of a channel as of one instant: {@code sent == received + undelivered + size} always holds.
 *
 * @param name the name given to the builder, or one made up
 * @param capacity how many messages the channel buffers at most; 0 for a rendezvous, empty for an unbounded channel
 * @param size buffered messages, never more than the capacity
 * @param senders open sender handles
 * @param receivers open receiver handles
 * @param waitingSenders send operations in line: threads, futures, wakers and select branches
 * @param waitingReceivers receive operations in line: threads, futures, wakers and select branches
 * @param sent messages that the channel accepted since it was made
 * @param received messages that a receive operation took since the channel was made
 * @param undelivered accepted messages that no receiver will get: dropped, displaced, or left behind by the last receiver
 * @param disconnected true when either side is gone for good
 */
public record ChannelStats(
        String name,
        OptionalInt capacity,
        int size,
        int senders,
        int receivers,
        int waitingSenders,
        int waitingReceivers,
        long sent,
        long received,
        long undelivered,
        boolean disconnected) {}
