package io.millrace.spi;

import io.millrace.SendResult;

/**
 * A send that may still be waiting.
 *
 * @param <T> the type of the messages
 */
public interface PendingSend<T> extends Pending {
    /**
     * Returns how the send ended.
     *
     * @return {@link SendResult#SENT} or {@link SendResult#DISCONNECTED}
     * @throws IllegalStateException if it is still waiting, or was cancelled
     */
    SendResult result();
}
