package io.millrace.spi;

/**
 * Learns that a channel's messages have moved. It is called on the thread that moved them, with no lock held, and must not block.
 * Calls of several threads may overtake each other, so it asks for the figures itself. What it throws goes to that thread's
 * uncaught-exception handler.
 *
 * @see ChannelProbe#addProgressListener
 */
@FunctionalInterface
public interface ProgressListener {
    /**
     * The figures have changed: {@code size}, {@code waitingSenders}, {@code sent}, {@code received} or {@code
     * undelivered}; once or more often since the last call.
     *
     * @param probe the channel
     */
    void progressed(ChannelProbe probe);
}
