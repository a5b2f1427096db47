package io.millrace;

/** How an attempt to send ended. */
public enum SendResult {
    /** The channel took the message. */
    SENT,
    /** The channel is full, or no receiver waits at a rendezvous; the message was not sent. */
    FULL,
    /** The time ran out before there was room; the message was not sent. */
    TIMED_OUT,
    /** No receiver is left, or the channel was closed; the message was not sent. */
    DISCONNECTED;

    /**
     * Tells whether the channel took the message.
     *
     * @return true for {@link #SENT} only
     */
    public boolean isSent() {
        return this == SENT;
    }
}
