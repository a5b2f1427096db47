package io.millrace.verification.schedules;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A table in target/, one line for each thing tried, for whoever writes about what was run. */
final class ResultFile {
    private final Path file;

    /** Begins it anew, with the names of its columns. */
    ResultFile(String name, String... columns) {
        this.file = Path.of("target", name);
        write(columns, StandardOpenOption.TRUNCATE_EXISTING);
    }

    void add(Object... cells) {
        write(cells, StandardOpenOption.APPEND);
    }

    private void write(Object[] cells, StandardOpenOption mode) {
        StringBuilder line = new StringBuilder();
        for (Object cell : cells) {
            line.append(line.isEmpty() ? "" : "\t").append(cell);
        }
        try {
            Files.createDirectories(file.getParent());
            Files.writeString(file, line.append('\n'), StandardOpenOption.CREATE, mode);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
