package io.millrace.benchmarks.report;

/**
 * One figure of one rival, as a line of a results file that every program here but the channel suite writes.
 *
 * @param suite the program, such as {@code latency}
 * @param row what was done, such as {@code two parked threads, 10000/s, p99}
 * @param rival who did it
 * @param unit what the value counts; where it ends in {@code /s} more is better, else less
 * @param round which round it belongs to
 * @param value the figure
 */
public record Sample(String suite, String row, String rival, String unit, int round, double value) {
    /** The first line of a results file. */
    public static final String HEADER = "suite;row;rival;unit;round;value";

    /** In the place of a rival: the value is the most that ours may be. */
    public static final String AT_MOST = "at most";

    /** Refuses what would not survive a file. */
    public Sample {
        for (String field : new String[] {suite, row, rival, unit}) {
            if (field.isBlank() || field.contains(";") || field.contains("\n")) {
                throw new IllegalArgumentException("a field of a sample must be one line without semicolons: " + field);
            }
        }
    }

    /** Its line in a results file. */
    public String toLine() {
        return String.join(";", suite, row, rival, unit, String.valueOf(round), String.valueOf(value));
    }

    /** The sample of a line. */
    public static Sample of(String line) {
        String[] fields = line.split(";", -1);
        if (fields.length != 6) {
            throw new IllegalArgumentException("a line of samples has 6 fields: " + line);
        }
        return new Sample(
                fields[0], fields[1], fields[2], fields[3], Integer.parseInt(fields[4]), Double.parseDouble(fields[5]));
    }

    boolean moreIsBetter() {
        return unit.endsWith("/s");
    }
}
