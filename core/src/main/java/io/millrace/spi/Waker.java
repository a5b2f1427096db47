package io.millrace.spi;

/**
 * Resumes one waiting party: a parked thread, a Vert.x context, a select.
 *
 * <p>It is called at most once for the operation that it was given to, when a peer has ended that operation; never when
 * the operation was already done as it was returned, and never after a {@link Pending#cancel()} that returned true. It
 * runs on the thread that made progress possible, with no lock held, and possibly before the call that registered it
 * has returned.
 */
@FunctionalInterface
public interface Waker {
    /**
     * Resumes the waiting party. It must not block; what it throws goes to the uncaught-exception handler of the thread
     * that runs it and disturbs neither the peer nor any other waiter.
     */
    void wake();
}
