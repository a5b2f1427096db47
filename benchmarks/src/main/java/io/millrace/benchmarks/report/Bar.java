package io.millrace.benchmarks.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * How many times better than others Millrace shall be in one row of a suite, as a line of a file.
 *
 * @param words what a reader is told
 * @param row the row of the {@linkplain Sample samples}
 * @param unit their unit
 * @param rivals those to compare with; the best of them counts
 * @param least the least ratio that holds
 */
record Bar(String words, String row, String unit, List<String> rivals, double least) {
    /** The first line of a file of bars. */
    static final String HEADER = "words;row;unit;rivals;least";

    static final String TABLE_HEAD = "| bar | measured | |\n| --- | --- | --- |\n";

    private static final String OURS = "millrace";

    /** All bars of a file. */
    static List<Bar> read(Path file) throws IOException {
        return Files.readAllLines(file).stream()
                .filter(line -> !line.isBlank() && !line.equals(HEADER))
                .map(Bar::of)
                .toList();
    }

    /** The bar of a line. */
    static Bar of(String line) {
        String[] fields = line.split(";", -1);
        if (fields.length != 5) {
            throw new IllegalArgumentException("a line of bars has 5 fields: " + line);
        }
        return new Bar(fields[0], fields[1], fields[2], List.of(fields[3].split(",")), Double.parseDouble(fields[4]));
    }

    /** Its line of a table: the ratio of the medians, and whether the bar holds. */
    String toMarkdown(List<Sample> samples) {
        Optional<Double> ours = median(samples, OURS);
        boolean moreIsBetter = unit.endsWith("/s");
        Optional<Double> best = rivals.stream()
                .map(rival -> median(samples, rival))
                .flatMap(Optional::stream)
                .reduce(moreIsBetter ? Math::max : Math::min);
        if (ours.isEmpty() || best.isEmpty()) {
            return "| %s | | not measured |\n".formatted(words);
        }
        double ratio = moreIsBetter ? ours.get() / best.get() : best.get() / ours.get();
        return "| %s | %s | %s |\n".formatted(words, Numbers.ratio(ratio), ratio >= least ? "holds" : "**missed**");
    }

    private Optional<Double> median(List<Sample> samples, String rival) {
        List<Double> values = samples.stream()
                .filter(sample -> sample.row().equals(row)
                        && sample.unit().equals(unit)
                        && sample.rival().equals(rival))
                .map(Sample::value)
                .toList();
        return values.isEmpty() ? Optional.empty() : Optional.of(Numbers.median(values));
    }
}
