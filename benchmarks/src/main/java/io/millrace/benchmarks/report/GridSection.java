package io.millrace.benchmarks.report;

import io.millrace.benchmarks.suite.Cell;
import io.millrace.benchmarks.suite.Measurement;
import io.millrace.benchmarks.suite.Millrace;
import io.millrace.benchmarks.suite.Summary;
import io.millrace.benchmarks.suite.ThreadKind;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/** The channel suite's results as Markdown: a table for each kind of threads, the bars and whether they hold, and where we lose. */
final class GridSection {
    private static final Map<ThreadKind, String> WORDS = Map.of(
            ThreadKind.PLATFORM, "Platform threads", ThreadKind.VIRTUAL, "Virtual threads, coroutines and goroutines");

    private final Summary summary;

    GridSection(Summary summary) {
        this.summary = summary;
    }

    /** The ratios to the best JVM peer that can wait, by cell. */
    Map<Cell, Double> ratios(ThreadKind kind) {
        return ratios(kind, summary.waitingPeers());
    }

    private Map<Cell, Double> ratios(ThreadKind kind, List<String> peers) {
        Map<Cell, Double> ratios = new LinkedHashMap<>();
        for (Cell cell : summary.cells()) {
            if (cell.threads() == kind) {
                summary.ratio(cell, peers).ifPresent(ratio -> ratios.put(cell, ratio));
            }
        }
        return ratios;
    }

    String toMarkdown() {
        StringBuilder text = new StringBuilder();
        for (ThreadKind kind : ThreadKind.values()) {
            text.append("### ").append(WORDS.get(kind)).append("\n\n");
            text.append("Nanoseconds per message, and how many times as fast as the best JVM peer that can wait:\n\n");
            text.append(table(kind, Measurement::nanosPerMessage, true)).append('\n');
        }
        text.append("### CPU seconds per million messages\n\n");
        for (ThreadKind kind : ThreadKind.values()) {
            text.append(table(kind, Measurement::cpuSecondsPerMillion, false)).append('\n');
        }
        text.append("### Bytes allocated per message\n\n");
        for (ThreadKind kind : ThreadKind.values()) {
            text.append(table(kind, Measurement::bytesPerMessage, false)).append('\n');
        }
        return text.append("### The bars\n\n").append(bars()).toString();
    }

    private String table(ThreadKind kind, ToDoubleFunction<Measurement> figure, boolean withRatio) {
        List<Cell> cells =
                summary.cells().stream().filter(cell -> cell.threads() == kind).toList();
        List<String> columns = new ArrayList<>(summary.rivals().stream()
                .filter(rival -> cells.stream()
                        .anyMatch(cell -> summary.median(cell, rival, figure)
                                .filter(Double::isFinite)
                                .isPresent()))
                .toList());
        columns.remove(Millrace.TITLE);
        columns.add(0, Millrace.TITLE);
        StringBuilder text = new StringBuilder("| cell |");
        columns.forEach(rival -> text.append(' ').append(rival).append(" |"));
        text.append(withRatio ? " ratio |\n| --- |" : "\n| --- |").append(" ---: |".repeat(columns.size()));
        text.append(withRatio ? " ---: |\n" : "\n");
        for (Cell cell : cells) {
            text.append("| ").append(title(cell)).append(" |");
            for (String rival : columns) {
                text.append(' ')
                        .append(summary.median(cell, rival, figure)
                                .filter(Double::isFinite)
                                .map(Numbers::figure)
                                .orElse(""))
                        .append(rival.equals(Millrace.TITLE) && withRatio ? spread(cell, figure) : "")
                        .append(" |");
            }
            if (withRatio) {
                text.append(' ')
                        .append(summary.ratio(cell, summary.waitingPeers())
                                .map(ratio -> ratio < 1 ? "**" + Numbers.ratio(ratio) + "**" : Numbers.ratio(ratio))
                                .orElse(""))
                        .append(" |");
            }
            text.append('\n');
        }
        return text.toString();
    }

