package io.millrace.vertx;

/**
 * The time of a context's turns. A class of its own, as only the context's thread writes here, for each task, where the rest of
 * {@link OwnerContext} is read by all who wake it.
 */
final class TurnTime {
    /** How long a turn may last before it yields; the task that runs when the time is looked at is the last of its turn. */
    static final long TURN_NANOS = 2_000_000;

    /** How many tasks pass between two looks at most. */
    private static final int RAREST_LOOK = 8;

    /** Where less time has passed between two looks, twice as many tasks may pass before the next one. */
    private static final long LITTLE_NANOS = TURN_NANOS / 64;

    private long end;
    private long lookedAt;
    private int looks;
    private int untilLook;
    private boolean firstIsDue;

    void begin() {
        lookedAt = System.nanoTime();
        end = lookedAt + TURN_NANOS;
        looks = 1;
        untilLook = 1;
        firstIsDue = true;
    }

    /**
     * Whether it is over.
     *
     * @param seldom looks less and less often at the clock as long as tasks take little time
     */
    boolean isOver(boolean seldom) {
        if (firstIsDue) {
            firstIsDue = false;
            return false;
        }
        untilLook--;
        if (seldom && untilLook > 0) {
            return false;
        }
        long now = System.nanoTime();
        if (now - end >= 0) {
            untilLook = 1; // asked again it says the same
            return true;
        }
        looks = seldom && now - lookedAt < LITTLE_NANOS ? Math.min(looks * 2, RAREST_LOOK) : 1;
        lookedAt = now;
        untilLook = looks;
        return false;
    }
}
