package io.millrace.internal;

/** Says which invariant of the design does not hold. */
final class Invariants {
    private Invariants() {}

    static void hold(boolean condition, String violation) {
        if (!condition) {
            throw new IllegalStateException("invariant broken: " + violation);
        }
    }
}
