package io.millrace.vertx;

/**
 * What may still be done before everything else on the thread is looked at: so many messages, for so long. Of a worker's or a
 * virtual thread's context, a turn of that context. Of an event loop, one for all its contexts, whose time runs while one of
 * them serves.
 *
 * <p>A class of its own, as only the context's thread writes here, for each task, where the rest of {@link OwnerContext} is
 * read by all who wake it.
 */
final class Turn {
    /** How many messages it serves at most. */
    static final int MESSAGES = 1024;

    /** How long it may last; the task that runs when the time is looked at is the last one. */
    static final long NANOS = 2_000_000;

    /** How many tasks pass between two looks at most. */
    private static final int RAREST_LOOK = 8;

    /** Where less time has passed between two looks, twice as many tasks may pass before the next one. */
    private static final long LITTLE_NANOS = NANOS / 64;

    private int messagesLeft = MESSAGES;
    private long nanosLeft = NANOS;
    private long end;
    private long lookedAt;
    private int looks;
    private int untilLook;
    private boolean firstIsDue;

    /** Begins: everything else was looked at. The first look at the time says that there is some, in any case. */
    void begin() {
        nanosLeft = NANOS;
        renewMessages();
        resume();
        firstIsDue = true;
    }

    /** May serve as many messages again, in the time that is left. */
    void renewMessages() {
        messagesLeft = MESSAGES;
    }

    /** Goes on with the time that was left at {@link #suspend}. */
    void resume() {
        lookedAt = System.nanoTime();
        end = lookedAt + nanosLeft;
        looks = 1;
        untilLook = 1;
    }

    /** Stops the time. */
    void suspend() {
        nanosLeft = end - System.nanoTime();
    }

    /**
     * Whether one more message may be served, which then counts.
     *
     * @param seldom as of {@link #isTimeOver}
     */
    boolean mayServeAnother(boolean seldom) {
        return messagesLeft-- > 0 && !isTimeOver(seldom);
    }

    /**
     * Whether the time is over.
     *
     * @param seldom looks less and less often at the clock as long as tasks take little time
     */
    boolean isTimeOver(boolean seldom) {
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

    boolean hasMessagesLeft() {
        return messagesLeft > 0;
    }

    /** A message was sent or received outside of the tasks. */
    void count() {
        messagesLeft--;
    }
}
