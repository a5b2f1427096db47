package io.millrace.verification.faults;

/** Where the rewritten core allocates, it asks here first. One of the calls of an armed thread fails. */
public final class Allocation {
    private static final ThreadLocal<int[]> LEFT = ThreadLocal.withInitial(() -> new int[1]);

    private Allocation() {}

    /** Makes the n-th allocation of this thread fail, counted from 1. */
    public static void failAt(int n) {
        LEFT.get()[0] = n;
    }

    /** Lets all succeed again; true if one has failed. */
    public static boolean disarm() {
        int[] left = LEFT.get();
        boolean failed = left[0] <= 0;
        left[0] = 0;
        return failed;
    }

    /** The next allocation. */
    public static void next() {
        int[] left = LEFT.get();
        if (left[0] > 0 && --left[0] == 0) {
            throw new OutOfMemoryError("injected");
        }
    }
}
