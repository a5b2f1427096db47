package io.millrace.spi;

import io.millrace.Channel;
import io.millrace.ChannelStats;

/**
 * A look at a channel from outside, for what measures it. It counts for neither side.
 *
 * <p>It is reachable as long as the channel or any of its handles is: who holds it weakly ({@link
 * java.lang.ref.WeakReference}, {@link java.lang.ref.Cleaner}) keeps no channel alive, and learns when nobody uses it any more.
 * Listeners are held by the channel, so they must not hold the probe if they are to be told of nothing after it is gone.
 *
 * @see Channel#probe()
 */
public interface ChannelProbe {
    /**
     * Returns the channel's figures.
     *
     * @return the figures, all as of one instant
     */
    ChannelStats stats();

    /**
     * Adds who learns how long operations wait in line: those that begin to wait from now on.
     *
     * @param listener the listener
     */
    void addWaitListener(WaitListener listener);

    /**
     * Removes a listener; operations that wait now may still be reported to it.
     *
     * @param listener a listener that was added
     */
    void removeWaitListener(WaitListener listener);

    /**
     * Adds who learns each time that messages come, go, or begin or cease to wait for room. While a channel has none of
     * these listeners they cost its operations nothing.
     *
     * @param listener the listener
     */
    void addProgressListener(ProgressListener listener);
}
