package io.millrace.benchmarks.report;

import java.util.Collection;
import java.util.List;
import java.util.Locale;

/** Medians and means, and how figures are written. */
public final class Numbers {
    private Numbers() {}

    /** The median; of an even number the mean of the two in the middle. */
    public static double median(Collection<Double> values) {
        List<Double> sorted = values.stream().sorted().toList();
        int middle = sorted.size() / 2;
        return sorted.size() % 2 == 1 ? sorted.get(middle) : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    }

    /** The geometric mean; NaN of none. */
    public static double geometricMean(Collection<Double> values) {
        return Math.exp(values.stream().mapToDouble(Math::log).average().orElse(Double.NaN));
    }

    /** Three digits that mean something. */
    public static String figure(double value) {
        double size = Math.abs(value);
        if (size >= 1e6) {
            return String.format(Locale.ROOT, "%.2f M", value / 1e6);
        }
        if (size >= 100 || value == Math.rint(value)) {
            return String.format(Locale.ROOT, "%,.0f", value);
        }
        return String.format(Locale.ROOT, size >= 10 ? "%.1f" : size >= 0.1 ? "%.2f" : "%.4f", value);
    }

    /** How many times better. */
    public static String ratio(double value) {
        return String.format(
                Locale.ROOT, value >= 100 ? "%.0fx" : value >= 10 ? "%.1fx" : value >= 0.01 ? "%.2fx" : "%.4fx", value);
    }
}
