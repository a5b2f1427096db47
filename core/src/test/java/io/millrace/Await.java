package io.millrace;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits for a state, never for a time. A state that does not come within {@link #LIMIT_SECONDS} fails the test. */
final class Await {
    static final long LIMIT_SECONDS = Long.getLong("millrace.await.seconds", 20);

    private Await() {}

    static void until(String state, BooleanSupplier reached) {
        long start = System.nanoTime();
        for (int round = 0; !reached.getAsBoolean(); round++) {
            if (System.nanoTime() - start > TimeUnit.SECONDS.toNanos(LIMIT_SECONDS)) {
                throw new AssertionError("not reached within " + LIMIT_SECONDS + " s: " + state);
            }
            if (round < 100) {
                Thread.yield();
            } else {
                LockSupport.parkNanos(100_000);
            }
        }
    }

    /** Returns once the thread waits, whatever it waits with. */
    static void blocked(Thread thread) {
        until(thread + " waits", () -> isBlocked(thread));
    }

    private static boolean isBlocked(Thread thread) {
        return switch (thread.getState()) {
            case WAITING, TIMED_WAITING -> true;
            case TERMINATED -> throw new AssertionError(thread + " ended instead of waiting");
            default -> false;
        };
    }

    /** Collects garbage until the condition holds. */
    static void untilCollected(String what, BooleanSupplier collected) {
        until(what + " is collected", () -> {
            System.gc();
            return collected.getAsBoolean();
        });
    }
}
