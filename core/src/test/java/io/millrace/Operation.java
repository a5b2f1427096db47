package io.millrace;

/** One send or receive under way, whatever way it waits. */
interface Operation {
    boolean isDone();

    /**
     * Withdraws the operation, and waits until that is decided: a thread is interrupted, a future or a pending operation
     * cancelled. True if it was withdrawn, false if the operation had ended already or a peer came first.
     */
    boolean withdraw();

    /** How it ended; waits for the end. */
    Outcome outcome();
}
