package io.millrace.internal;

import io.millrace.spi.ProgressListener;
import io.millrace.spi.WaitListener;
import java.util.ArrayList;
import java.util.List;

/**
 * Who listens to one channel, and what they were last told of. A channel has one from its first listener on. Guarded by the
 * lock of its channel; the lists are never changed, but replaced, so that they can be walked without it.
 */
final class Listeners {
    /** Those of every channel that nobody has listened to. Nobody is added here. */
    static final Listeners NOBODY = new Listeners();

    private List<WaitListener> ofWaits = List.of();
    private List<ProgressListener> ofProgress = List.of();

    // What those of progress were last told of
    private long sent;
    private long undelivered;
    private int buffered;
    private int waiting;

    List<WaitListener> ofWaits() {
        return ofWaits;
    }

    List<ProgressListener> ofProgress() {
        return ofProgress;
    }

    void add(WaitListener listener) {
        ofWaits = with(ofWaits, listener);
    }

    void remove(WaitListener listener) {
        List<WaitListener> less = new ArrayList<>(ofWaits);
        less.remove(listener);
        ofWaits = List.copyOf(less);
    }

    void add(ProgressListener listener) {
        ofProgress = with(ofProgress, listener);
    }

    private static <L> List<L> with(List<L> listeners, L added) {
        List<L> more = new ArrayList<>(listeners);
        more.add(added);
        return List.copyOf(more);
    }

    /** Remembers the figures that listeners are told of now; false if they are the same as at the last call. */
    boolean tell(long sentNow, long undeliveredNow, int bufferedNow, int waitingNow) {
        if (sent == sentNow && undelivered == undeliveredNow && buffered == bufferedNow && waiting == waitingNow) {
            return false;
        }
        sent = sentNow;
        undelivered = undeliveredNow;
        buffered = bufferedNow;
        waiting = waitingNow;
        return true;
    }
}
