package io.millrace.spi;

/** An operation that may still be waiting. Its methods never wait and may be called from any thread. */
public interface Pending {
    /**
     * Tells whether the operation has ended: with a result, or by a cancel.
     *
     * @return true once it has ended, and from then on
     */
    boolean isDone();

    /**
     * Ends the operation if it is still waiting. Then nothing was sent or received, and nothing will be.
     *
     * @return true if this call ended it; false if it had ended before: then its outcome stands
     */
    boolean cancel();
}
