package io.millrace.internal;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.locks.LockSupport;

/**
 * A lock of one bit for critical sections of a few nanoseconds, in which nobody waits and no foreign code runs.
 *
 * <p>Not fair and not reentrant. A thread that finds it taken backs off: where there is more than one CPU it spins, each
 * time twice as long before it looks again; then it yields, then sleeps for a moment: the holder may have been preempted, and
 * where threads outnumber CPUs it needs one to go on. Meanwhile the holder comes back for many messages with the lock and the
 * channel still in its cache, instead of losing both to a look after each; see docs/adr/0007.
 *
 * <p>It sleeps even with an interrupt pending, which it keeps for later: virtual threads that only yield can keep all carriers
 * to themselves, and the holder from every one of them.
 *
 * <p>Who holds one such lock and wants another uses {@link #tryLock}, and gives up the first if need be: a virtual thread
 * that waits is unmounted, and would take the lock that it holds with it into the queue for a carrier.
 *
 * <p>Ordering: what a thread did before {@link #unlock} happens-before what another does after its {@link #lock}.
 */
abstract class SpinLock {
    private static final VarHandle HELD;
    private static final int LONGEST_SPIN = Runtime.getRuntime().availableProcessors() > 1 ? 256 : 0;
    private static final int YIELDS = 32;
    private static final long NAP_NANOS = 50_000;

    static {
        try {
            HELD = MethodHandles.lookup().findVarHandle(SpinLock.class, "held", boolean.class);
        } catch (ReflectiveOperationException impossible) {
            throw new ExceptionInInitializerError(impossible);
        }
    }

    private volatile boolean held;

    final void lock() {
        if (!HELD.compareAndSet(this, false, true)) {
            lockContended();
        }
    }

    private void lockContended() {
        boolean interrupted = false;
        boolean taken = tryLock();
        for (int round = 0; !taken; round++) {
            if (round < YIELDS) {
                Thread.yield();
            } else {
                interrupted |= Thread.interrupted();
                LockSupport.parkNanos(this, NAP_NANOS);
            }
            taken = HELD.compareAndSet(this, false, true);
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Takes the lock if it is free or comes free while this thread spins; neither yields nor sleeps. */
    final boolean tryLock() {
        if (HELD.compareAndSet(this, false, true)) {
            return true;
        }
        for (int spin = 1; spin <= LONGEST_SPIN; spin *= 2) {
            for (int i = 0; i < spin; i++) {
                Thread.onSpinWait();
            }
            if (HELD.compareAndSet(this, false, true)) {
                return true;
            }
        }
        return false;
    }

    final void unlock() {
        HELD.setRelease(this, false);
    }

    final boolean isLocked() {
        return held;
    }
}
