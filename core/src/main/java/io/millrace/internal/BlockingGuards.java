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

    /** Whether the calling thread must not wait. */
    static boolean anyObjects() {
        for (BlockingGuard guard : GUARDS) {
            if (guard.objection(Thread.currentThread()) != null) {
                return true;
            }
        }
        return false;
    }
}
