package io.millrace;

import io.millrace.internal.ChannelCore;
import java.util.Optional;

/**
 * A handle on a channel that does not count as a sender: it keeps nobody waiting. To send, upgrade it. It needs no close.
 *
 * @param <T> the type of the messages
 */
public final class WeakSender<T> {
    final ChannelCore<T> core;

    WeakSender(ChannelCore<T> core) {
        this.core = core;
    }

    /**
     * Makes a sender handle, to be closed on its own, if the channel still has one that is open. It never revives a channel
     * whose senders are gone. Never waits.
     *
     * @return a new, open handle, or empty if no sender handle is open
     */
    public Optional<Sender<T>> upgrade() {
        Sender<T> sender = new Sender<>(this);
        return sender.isClosed() ? Optional.empty() : Optional.of(sender);
    }

    @Override
    public String toString() {
        return "WeakSender of " + core;
    }
}
