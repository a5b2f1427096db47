package io.millrace.internal;

/**
 * What the channel knows of one handle: which side it counts for, and whether it was closed. {@code closed} changes once,
 * under the lock of the channel; operations look at it under that lock too, so that none starts after its handle's close.
 */
public final class HandleState {
    /** The side that a handle stands on. */
    public enum Side {
        /** It sends. */
        SENDER,
        /** It receives. */
        RECEIVER
    }

    final Side side;
    private volatile boolean closed;

    HandleState(Side side) {
        this.side = side;
    }

    /**
     * Tells whether the handle was closed.
     *
     * @return true once it was closed, and from then on
     */
    public boolean isClosed() {
        return closed;
    }

    /** Only under the lock. */
    void close() {
        closed = true;
    }
}
