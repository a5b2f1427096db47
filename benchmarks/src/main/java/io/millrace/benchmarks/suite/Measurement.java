package io.millrace.benchmarks.suite;

import io.millrace.benchmarks.suite.Cell.Capacity;
import io.millrace.benchmarks.suite.Cell.Pattern;
import java.util.Locale;

/**
 * What one run of one rival took, as a line of a results file.
 *
 * @param round which round it belongs to
 * @param rival the rival's title
 * @param cell the place of the grid
 * @param messages how many were moved
 * @param nanos wall-clock time
 * @param cpuNanos CPU time of the whole process
 * @param bytes memory allocated by all threads, or -1 where it is not known
 */
public record Measurement(int round, String rival, Cell cell, long messages, long nanos, long cpuNanos, long bytes) {
    /** The first line of a results file. */
    public static final String HEADER = "round,rival,threads,pattern,capacity,messages,nanos,cpu_nanos,bytes";

    /** Its line in a results file. */
    public String toLine() {
        return String.join(
                ",",
                String.valueOf(round),
                rival,
                cell.threads().title(),
                cell.pattern().name().toLowerCase(Locale.ROOT),
                cell.capacity().title,
                String.valueOf(messages),
                String.valueOf(nanos),
                String.valueOf(cpuNanos),
                String.valueOf(bytes));
    }

    /** The measurement of a line. */
    public static Measurement of(String line) {
        String[] fields = line.split(",", -1);
        if (fields.length != 9) {
            throw new IllegalArgumentException("a line of results has 9 fields: " + line);
        }
        Cell cell = new Cell(
                ThreadKind.valueOf(fields[2].toUpperCase(Locale.ROOT)),
                Pattern.valueOf(fields[3].toUpperCase(Locale.ROOT)),
                Capacity.of(fields[4]));
        return new Measurement(
                Integer.parseInt(fields[0]),
                fields[1],
                cell,
                Long.parseLong(fields[5]),
                Long.parseLong(fields[6]),
                Long.parseLong(fields[7]),
                Long.parseLong(fields[8]));
    }

    /** Wall-clock time. */
    public double nanosPerMessage() {
        return (double) nanos / messages;
    }

    /** CPU time. */
    public double cpuSecondsPerMillion() {
        return cpuNanos / 1e9 / (messages / 1e6);
    }

    /** Memory; NaN where it is not known. */
    public double bytesPerMessage() {
        return bytes < 0 ? Double.NaN : (double) bytes / messages;
    }
}
