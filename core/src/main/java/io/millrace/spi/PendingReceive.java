package io.millrace.spi;

import io.millrace.ReceiveResult;

/**
 * A receive that may still be waiting.
 *
 * @param <T> the type of the messages
 */
public interface PendingReceive<T> extends Pending {
    /**
     * Returns how the receive ended. What the sender did before it sent happens-before this returns the message.
     *
     * @return a {@link ReceiveResult.Received} or a {@link ReceiveResult.Disconnected}
     * @throws IllegalStateException if it is still waiting, was cancelled, or its message was put back
     */
    ReceiveResult<T> result();

    /**
     * Gives a received message that could not be used to the next receiver, first in line, even where the channel is
     * full. If a receiver was already told that the channel is disconnected, or none is left, the message becomes
     * undelivered instead.
     *
     * @throws IllegalStateException if this operation holds no message: it is waiting, was cancelled or disconnected, or
     *     its message was put back before
     */
    void putBack();
}
