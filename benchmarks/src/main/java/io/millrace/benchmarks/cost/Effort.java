package io.millrace.benchmarks.cost;

/**
 * How much is done for a figure: 1 for one that is published, less to see that a program works.
 *
 * @param share what part of the whole
 */
record Effort(double share) {
    static final Effort FULL = new Effort(1);

    /** So many seconds of the whole effort, in nanoseconds. */
    long seconds(double whole) {
        return (long) (whole * share * 1e9);
    }

    /** So many things of the whole effort, but a few. */
    int count(int whole) {
        return Math.max(Math.min(whole, 20), (int) (whole * share));
    }
}
