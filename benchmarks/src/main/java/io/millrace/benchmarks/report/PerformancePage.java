package io.millrace.benchmarks.report;

import io.millrace.benchmarks.suite.Summary;
import io.millrace.benchmarks.suite.ThreadKind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Writes a page and its plot from a folder of results of one machine: {@code PerformancePage RESULTS PAGE.md}. In the folder stand
 * {@code channel-suite.csv} with its {@linkplain SampleSection#reasons reasons}, {@code machine.txt}, and for every other suite
 * what stands in its {@linkplain SampleSection section}.
 */
public final class PerformancePage {
    private static final String GRID = "channel-suite.csv";

    private PerformancePage() {}

    /** Writes the page. */
    public static void main(String[] args) throws IOException {
        if (args.length != 2) {
            throw new IllegalArgumentException("usage: PerformancePage RESULTS PAGE.md");
        }
        Path results = Path.of(args[0]);
        Path target = Path.of(args[1]);
        Path plot = target.resolveSibling(target.getFileName().toString().replaceFirst("\\.md$", ".svg"));
        Summary summary = new Summary(Files.readAllLines(results.resolve(GRID)));
        GridSection grid = new GridSection(summary);
        RatioPlot.write(grid.ratios(ThreadKind.PLATFORM), grid.ratios(ThreadKind.VIRTUAL), plot);
        StringBuilder page = new StringBuilder("# Performance\n\n");
        page.append("Written by `benchmarks/performance-page` from the files in `" + results + "`; do not edit.\n\n");
        page.append(Files.readString(results.resolve("machine.txt")).strip()).append("\n\n");
        page.append("One JVM for each rival and round, medians of the rounds; in parentheses the smallest and"
                + " the largest. A ratio above 1 means that Millrace is better; where we lose it stands in bold.\n\n");
        page.append("![Times as fast as the best peer](" + plot.getFileName() + ")\n\n");
        page.append("## The channel suite\n\n");
        page.append(
                "The grid of crossbeam-channel's benchmark: one or four threads send, one or four receive, over capacities"
                        + " from rendezvous to unbounded; N is a bound that is never met. `benchmarks/channel-suite` runs it. Rounds: "
                        + summary.rounds() + ".\n\n");
        page.append(grid.toMarkdown()).append('\n');
        page.append(SampleSection.reasons(results.resolve(GRID)));
        for (Path suite : otherSuites(results)) {
            page.append(SampleSection.of(suite));
        }
        Files.writeString(target, page.toString().strip() + "\n");
    }

    private static List<Path> otherSuites(Path results) {
        try (Stream<Path> files = Files.list(results)) {
            return new ArrayList<>(files.filter(file -> file.toString().endsWith(".csv")
                            && !file.getFileName().toString().equals(GRID))
                    .sorted()
                    .toList());
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
