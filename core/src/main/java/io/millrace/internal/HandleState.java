package io.millrace.internal;

import java.lang.ref.PhantomReference;
import org.jspecify.annotations.Nullable;

/**
 * What the channel knows of one handle: which side it counts for, and whether it was closed. {@code closed} changes once,
 * under the lock of the channel; operations look at it under that lock too, so that none starts after its handle's close.
 *
 * <p>It is also the phantom reference through which a handle that nobody closed is found. The channel holds the states of
 * its open handles in a list, guarded by its lock.
 */
public final class HandleState extends PhantomReference<Object> {
    /** The side that a handle stands on. */
    public enum Side {
        /** It sends. */
        SENDER("sender"),
        /** It receives. */
        RECEIVER("receiver");

        /** As texts call it. */
        final String word;

        Side(String word) {
            this.word = word;
        }
    }

    private final ChannelCore<?> core;
    final @Nullable Throwable opened;
    private final boolean sends;
    private volatile boolean closed;

    @Nullable HandleState previous;

    @Nullable HandleState next;

    HandleState(ChannelCore<?> core, Side side, Object handle) {
        super(handle, LeakDetection.UNREACHABLE);
        this.core = core;
        this.sends = side == Side.SENDER;
        this.opened = LeakDetection.sampleOpening();
    }

    Side side() {
        return sends ? Side.SENDER : Side.RECEIVER;
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
        clear();
    }

    /** The handle became unreachable. */
    void forget() {
        core.forget(this);
    }
}
