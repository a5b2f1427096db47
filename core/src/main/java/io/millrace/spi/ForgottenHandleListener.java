package io.millrace.spi;

/**
 * Is told of handles that nobody closed, once somebody is affected by it: waited for a peer that no longer exists, or lost
 * messages to it. Found once with {@link java.util.ServiceLoader}; without one, forgotten handles are logged as warnings
 * of the {@link System.Logger} named {@code io.millrace}.
 *
 * <p>The system property {@code io.millrace.leakDetection} says how much is done to find where such a handle was opened:
 * {@code off} reports nothing, {@code simple} (the default) remembers the stack of one handle in 128, {@code advanced} of
 * one in 8, {@code paranoid} of each.
 */
@FunctionalInterface
public interface ForgottenHandleListener {
    /**
     * Takes note of a forgotten handle. Called with no lock held, on the thread that was affected or on a daemon thread;
     * it must not block. What it throws goes to that thread's uncaught-exception handler.
     *
     * @param handle the handle
     */
    void forgotten(ForgottenHandle handle);
}
