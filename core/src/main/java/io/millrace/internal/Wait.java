package io.millrace.internal;

import io.millrace.spi.WaitListener;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One wait in line that somebody wants to know of: an event to be recorded, or listeners, or both. */
final class Wait {
    private final @Nullable WaitEvent event;
    private final boolean toSend;
    private final List<WaitListener> listeners;
    private final long began;

    Wait(@Nullable WaitEvent event, boolean toSend, List<WaitListener> listeners) {
        this.event = event;
        this.toSend = toSend;
        this.listeners = listeners;
        this.began = listeners.isEmpty() ? 0 : System.nanoTime();
        if (event != null) {
            event.begin();
        }
    }

    /** It is over. By the thread that ended it, after the lock is released. */
    void end(Outcome outcome) {
        if (event != null) {
            event.outcome = outcome.name();
            event.commit();
        }
        if (!listeners.isEmpty()) {
            tell(System.nanoTime() - began);
        }
    }

    private void tell(long nanos) {
        for (WaitListener listener : listeners) {
            Resumption.run(() -> {
                if (toSend) {
                    listener.sendWaited(nanos);
                } else {
                    listener.receiveWaited(nanos);
                }
            });
        }
    }
}
