package io.millrace.spi;

/**
 * Learns how long operations waited in a channel's lines, however that ended: those that need not wait are not reported. It is called
 * on the thread that ended the wait, with no lock held, and must not block. What it throws goes to that thread's
 * uncaught-exception handler.
 *
 * @see ChannelProbe#addWaitListener
 */
public interface WaitListener {
    /**
     * A send, or a select with a branch that sends, has waited for room.
     *
     * @param nanos how long, in nanoseconds
     */
    void sendWaited(long nanos);

    /**
     * A receive, or a select with a branch that receives, has waited for a message.
     *
     * @param nanos how long, in nanoseconds
     */
    void receiveWaited(long nanos);
}
