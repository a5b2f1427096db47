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
 * Writes docs/performance.md from a folder of results: {@code PerformancePage RESULTS DOCS}. In the folder stand
 * {@code channel-suite.csv} with its {@linkplain SampleSection#reasons reasons}, {@code machine.txt}, and for every other suite
 * what stands in its {@linkplain SampleSection section}.
 */
public final class PerformancePage {
    private static final String GRID = "channel-suite.csv";

    private PerformancePage() {}

    /** Writes the page. */
    public static void main(String[] args) throws IOException {
        if (args.length != 2) {
            throw new IllegalArgumentException("usage: PerformancePage RESULTS DOCS");
        }
        Path results = Path.of(args[0]);
        Path docs = Path.of(args[1]);
        Summary summary = new Summary(Files.readAllLines(results.resolve(GRID)));
        GridSection grid = new GridSection(summary);
        RatioPlot.write(
                grid.ratios(ThreadKind.PLATFORM), grid.ratios(ThreadKind.VIRTUAL), docs.resolve("performance.svg"));
        StringBuilder page = new StringBuilder("# Performance\n\n");
        page.append(
                "Written by `benchmarks/performance-page` from the files in `benchmarks/results`; do not edit.\n\n");
        page.append(Files.readString(results.resolve("machine.txt")).strip()).append("\n\n");
        page.append("One JVM for each rival and round, medians of the rounds; in parentheses the smallest and"
                + " the largest. A ratio above 1 means that Millrace is better; where we lose it stands in bold.\n\n");
        page.append("![Times as fast as the best peer](performance.svg)\n\n");
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
        Files.writeString(docs.resolve("performance.md"), page.toString().strip() + "\n");
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
