package io.millrace.benchmarks.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The samples of one suite, {@code NAME.csv}, as Markdown: what a reader must know of it, from {@code NAME.md}, a table, the
 * {@linkplain Bar bars} of {@code NAME.bars} with whether they hold, and the {@linkplain #reasons reasons} why not. The files beside
 * the first need not be there.
 */
public final class SampleSection {
    private SampleSection() {}

    /** The section of a results file. */
    public static String of(Path samples) throws IOException {
        StringBuilder text = new StringBuilder(words(beside(samples, ".md")));
        List<Sample> all = SampleFile.read(samples);
        text.append(new SampleTable(all).toMarkdown()).append('\n');
        Path bars = beside(samples, ".bars");
        if (Files.exists(bars)) {
            text.append(Bar.TABLE_HEAD);
            Bar.read(bars).forEach(bar -> text.append(bar.toMarkdown(all)));
            text.append('\n');
        }
        return text.append(reasons(samples)).toString();
    }

    /** Why bars of these samples are missed, as profiles show it, and what was tried: from {@code NAME.why.md}. */
    static String reasons(Path samples) throws IOException {
        return words(beside(samples, ".why.md"));
    }

    private static Path beside(Path samples, String ending) {
        String file = samples.toString();
        if (!file.endsWith(".csv")) {
            throw new IllegalArgumentException("samples stand in a file NAME.csv: " + file);
        }
        return Path.of(file.substring(0, file.length() - ".csv".length()) + ending);
    }

    private static String words(Path file) throws IOException {
        return Files.exists(file) ? Files.readString(file).strip() + "\n\n" : "";
    }
}
