package io.millrace.benchmarks.vertx;

/** What messages travel between in the Vert.x suite. */
enum Trip {
    /** A thread outside of Vert.x sends, an event loop receives, and nothing is bounded. */
    THREAD_TO_LOOP("thread to event loop", 400_000),
    /** The same, and the thread waits while so many messages are on their way. */
    THREAD_TO_LOOP_BOUNDED("thread to event loop, bounded to 1024", 400_000),
    /** One event loop sends, another receives, and nothing is bounded. */
    LOOP_TO_LOOP("event loop to event loop", 400_000),
    /** An event loop gives jobs to two workers, each when the result of the one before has come back. */
    ONE_IN_FLIGHT("event loop to workers and back, 1 in flight", 10_000),
    /** The same, with many jobs between their submission and their result. */
    MANY_IN_FLIGHT("event loop to workers and back, 256 in flight", 200_000);

    /** The bound of {@link #THREAD_TO_LOOP_BOUNDED}, and of every queue of jobs. */
    static final int BOUND = 1024;

    /** How many workers there are. */
    static final int WORKERS = 2;

    final String title;

    /** How many messages one run moves. */
    final int messages;

    Trip(String title, int messages) {
        this.title = title;
        this.messages = messages;
    }

    boolean isOneWay() {
        return this == THREAD_TO_LOOP || this == THREAD_TO_LOOP_BOUNDED || this == LOOP_TO_LOOP;
    }

    /** How many jobs are on their way at a time. */
    int inFlight() {
        return switch (this) {
            case ONE_IN_FLIGHT -> 1;
            case MANY_IN_FLIGHT -> 256;
            case THREAD_TO_LOOP, THREAD_TO_LOOP_BOUNDED, LOOP_TO_LOOP ->
                throw new IllegalStateException("goes one way: " + this);
        };
    }
}
