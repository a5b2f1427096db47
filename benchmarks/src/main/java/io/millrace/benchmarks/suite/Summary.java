package io.millrace.benchmarks.suite;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toList;

import io.millrace.benchmarks.report.Numbers;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;

/** Medians of a results file, and how Millrace stands beside its rivals. */
public final class Summary {
    /** Those that can neither wait, close, cancel nor select. */
    public static final Set<String> NEVER_WAIT = Set.of("JCTools array", "JCTools xadd");
    /** Those of other languages. */
    public static final Set<String> FOREIGN = Set.of("flume", "kanal", "crossbeam", "go");

    private final Map<Cell, Map<String, List<Measurement>>> cells = new TreeMap<>(
            Comparator.comparing(Cell::threads).thenComparing(Cell::pattern).thenComparing(Cell::capacity));

    /** Reads the lines of a results file. */
    public Summary(List<String> lines) {
        lines.stream()
                .filter(line -> !line.isBlank() && !line.equals(Measurement.HEADER))
                .map(Measurement::of)
                .collect(groupingBy(
                        Measurement::cell,
                        groupingBy(Measurement::rival, mapping(measurement -> measurement, toList()))))
                .forEach(cells::put);
    }

    /** The cells in the order of the grid. */
    public Collection<Cell> cells() {
        return cells.keySet();
    }

    /** How many rounds there were. */
    public int rounds() {
        return (int) cells.values().stream()
                .flatMap(byRival -> byRival.values().stream())
                .flatMap(List::stream)
                .mapToInt(Measurement::round)
                .distinct()
                .count();
    }

    /** All titles that occur, in alphabetical order. */
    public List<String> rivals() {
        return cells.values().stream()
                .flatMap(byRival -> byRival.keySet().stream())
                .distinct()
                .sorted()
                .toList();
    }

    /** The median of what a rival took for a message in a cell: of the medians of the rounds. */
    public Optional<Double> median(Cell cell, String rival, ToDoubleFunction<Measurement> figure) {
        List<Measurement> runs = cells.getOrDefault(cell, Map.of()).getOrDefault(rival, List.of());
        return runs.isEmpty() ? Optional.empty() : Optional.of(Numbers.median(perRound(runs, figure)));
    }

    /** The smallest and the largest of the rounds' medians. */
    public Optional<double[]> spread(Cell cell, String rival, ToDoubleFunction<Measurement> figure) {
        List<Measurement> runs = cells.getOrDefault(cell, Map.of()).getOrDefault(rival, List.of());
        if (runs.isEmpty()) {
            return Optional.empty();
        }
        List<Double> medians = perRound(runs, figure);
        medians.sort(Comparator.naturalOrder());
        return Optional.of(new double[] {medians.get(0), medians.get(medians.size() - 1)});
    }

    private static List<Double> perRound(List<Measurement> runs, ToDoubleFunction<Measurement> figure) {
        List<Double> medians = new ArrayList<>();
        runs.stream()
                .collect(groupingBy(Measurement::round))
                .values()
                .forEach(round -> medians.add(
                        Numbers.median(round.stream().map(figure::applyAsDouble).collect(toList()))));
        return medians;
    }

    /** How many times faster Millrace is in a cell than the fastest of some rivals; empty where there is none. */
    public Optional<Double> ratio(Cell cell, Collection<String> rivals) {
        Optional<Double> ours = median(cell, Millrace.TITLE, Measurement::nanosPerMessage);
        Optional<Double> best = rivals.stream()
                .map(rival -> median(cell, rival, Measurement::nanosPerMessage))
                .flatMap(Optional::stream)
                .min(Comparator.naturalOrder());
        return ours.isPresent() && best.isPresent() ? Optional.of(best.get() / ours.get()) : Optional.empty();
    }

    /** The rivals of this JVM that can wait. */
    public List<String> waitingPeers() {
        return rivals().stream()
                .filter(rival ->
                        !rival.equals(Millrace.TITLE) && !NEVER_WAIT.contains(rival) && !FOREIGN.contains(rival))
                .toList();
    }

    /** Nanoseconds per message and ratios, for a console. */
    public String toText() {
        StringBuilder text = new StringBuilder();
        List<String> peers = waitingPeers();
        for (ThreadKind kind : ThreadKind.values()) {
            List<Cell> rows =
                    cells().stream().filter(cell -> cell.threads() == kind).toList();
            if (rows.isEmpty()) {
                continue;
            }
            List<String> columns = rivals().stream()
                    .filter(rival ->
                            rows.stream().anyMatch(cell -> cells.get(cell).containsKey(rival)))
                    .toList();
            text.append(String.format(Locale.ROOT, "%n%-26s", kind.title() + ", ns/message"));
            columns.forEach(rival -> text.append(String.format(Locale.ROOT, " %12.12s", rival)));
            text.append(String.format(Locale.ROOT, " %9s%n", "ratio"));
            List<Double> ratios = new ArrayList<>();
            for (Cell cell : rows) {
                text.append(String.format(Locale.ROOT, "%-26s", cell));
                for (String rival : columns) {
                    text.append(median(cell, rival, Measurement::nanosPerMessage)
                            .map(nanos -> String.format(Locale.ROOT, " %12.1f", nanos))
                            .orElse(String.format(Locale.ROOT, " %12s", "-")));
                }
                Optional<Double> ratio = ratio(cell, peers);
                ratio.ifPresent(ratios::add);
                text.append(ratio.map(value -> String.format(Locale.ROOT, " %8.2fx%n", value))
                        .orElse(String.format(Locale.ROOT, " %9s%n", "-")));
            }
            text.append(String.format(
                    Locale.ROOT,
                    "geometric mean against the best peer that can wait: %.2fx%n",
                    Numbers.geometricMean(ratios)));
        }
        return text.toString();
    }
}
