package io.millrace.vertx;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * Tasks that any thread adds and one at a time takes, in the order in which they were added.
 *
 * <p>It is Treiber's stack, of which the taker takes all at once and turns them round: to add is one compare-and-set, and most
 * takes touch nothing that others write.
 */
final class TaskQueue {
    private static final VarHandle NEWEST;

    static {
        try {
            NEWEST = MethodHandles.lookup().findVarHandle(TaskQueue.class, "newest", Task.class);
        } catch (ReflectiveOperationException impossible) {
            throw new ExceptionInInitializerError(impossible);
        }
    }

    private static final class Task {
        final Runnable action;

        @Nullable Task next; // the one added before; once taken over, the one added after

        Task(Runnable action) {
            this.action = action;
        }
    }

    /** The tasks that were taken over, the oldest first. They belong to the taker. */
    private static final class Taken {
        @Nullable Task oldest;
    }

    private volatile @Nullable Task newest;
    private final Taken taken = new Taken();

    void add(Runnable action) {
        Task added = new Task(action);
        Task before;
        do {
            before = newest;
            added.next = before;
        } while (!NEWEST.weakCompareAndSet(this, before, added));
    }

    @Nullable Runnable poll() {
        Task oldest = taken.oldest;
        if (oldest == null) {
            oldest = takeOver();
            if (oldest == null) {
                return null;
            }
        }
        taken.oldest = oldest.next;
        return oldest.action;
    }

    private @Nullable Task takeOver() {
        if (newest == null) {
            return null;
        }
        Task added = (Task) NEWEST.getAndSet(this, null);
        Task behind = null;
        while (added != null) {
            Task before = added.next;
            added.next = behind;
            behind = added;
            added = before;
        }
        return behind;
    }

    /** Whether there is none. Exact for the taker; others may see a task for a moment longer or less. */
    boolean isEmpty() {
        return taken.oldest == null && newest == null;
    }
}
