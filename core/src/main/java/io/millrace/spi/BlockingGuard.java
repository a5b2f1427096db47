package io.millrace.spi;

import org.jspecify.annotations.Nullable;

/**
 * Forbids waiting on threads that must not wait, such as event loops.
 *
 * <p>Guards are found once with {@link java.util.ServiceLoader} and asked at every operation that may wait, on the
 * calling thread, before the channel is touched. They must be quick and must not call a channel.
 */
public interface BlockingGuard {
    /**
     * Tells why a thread must not wait.
     *
     * @param thread the calling thread
     * @return the beginning of the exception's text, which goes on to name the asynchronous method; null if the thread
     *     may wait
     */
    @Nullable String objection(Thread thread);
}