    private String spread(Cell cell, ToDoubleFunction<Measurement> figure) {
        return summary.spread(cell, Millrace.TITLE, figure)
                .map(ends -> " (" + Numbers.figure(ends[0]) + " to " + Numbers.figure(ends[1]) + ")")
                .orElse("");
    }

    static String title(Cell cell) {
        return cell.pattern().name().toLowerCase(Locale.ROOT) + " " + cell.capacity().title;
    }

    private String bars() {
        StringBuilder text = new StringBuilder("| bar | measured | |\n| --- | --- | --- |\n");
        Map<Cell, Double> platform = ratios(ThreadKind.PLATFORM);
        Map<Cell, Double> virtual = ratios(ThreadKind.VIRTUAL);
        Map<Cell, Double> handOver = new LinkedHashMap<>(platform);
        handOver.keySet()
                .removeIf(cell -> cell.capacity() != Cell.Capacity.ZERO && cell.capacity() != Cell.Capacity.ONE);
        meanBar(text, "platform threads, best waiting JVM peer: geometric mean at least 6x", platform, 6);
        leastBar(text, "platform threads: no cell below 1.0x", platform, 1);
        meanBar(text, "platform threads, rendezvous and capacity 1: geometric mean at least 10x", handOver, 10);
        meanBar(text, "virtual threads, best waiting JVM peer: geometric mean at least 2x", virtual, 2);
        leastBar(text, "virtual threads: no cell below 1.0x", virtual, 1);
        Map<Cell, Double> flume = ratios(ThreadKind.PLATFORM, List.of("flume"));
        meanBar(text, "flume: geometric mean at least 4x", flume, 4);
        leastBar(text, "flume: no cell below 1.0x", flume, 1);
        Map<Cell, Double> kanal = ratios(ThreadKind.PLATFORM, List.of("kanal"));
        long notSlower = kanal.values().stream().filter(ratio -> ratio >= 1).count();
        bar(
                text,
                "kanal: at least half of the cells at or above 1.0x",
                notSlower + " of " + kanal.size(),
                2 * notSlower >= kanal.size());
        leastBar(text, "kanal: no cell below 0.5x", kanal, 0.5);
        Map<Cell, Double> jctools = new LinkedHashMap<>(ratios(ThreadKind.PLATFORM, List.copyOf(Summary.NEVER_WAIT)));
        meanBar(text, "JCTools with yielding, platform threads: geometric mean at least 0.9x", jctools, 0.9);
        long frugal = 0;
        long compared = 0;
        for (Cell cell : summary.cells()) {
            Optional<Double> ours = summary.median(cell, Millrace.TITLE, Measurement::cpuSecondsPerMillion);
            Optional<Double> best = summary.waitingPeers().stream()
                    .map(rival -> summary.median(cell, rival, Measurement::cpuSecondsPerMillion))
                    .flatMap(Optional::stream)
                    .min(Double::compare);
            if (ours.isPresent() && best.isPresent()) {
                compared++;
                frugal += ours.get() <= best.get() ? 1 : 0;
            }
        }
        bar(
                text,
                "CPU time per message no higher than the best peer's in at least 80 % of the cells",
                frugal + " of " + compared,
                compared > 0 && frugal >= 0.8 * compared);
        return text.toString();
    }

    private static void meanBar(StringBuilder text, String bar, Map<Cell, Double> ratios, double least) {
        double mean = Numbers.geometricMean(ratios.values());
        bar(text, bar, Numbers.ratio(mean), mean >= least);
    }

    private static void leastBar(StringBuilder text, String bar, Map<Cell, Double> ratios, double least) {
        List<String> below = new ArrayList<>();
        ratios.forEach((cell, ratio) -> {
            if (ratio < least) {
                below.add(title(cell) + " " + Numbers.ratio(ratio));
            }
        });
        bar(text, bar, below.isEmpty() ? "none" : String.join(", ", below), below.isEmpty() && !ratios.isEmpty());
    }

    private static void bar(StringBuilder text, String bar, String measured, boolean holds) {
        text.append("| ")
                .append(bar)
                .append(" | ")
                .append(measured)
                .append(" | ")
                .append(holds ? "holds" : "**missed**")
                .append(" |\n");
    }
}
