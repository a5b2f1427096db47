package io.millrace.benchmarks.cost;

import io.millrace.benchmarks.report.Sample;
import java.util.function.Consumer;
import org.HdrHistogram.Histogram;

/** Takes the figures that one program finds of one rival in one round. */
record Findings(String suite, String rival, int round, Consumer<Sample> samples) {
    void add(String row, String unit, double value) {
        samples.accept(new Sample(suite, row, rival, unit, round, value));
    }

    /** Says how high our figure in a row may be. */
    void mustNotExceed(double bar, String row, String unit) {
        samples.accept(new Sample(suite, row, Sample.AT_MOST, unit, round, bar));
    }

    /** Adds the percentiles that matter, of nanoseconds. */
    void addPercentiles(String row, Histogram nanos) {
        add(row + ", p50", "us", nanos.getValueAtPercentile(50) / 1e3);
        add(row + ", p99", "us", nanos.getValueAtPercentile(99) / 1e3);
        add(row + ", p99.9", "us", nanos.getValueAtPercentile(99.9) / 1e3);
    }
}
