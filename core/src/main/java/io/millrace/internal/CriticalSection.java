package io.millrace.internal;

import io.millrace.spi.ForgottenHandle;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A lock, and what the critical section under it leaves to be done once it is released: parties to wake, lost messages and
 * forgotten handles to report, a disconnect to announce. None of it may run under the lock, for it is foreign code or
 * takes its time.
 *
 * <p>What is left belongs to the channel, not to the thread: where a select unlocks several channels before it does what it
 * left to any of them, another thread may come first and do it.
 *
 * @param <T> the type of the messages
 */
abstract class CriticalSection<T> extends SpinLock {
    private final @Nullable Consumer<? super T> onUndelivered;
    private final Parker parker;

    // Guarded by the lock, emptied by release().
    private @Nullable Waiter<T> firstWoken;
    private @Nullable Waiter<T> lastWoken;
    private @Nullable ArrayList<T> lost;
    private @Nullable List<ForgottenHandle> reports;
    private @Nullable DisconnectFuture announcement;

    CriticalSection(@Nullable Consumer<? super T> onUndelivered, Parker parker) {
        this.onUndelivered = onUndelivered;
        this.parker = parker;
    }

    /** Has a waiter's party woken; the waiter has ended and stands in no line. */
    final void wakeLater(Waiter<T> waiter) {
        Waiter<T> last = lastWoken;
        lastWoken = waiter;
        if (last == null) {
            firstWoken = waiter;
        } else {
            last.behind = waiter;
        }
    }

    /** Makes sure that {@link #reportLost} allocates nothing for so many messages. */
    final void reserveLost(int messages) {
        if (onUndelivered != null && messages > 0) {
            if (lost == null) {
                lost = new ArrayList<>(messages);
            } else {
                lost.ensureCapacity(lost.size() + messages);
            }
        }
    }

    /** Has a message reported as undelivered, where somebody wants to know. */
    final void reportLost(T message) {
        if (lost != null) {
            lost.add(message);
        }
    }

    /** Has handles reported that nobody closed. */
    final void reportForgotten(List<ForgottenHandle> handles) {
        if (reports == null) {
            reports = new ArrayList<>();
        }
        reports.addAll(handles);
    }

    /** Has the end of the channel announced. */
    final void announceLater(DisconnectFuture future, @Nullable Throwable cause) {
        future.prepare(cause);
        announcement = future;
    }

    /** Whether release has anything to do; without the lock, of use to the thread that left it. */
    final boolean hasAftermath() {
        return firstWoken != null || lost != null || announcement != null || reports != null;
    }

    /**
     * Releases the lock, then wakes those whose operations have ended (threads first, so that slow foreign code delays
     * nobody), reports what was lost or forgotten, and announces the disconnect.
     */
    final void release() {
        if (!hasAftermath()) {
            unlock();
            return;
        }
        Waiter<T> first = firstWoken;
        List<T> messages = lost;
        List<ForgottenHandle> handles = reports;
        DisconnectFuture announced = announcement;
        firstWoken = null;
        lastWoken = null;
        lost = null;
        reports = null;
        announcement = null;
        unlock();
        if (first != null) {
            wakeAll(first);
        }
        if (messages != null && onUndelivered != null) {
            for (T message : messages) {
                Resumption.run(() -> onUndelivered.accept(message));
            }
        }
        if (announced != null) {
            Resumption.run(announced::disconnect);
        }
        if (handles != null) {
            for (ForgottenHandle handle : handles) {
                Resumption.run(() -> LeakDetection.report(handle));
            }
        }
    }

    private void wakeAll(Waiter<T> first) {
        if (first.behind == null) {
            first.wake(parker);
            return;
        }
        for (Waiter<T> waiter = first; waiter != null; waiter = waiter.behind) {
            if (waiter.resumesThread()) {
                waiter.wake(parker);
            }
        }
        Waiter<T> next;
        for (Waiter<T> waiter = first; waiter != null; waiter = next) {
            next = waiter.behind;
            waiter.behind = null;
            if (!waiter.resumesThread()) {
                waiter.wake(parker);
            }
        }
    }
}
