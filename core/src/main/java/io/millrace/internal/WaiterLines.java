package io.millrace.internal;

import org.jspecify.annotations.Nullable;

/**
 * The lines in which waiters stand in the order in which they came, linked both ways so that any of them leaves in constant
 * time. Guarded by the lock.
 *
 * <p>They are fields of the channel itself, right behind the lock's, and not objects: they come from
 * the other CPU's cache together with the lock, and of a peer that waits only the waiter is missing; see docs/adr/0012.
 *
 * @param <T> the type of the messages
 */
abstract class WaiterLines<T> extends SpinLock {
    /** What the waiters of a line wait for. */
    enum Line {
        /** To send. */
        SENDERS,
        /** To receive. */
        RECEIVERS,
        /** That either side is gone for good: branches of selects. */
        DISCONNECT_WATCHERS,
        /** That nothing can be received any more: branches of selects. */
        TERMINATION_WATCHERS
    }

    private @Nullable Waiter<T> firstSender;
    private @Nullable Waiter<T> lastSender;
    private @Nullable Waiter<T> firstReceiver;
    private @Nullable Waiter<T> lastReceiver;
    private @Nullable Waiter<T> firstDisconnectWatcher;
    private @Nullable Waiter<T> lastDisconnectWatcher;
    private @Nullable Waiter<T> firstTerminationWatcher;
    private @Nullable Waiter<T> lastTerminationWatcher;
    private int waitingSenders;
    private int waitingReceivers;

    // Not switches: javac has them look the constant up in a table, which the JVM does not take for constant.

    final @Nullable Waiter<T> first(Line line) {
        if (line == Line.SENDERS) {
            return firstSender;
        }
        if (line == Line.RECEIVERS) {
            return firstReceiver;
        }
        return line == Line.DISCONNECT_WATCHERS ? firstDisconnectWatcher : firstTerminationWatcher;
    }

    private void setFirst(Line line, @Nullable Waiter<T> waiter) {
        if (line == Line.SENDERS) {
            firstSender = waiter;
        } else if (line == Line.RECEIVERS) {
            firstReceiver = waiter;
        } else if (line == Line.DISCONNECT_WATCHERS) {
            firstDisconnectWatcher = waiter;
        } else {
            firstTerminationWatcher = waiter;
        }
    }

    private @Nullable Waiter<T> last(Line line) {
        if (line == Line.SENDERS) {
            return lastSender;
        }
        if (line == Line.RECEIVERS) {
            return lastReceiver;
        }
        return line == Line.DISCONNECT_WATCHERS ? lastDisconnectWatcher : lastTerminationWatcher;
    }

    private void setLast(Line line, @Nullable Waiter<T> waiter) {
        if (line == Line.SENDERS) {
            lastSender = waiter;
        } else if (line == Line.RECEIVERS) {
            lastReceiver = waiter;
        } else if (line == Line.DISCONNECT_WATCHERS) {
            lastDisconnectWatcher = waiter;
        } else {
            lastTerminationWatcher = waiter;
        }
    }

    private void count(Line line, int by) {
        if (line == Line.SENDERS) {
            waitingSenders += by;
        } else if (line == Line.RECEIVERS) {
            waitingReceivers += by;
        }
    }

    final boolean isEmpty(Line line) {
        return first(line) == null;
    }

    final int waitingSenders() {
        return waitingSenders;
    }

    final int waitingReceivers() {
        return waitingReceivers;
    }

    final void add(Line line, Waiter<T> waiter) {
        Waiter<T> end = last(line);
        waiter.line = line;
        waiter.ahead = end;
        setLast(line, waiter);
        if (end == null) {
            setFirst(line, waiter);
        } else {
            end.behind = waiter;
        }
        count(line, 1);
    }

    /** Takes a waiter out of the line that it stands in. */
    final void remove(Line line, Waiter<T> waiter) {
        Waiter<T> ahead = waiter.ahead;
        Waiter<T> behind = waiter.behind;
        if (ahead == null) {
            setFirst(line, behind);
        } else {
            ahead.behind = behind;
        }
        if (behind == null) {
            setLast(line, ahead);
        } else {
            behind.ahead = ahead;
        }
        waiter.line = null;
        waiter.ahead = null;
        waiter.behind = null;
        count(line, -1);
    }

    /** Asserts that the links of each line agree in both directions, and with the figures. */
    final void checkLines() {
        for (Line line : Line.values()) {
            int count = 0;
            Waiter<T> previous = null;
            for (Waiter<T> waiter = first(line); waiter != null; waiter = waiter.behind) {
                Invariants.hold(waiter.line == line, line + ": a waiter in line names another line");
                Invariants.hold(waiter.ahead == previous, line + ": a waiter's link ahead is wrong");
                Invariants.hold(waiter.outcome() == Outcome.WAITING, line + ": an ended waiter is in line");
                previous = waiter;
                count++;
            }
            Invariants.hold(last(line) == previous, line + ": the last waiter is not at the end");
            int told = line == Line.SENDERS ? waitingSenders : line == Line.RECEIVERS ? waitingReceivers : count;
            Invariants.hold(count == told, line + ": " + count + " waiters in line, the figure says " + told);
        }
    }
}
