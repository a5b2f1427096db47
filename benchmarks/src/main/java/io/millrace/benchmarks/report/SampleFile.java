package io.millrace.benchmarks.report;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/** A results file of {@linkplain Sample samples}, one line each. */
public final class SampleFile {
    private final Path file;

    /** Opens a file, and makes it where it is not there; what it holds stays. */
    public SampleFile(Path file) {
        this.file = file;
        try {
            if (Files.notExists(file)) {
                Files.writeString(file, Sample.HEADER + "\n");
            }
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** Appends a sample, and shows it on the console. */
    public void add(Sample sample) {
        System.out.println(sample.toLine());
        try {
            Files.writeString(file, sample.toLine() + "\n", StandardOpenOption.APPEND);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** All samples of a file. */
    public static List<Sample> read(Path file) throws IOException {
        return Files.readAllLines(file).stream()
                .filter(line -> !line.isBlank() && !line.equals(Sample.HEADER))
                .map(Sample::of)
                .toList();
    }
}
