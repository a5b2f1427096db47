package io.millrace.benchmarks.report;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toList;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The samples of one suite as a table: a row for each thing that was done, a column for each rival, medians of the rounds. */
final class SampleTable {
    private static final String OURS = "millrace";

    private final Map<String, Map<String, List<Double>>> rows;
    private final Map<String, Sample> anyOfRow = new LinkedHashMap<>();
    private final List<String> rivals;

    SampleTable(List<Sample> samples) {
        rows = samples.stream()
                .collect(groupingBy(
                        SampleTable::title,
                        LinkedHashMap::new,
                        groupingBy(Sample::rival, mapping(Sample::value, toList()))));
        samples.forEach(sample -> anyOfRow.put(title(sample), sample));
        List<String> others = samples.stream()
                .map(Sample::rival)
                .filter(rival -> !rival.equals(OURS) && !rival.equals(Sample.AT_MOST))
                .distinct()
                .toList();
        rivals = new java.util.ArrayList<>(List.of(OURS));
        rivals.addAll(others);
    }

    private static String title(Sample sample) {
        return sample.row() + ", " + sample.unit();
    }

    String toMarkdown() {
        StringBuilder text = new StringBuilder("| |");
        boolean hasBars = rows.values().stream().anyMatch(byRival -> byRival.containsKey(Sample.AT_MOST));
        rivals.forEach(rival -> text.append(' ').append(rival).append(" |"));
        text.append(hasBars ? " ratio | bar |\n| --- |" : " ratio |\n| --- |");
        rivals.forEach(rival -> text.append(" ---: |"));
        text.append(hasBars ? " ---: | --- |\n" : " ---: |\n");
        rows.forEach((row, byRival) -> {
            text.append("| ").append(row).append(" |");
            for (String rival : rivals) {
                List<Double> values = byRival.getOrDefault(rival, List.of());
                text.append(' ').append(values.isEmpty() ? "" : figure(values)).append(" |");
            }
            text.append(' ')
                    .append(ratio(row, byRival).map(Numbers::ratio).orElse(""))
                    .append(" |");
            text.append(hasBars ? " " + bar(byRival) + " |\n" : "\n");
        });
        return text.toString();
    }

    private static String figure(List<Double> values) {
        String median = Numbers.figure(Numbers.median(values));
        double least = values.stream().mapToDouble(value -> value).min().orElseThrow();
        double most = values.stream().mapToDouble(value -> value).max().orElseThrow();
        return least == most
                ? median
                : String.format(Locale.ROOT, "%s (%s to %s)", median, Numbers.figure(least), Numbers.figure(most));
    }

    /** The most that ours may be, and whether it is not more; empty where nothing was said. */
    private static String bar(Map<String, List<Double>> byRival) {
        List<Double> bars = byRival.getOrDefault(Sample.AT_MOST, List.of());
        List<Double> ours = byRival.getOrDefault(OURS, List.of());
        if (bars.isEmpty() || ours.isEmpty()) {
            return "";
        }
        boolean holds = Numbers.median(ours) <= bars.get(0);
        return "at most " + Numbers.figure(bars.get(0)) + (holds ? ": holds" : ": **missed**");
    }

    /** How many times better ours is than the best of the others; empty where either is missing or zero. */
    private Optional<Double> ratio(String row, Map<String, List<Double>> byRival) {
        List<Double> ours = byRival.getOrDefault(OURS, List.of());
        List<Double> others = byRival.entrySet().stream()
                .filter(entry ->
                        rivals.contains(entry.getKey()) && !entry.getKey().equals(OURS))
                .map(entry -> Numbers.median(entry.getValue()))
                .toList();
        if (ours.isEmpty() || others.isEmpty()) {
            return Optional.empty();
        }
        boolean moreIsBetter = anyOfRow.get(row).moreIsBetter();
        double mine = Numbers.median(ours);
        double best = moreIsBetter
                ? others.stream().mapToDouble(value -> value).max().orElseThrow()
                : others.stream().mapToDouble(value -> value).min().orElseThrow();
        double ratio = moreIsBetter ? mine / best : best / mine;
        return Double.isFinite(ratio) && ratio > 0 ? Optional.of(ratio) : Optional.empty();
    }
}
