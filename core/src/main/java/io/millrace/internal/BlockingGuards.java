package io.millrace.internal;

import io.millrace.spi.BlockingGuard;
import java.util.ServiceLoader;

/** The guards that forbid waiting on some threads, found once. */
public final class BlockingGuards {
    private static final BlockingGuard[] GUARDS =
            ServiceLoader.load(BlockingGuard.class, BlockingGuards.class.getClassLoader()).stream()
                    .map(ServiceLoader.Provider::get)
                    .toArray(BlockingGuard[]::new);

    private BlockingGuards() {}

    /**
     * Refuses a call that may wait, on a thread that must not.
     *
     * @param asyncMethod the method to use instead
     * @throws IllegalStateException if a guard objects
     */
    public static void check(String asyncMethod) {
        for (BlockingGuard guard : GUARDS) {
            String objection = guard.objection(Thread.currentThread());
            if (objection != null) {
                throw new IllegalStateException(objection + "; use " + asyncMethod + " instead");
            }
        }
    }

    /** Finds them, where memory and stack are not short yet. */
    static void find() {}

    /** Whether the calling thread must not wait; for who goes by the answer only to be quick, and must not fail. */
    static boolean anyObjects() {
        try {
            for (BlockingGuard guard : GUARDS) {
                if (guard.objection(Thread.currentThread()) != null) {
                    return true;
                }
            }
        } catch (Throwable unanswered) { // for want of memory or stack, for instance
            return false;
        }
        return false;
    }
}
