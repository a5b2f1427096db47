package io.millrace.benchmarks.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The samples of one suite, {@code NAME.csv}, as Markdown: what a reader must know of it, from {@code NAME.md}, a table, and the
 * {@linkplain Bar bars} of {@code NAME.bars} with whether they hold. The two files need not be there.
 */
public final class SampleSection {
    private SampleSection() {}

    /** The section of a results file. */
    public static String of(Path samples) throws IOException {
        String file = samples.toString();
        if (!file.endsWith(".csv")) {
            throw new IllegalArgumentException("samples stand in a file NAME.csv: " + file);
        }
        String name = file.substring(0, file.length() - ".csv".length());
        StringBuilder text = new StringBuilder();
        Path words = Path.of(name + ".md");
        if (Files.exists(words)) {
            text.append(Files.readString(words).strip()).append("\n\n");
        }
        List<Sample> all = SampleFile.read(samples);
        text.append(new SampleTable(all).toMarkdown()).append('\n');
        Path bars = Path.of(name + ".bars");
        if (Files.exists(bars)) {
            text.append(Bar.TABLE_HEAD);
            Bar.read(bars).forEach(bar -> text.append(bar.toMarkdown(all)));
            text.append('\n');
        }
        return text.toString();
    }
}
