package io.millrace.internal;

import io.millrace.spi.Waker;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * One queued operation: a send with its message, or a receive with the slot that its message is handed over in. The same
 * class serves threads, futures, wakers and the branches of selects.
 *
 * <p><b>Claim.</b> Whoever takes it out of its line, under the lock, decides how it ends: a peer that hands over or
 * disconnects, or the party itself that withdraws. Only the branches of a select, which stand in the lines of several
 * channels, contend for something else: the choice that they share.
 *
 * <table>
 * <caption>Fields</caption>
 * <tr><th>field</th><th>written by</th><th>read by</th></tr>
 * <tr><td>line, ahead, behind</td><td>lock holders; after it left its line, {@code behind} links it to the next one to
 * wake, and belongs to the thread that wakes them</td><td>the same</td></tr>
 * <tr><td>message</td><td>lock holders, before the outcome</td><td>lock holders; the party after it saw the
 * outcome</td></tr>
 * <tr><td>outcome</td><td>lock holders, release</td><td>anybody, acquire</td></tr>
 * <tr><td>phase</td><td>the waiting thread and the one that wakes it, by swaps</td><td>the waiting thread</td></tr>
 * </table>
 *
 * @param <T> the type of the messages
 */
class Waiter<T> {
    /** The thread is on its way: spinning, yielding or about to park. */
    static final int RUNNING = 0;
    /** The thread is parked or about to be, and must be unparked. */
    static final int PARKED = 1;
    /** The operation has ended and its party was told. */
    static final int WOKEN = 2;

    private static final VarHandle OUTCOME;
    private static final VarHandle PHASE;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            OUTCOME = lookup.findVarHandle(Waiter.class, "outcome", Outcome.class);
            PHASE = lookup.findVarHandle(Waiter.class, "phase", int.class);
        } catch (ReflectiveOperationException impossible) {
            throw new ExceptionInInitializerError(impossible);
        }
    }

    WaiterLines.@Nullable Line line;

    @Nullable Waiter<T> ahead;

    @Nullable Waiter<T> behind;

    @Nullable T message;

    /** The handle that the operation was started on: as long as the operation waits, nobody has forgotten it. */
    @SuppressWarnings("UnusedVariable") // held, not read
    private @Nullable Object owner;

    /** What resumes the party: the thread itself, its waker, or the run of a select that this is a branch of. */
    private final Object party;

    private Outcome outcome = Outcome.WAITING;
    private volatile int phase;

    /** What is recorded of its wait, or null. */
    private @Nullable Wait wait;

    /** A waiter that the thread itself sits out; a null message makes it a receive. */
    Waiter(Object owner, @Nullable T message, Thread thread) {
        this.owner = owner;
        this.message = message;
        this.party = thread;
    }

    /** A waiter that a waker resumes; a null message makes it a receive. */
    Waiter(Object owner, @Nullable T message, Waker waker) {
        this.owner = owner;
        this.message = message;
        this.party = waker instanceof Thread ? new WakerOfItsOwn(waker) : waker;
    }

    /** A branch of a select; a null message makes it anything but a send. */
    Waiter(Object owner, @Nullable T message, SelectRun<?> run) {
        this.owner = owner;
        this.message = message;
        this.party = run;
    }

    /**
     * Makes sure that nobody else ends this operation: for a branch of a select, that it is the chosen one. Only under the
     * lock, on a waiter in line.
     *
     * @return false if its select has chosen otherwise; it will withdraw this branch, and is to be passed over
     */
    final boolean claim() {
        return !(party instanceof SelectRun<?> run) || run.choose(this);
    }

    /** Whether it only stands in line until its select, which has ended, withdraws it. */
    final boolean isLeft() {
        return party instanceof SelectRun<?> run && run.hasEnded();
    }

    /**
     * The other side is gone: whether that ends what the party waits for. Only under the lock, on a waiter in line.
     *
     * @return false if its select has other branches, or an end of its own
     */
    final boolean claimDisconnect() {
        return !(party instanceof SelectRun<?> run) || run.branchDied();
    }

    /** Takes the message of a waiting send; another one may be behind it. Only under the lock. */
    T takeMessage() {
        T taken = message;
        if (taken == null) {
            throw new IllegalStateException("a waiting send has no message");
        }
        message = null;
        return taken;
    }

    final Outcome outcome() {
        return (Outcome) OUTCOME.getAcquire(this);
    }

    /** Decides how the operation ends. Only under the lock, and only on a waiter that stands in no line. */
    final void end(Outcome how) {
        owner = null;
        OUTCOME.setRelease(this, how);
    }

    /** Decides the outcome of an operation that need not wait. */
    final void endUnqueued(@Nullable T received, Outcome how) {
        message = received;
        end(how);
    }

    /**
     * Tells a thread that its operation has ended, if it still looks for that itself: one swap, where a wake-up after the
     * release would fetch this waiter from the thread's CPU once more. Only under the lock, after the outcome.
     *
     * @return false if the party is to be {@link #wake woken} after the lock is released: it is parked, or foreign code, or
     *     its wait is recorded
     */
    final boolean wakeIfRunning() {
        return wait == null && party instanceof Thread && PHASE.compareAndSet(this, RUNNING, WOKEN);
    }

    final boolean isWoken() {
        return phase == WOKEN;
    }

    /** Announces that the thread will park. False: it was woken in between and must not. */
    final boolean prepareToPark() {
        return PHASE.compareAndSet(this, RUNNING, PARKED);
    }

    /** Whether waking it only unparks a thread, and runs no foreign code. */
    final boolean resumesThread() {
        return party instanceof Thread
                || (party instanceof SelectRun<?> run && run.party().resumesThread());
    }

    /** Its wait, which has begun, is wanted. */
    final void recordWait(Wait begun) {
        wait = begun;
    }

    /** Ends the recording of its wait. By the thread that ended the operation, after the lock is released. */
    final void recordEnd() {
        Wait recorded = wait;
        if (recorded != null) {
            try {
                recorded.end(outcome);
            } catch (OutOfMemoryError untold) {
                Resumption.report(untold); // its party still has to be woken
            }
        }
    }

    /**
     * Tells the party that its operation has ended, unless {@link #wakeIfRunning} did. Once, by the thread that ended it, after
     * the lock is released.
     */
    final void wake(Parker parker) {
        recordEnd();
        if (party instanceof Thread thread) {
            // A swap, not a read and a write: the thread may be announcing its park right now.
            if ((int) PHASE.getAndSet(this, WOKEN) == PARKED) {
                parker.unpark(thread);
            }
        } else if (party instanceof SelectRun<?> run) {
            run.party().wake(parker);
        } else {
            Resumption.run((Waker) party);
        }
    }

    /** As statistics and texts call its way of waiting. */
    final String kind() {
        if (party instanceof Thread) {
            return "thread";
        }
        if (party instanceof SelectRun) {
            return "select";
        }
        return party instanceof OperationFuture ? "future" : "waker";
    }

    /** Keeps a thread that is a waker from being taken for one that is to be unparked. */
    private record WakerOfItsOwn(Waker waker) implements Waker {
        @Override
        public void wake() {
            waker.wake();
        }
    }
}
