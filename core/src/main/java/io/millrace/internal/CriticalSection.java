package io.millrace.internal;

import io.millrace.spi.ChannelProbe;
import io.millrace.spi.ForgottenHandle;
import io.millrace.spi.ProgressListener;
import io.millrace.spi.WaitListener;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import jdk.jfr.Event;
import org.jspecify.annotations.Nullable;

/**
 * A lock, and what the critical section under it leaves to be done once it is released: parties to wake, lost messages and
 * forgotten handles to report, progress to tell of, a disconnect to announce, events to record. None of it may run under the lock, for it is foreign code or
 * takes its time.
 *
 * <p>What is left belongs to the channel, not to the thread: where a select unlocks several channels before it does what it
 * left to any of them, another thread may come first and do it.
 *
 * @param <T> the type of the messages
 */
abstract class CriticalSection<T> extends WaiterLines<T> {
    private static final int LOST_SEGMENT_LENGTH = 8;

    private final @Nullable Consumer<? super T> onUndelivered;
    private final Tuning tuning;
    private @Nullable Waiting waiting;

    /** Takes over what is buffered when the last receiver has gone, once; made in advance, as memory may be short then. */
    private final @Nullable Segments<T> leftBehind;

    // Guarded by the lock, emptied by release().
    /** Whether any of the others is set. */
    private boolean aftermath;

    private @Nullable Waiter<T> firstWoken;
    private @Nullable Waiter<T> lastWoken;
    private @Nullable Segments<T> lost;
    private boolean leaving;
    private @Nullable List<ForgottenHandle> reports;
    private @Nullable List<Event> events;
    private @Nullable DisconnectFuture announcement;

    /** With those of progress there is always an aftermath, so that without them nobody looks here. */
    private Listeners listeners = Listeners.NOBODY;

    CriticalSection(@Nullable Consumer<? super T> onUndelivered, Tuning tuning, int segmentLength) {
        this.onUndelivered = onUndelivered;
        this.leftBehind = onUndelivered == null ? null : new Segments<>(segmentLength);
        this.tuning = tuning;
    }

    /** Has a waiter's party woken; the waiter has ended and stands in no line. */
    final void wakeLater(Waiter<T> waiter) {
        aftermath = true;
        Waiter<T> last = lastWoken;
        lastWoken = waiter;
        if (last == null) {
            firstWoken = waiter;
        } else {
            last.behind = waiter;
        }
    }

    /** Makes sure that the next {@link #reportLost} allocates nothing. */
    final void reserveLost() {
        if (onUndelivered != null) {
            if (lost == null) {
                lost = new Segments<>(LOST_SEGMENT_LENGTH);
            }
            lost.reserve();
        }
    }

    /** Has a message reported as undelivered, where somebody wants to know. {@link #reserveLost} was called since the last. */
    final void reportLost(T message) {
        if (onUndelivered != null && lost != null) {
            aftermath = true;
            lost.addLast(message);
        }
    }

    /** Has all messages of the channel's buffer reported as undelivered, and leaves it empty. Allocates nothing. */
    final void reportAllLost(Segments<T> buffer) {
        if (leftBehind == null) {
            buffer.clear();
        } else if (buffer.size() > 0) {
            buffer.moveAllTo(leftBehind);
            aftermath = true;
            leaving = true;
        }
    }

    /** Has an event recorded. */
    final void recordLater(Event event) {
        if (events == null) {
            events = new ArrayList<>(1);
        }
        aftermath = true;
        events.add(event);
    }

    /** Has handles reported that nobody closed. */
    final void reportForgotten(List<ForgottenHandle> handles) {
        if (reports == null) {
            reports = new ArrayList<>();
        }
        aftermath = true;
        reports.addAll(handles);
    }

    /** Has the end of the channel announced. */
    final void announceLater(DisconnectFuture future, @Nullable Throwable cause) {
        future.prepare(cause);
        aftermath = true;
        announcement = future;
    }

    /** Whether figures that {@link ProgressListener} names differ from those last told; they are now. Only under the lock. */
    abstract boolean hasProgressed(Listeners told);

    /** What listeners are told of. */
    abstract ChannelProbe probe();

    final void addListener(WaitListener listener) {
        listeners().add(listener);
    }

    final void removeListener(WaitListener listener) {
        listeners().remove(listener);
    }

