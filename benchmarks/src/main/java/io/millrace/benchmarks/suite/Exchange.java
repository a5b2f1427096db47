package io.millrace.benchmarks.suite;

/** A place that messages go into and come out of. Both operations wait where they must. */
public interface Exchange {
    /** Puts a message in. */
    void send(Object message) throws InterruptedException;

    /** Takes a message out. */
    Object receive() throws InterruptedException;
}
