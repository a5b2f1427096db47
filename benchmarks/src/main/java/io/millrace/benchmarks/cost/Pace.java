package io.millrace.benchmarks.cost;

import java.util.concurrent.locks.LockSupport;

/** Instants at a fixed rate. Latency counts from them, so that who holds up the next message is charged with it. */
final class Pace {
    private static final long SPIN_NANOS = 100_000;

    private final long period;
    private long due = System.nanoTime();

    Pace(int perSecond) {
        this.period = 1_000_000_000 / perSecond;
    }

    /** Waits for the next instant and returns it; at once if it is past. Sleeps while that is precise enough. */
    long next() {
        due += period;
        long left;
        while ((left = due - System.nanoTime()) > 0) {
            if (left > 2 * SPIN_NANOS) {
                LockSupport.parkNanos(left - SPIN_NANOS);
            } else {
                Thread.onSpinWait();
            }
        }
        return due;
    }
}
