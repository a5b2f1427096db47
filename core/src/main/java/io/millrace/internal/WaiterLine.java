package io.millrace.internal;

import org.jspecify.annotations.Nullable;

/**
 * The waiters of one side in the order in which they came, linked both ways so that any of them leaves in constant time.
 * Guarded by the lock of its channel.
 *
 * @param <T> the type of the messages
 */
final class WaiterLine<T> {
    private @Nullable Waiter<T> first;
    private @Nullable Waiter<T> last;
    private int size;

    @Nullable Waiter<T> first() {
        return first;
    }

    int size() {
        return size;
    }

    boolean isEmpty() {
        return first == null;
    }

    void add(Waiter<T> waiter) {
        Waiter<T> end = last;
        waiter.line = this;
        waiter.ahead = end;
        last = waiter;
        if (end == null) {
            first = waiter;
        } else {
            end.behind = waiter;
        }
        size++;
    }

    void remove(Waiter<T> waiter) {
        Waiter<T> ahead = waiter.ahead;
        Waiter<T> behind = waiter.behind;
        if (ahead == null) {
            first = behind;
        } else {
            ahead.behind = behind;
        }
        if (behind == null) {
            last = ahead;
        } else {
            behind.ahead = ahead;
        }
        waiter.line = null;
        waiter.ahead = null;
        waiter.behind = null;
        size--;
    }

    /** Asserts that the links agree in both directions and with the size. */
    void checkInvariants(String name) {
        int count = 0;
        Waiter<T> previous = null;
        for (Waiter<T> waiter = first; waiter != null; waiter = waiter.behind) {
            Invariants.hold(waiter.line == this, name + ": a waiter in line names another line");
            Invariants.hold(waiter.ahead == previous, name + ": a waiter's link ahead is wrong");
            Invariants.hold(waiter.outcome() == Outcome.WAITING, name + ": an ended waiter is in line");
            previous = waiter;
            count++;
        }
        Invariants.hold(last == previous, name + ": the last waiter is not at the end");
        Invariants.hold(count == size, name + ": " + count + " waiters in line, size says " + size);
    }
}
