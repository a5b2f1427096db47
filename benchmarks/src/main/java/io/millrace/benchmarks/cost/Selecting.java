package io.millrace.benchmarks.cost;

import io.millrace.benchmarks.suite.ThreadKind;

/** How a rival selects among several channels. */
public interface Selecting {
    /** Whether it runs on such threads. */
    boolean supports(ThreadKind kind);

    /** Sends to one of so many channels, then selects, all in one party, for so long: the mean time of both. */
    double nanosReady(int branches, long nanos) throws Exception;

    /** Selects and answers, in one party, while another sends to one of so many channels and waits for the answer. */
    double nanosWaiting(ThreadKind kind, int branches, long nanos) throws Exception;
}
