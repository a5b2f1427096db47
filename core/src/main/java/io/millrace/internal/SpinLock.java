package io.millrace.internal;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.locks.LockSupport;

/**
 * A lock of one bit for critical sections of a few nanoseconds, in which nobody waits and no foreign code runs.
 *
 * <p>Not fair and not reentrant. A thread that finds it taken spins where there is more than one CPU, then yields, then
 * sleeps for a moment: the holder may have been preempted, and where threads outnumber CPUs it needs one to go on.
 *
 * <p>Ordering: what a thread did before {@link #unlock} happens-before what another does after its {@link #lock}.
 */
abstract class SpinLock {
    private static final VarHandle HELD;
    private static final int SPINS = Runtime.getRuntime().availableProcessors() > 1 ? 64 : 0;
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
        int round = 0;
        do {
            if (round < SPINS) {
                Thread.onSpinWait();
            } else if (round < SPINS + YIELDS || Thread.currentThread().isInterrupted()) { // who could not sleep
                Thread.yield();
            } else {
                LockSupport.parkNanos(this, NAP_NANOS);
            }
            round++;
        } while (held || !HELD.compareAndSet(this, false, true));
    }

    final void unlock() {
        HELD.setRelease(this, false);
    }

    final boolean isLocked() {
        return held;
    }
}