    final void addListener(ProgressListener listener) {
        listeners().add(listener);
        aftermath = true;
    }

    private Listeners listeners() {
        if (listeners == Listeners.NOBODY) {
            listeners = new Listeners();
        }
        return listeners;
    }

    final List<WaitListener> waitListeners() {
        return listeners.ofWaits();
    }

    /** How threads wait here, from the first one on. Two that come at once may each make one: the other's spins are lost. */
    final Waiting waiting() {
        Waiting known = waiting;
        if (known == null) {
            known = new Waiting(tuning, this);
            waiting = known;
        }
        return known;
    }

    /** Whether nothing is left to be done; for tests. */
    final boolean leavesNothing() {
        return !aftermath
                || (!listeners.ofProgress().isEmpty() && firstWoken == null && announcement == null && !leaving);
    }

    /** Whether release has anything to do; without the lock, of use to the thread that left it. */
    final boolean hasAftermath() {
        return aftermath;
    }

    /**
     * Releases the lock, then wakes those whose operations have ended (threads first, so that slow foreign code delays
     * nobody), reports what was lost, announces the disconnect, and tells of progress and forgotten handles. Does not throw an
     * OutOfMemoryError: an operation that has taken a message still gives it to its caller.
     */
    final void release() {
        if (aftermath) {
            unlockThenFollowUp();
        } else {
            unlock();
        }
    }

    private void unlockThenFollowUp() {
        Waiter<T> first = firstWoken;
        Segments<T> messages = lost;
        Segments<T> left = leaving ? leftBehind : null;
        List<Event> recorded = events;
        List<ForgottenHandle> handles = reports;
        DisconnectFuture announced = announcement;
        List<ProgressListener> interested = listeners.ofProgress();
        boolean progressed = !interested.isEmpty() && hasProgressed(listeners);
        aftermath = !interested.isEmpty();
        firstWoken = null;
        lastWoken = null;
        lost = null;
        leaving = false;
        reports = null;
        events = null;
        announcement = null;
        unlock();
        followUp(first, messages, left, announced, progressed, interested, recorded, handles);
    }

    /**
     * Does what follows the release. Written out in one piece of more than 325 bytes of code, HotSpot's limit for inlining: with
     * all that it calls it may need much stack, which whoever releases the lock would have to have before; see
     * docs/adr/0008.
     */
    private void followUp(
            @Nullable Waiter<T> first,
            @Nullable Segments<T> messages,
            @Nullable Segments<T> left,
            @Nullable DisconnectFuture announced,
            boolean progressed,
            List<ProgressListener> interested,
            @Nullable List<Event> recorded,
            @Nullable List<ForgottenHandle> handles) {
        Waiter<T> waiter = first;
        if (waiter != null) {
            Parker parker = tuning.parker();
            if (waiter.behind == null) {
                waiter.wake(parker);
            } else {
                for (; waiter != null; waiter = waiter.behind) {
                    if (waiter.resumesThread()) {
                        waiter.wake(parker);
                    }
                }
                for (waiter = first; waiter != null; ) {
                    Waiter<T> woken = waiter;
                    waiter = waiter.behind;
                    woken.behind = null;
                    if (!woken.resumesThread()) {
                        woken.wake(parker);
                    }
                }
            }
        }
        if (onUndelivered != null) {
            while (messages != null && messages.size() > 0) {
                Resumption.run(onUndelivered, messages.removeFirst());
            }
            while (left != null && left.size() > 0) {
                Resumption.run(onUndelivered, left.removeFirst());
            }
        }
        if (announced != null) {
            Resumption.run(announced);
        }
        try {
            if (progressed) {
                for (ProgressListener listener : interested) {
                    Resumption.run(() -> listener.progressed(probe()));
                }
            }
            if (recorded != null) {
                for (Event event : recorded) {
                    event.commit();
                }
            }
            if (handles != null) {
                for (ForgottenHandle handle : handles) {
                    Resumption.run(LeakDetection::report, handle);
                }
            }
        } catch (OutOfMemoryError untold) {
            Resumption.report(untold); // not to the caller: what was to be told of has happened
        }
    }

    /** Reports a message as undelivered at once; without the lock. */
    final void reportUndelivered(T message) {
        if (onUndelivered != null) {
            Resumption.run(onUndelivered, message);
        }
    }
}
