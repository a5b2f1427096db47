package io.millrace.verification.faults;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** {@code target/faults.tsv}, one line for each fault, for whoever writes about what was run. Begun anew by each JVM. */
final class ResultFile {
    private static final Path FILE = Path.of("target", "faults.tsv");

    static {
        write("fault\truns\tmessages\tseconds\toutcome\n", StandardOpenOption.TRUNCATE_EXISTING);
    }

    private ResultFile() {}

    /** Something that is run once and counts messages. */
    interface Run {
        long messages() throws Exception;
    }

    /** Runs it and writes its line, also if it fails. */
    static void record(String fault, int runs, Run run) throws Exception {
        long begin = System.nanoTime();
        String outcome = "failed";
        long messages = 0;
        try {
            messages = run.messages();
            outcome = "passed";
        } finally {
            String seconds = String.format("%.1f", (System.nanoTime() - begin) / 1e9);
            write(
                    String.join("\t", fault, "" + runs, "" + messages, seconds, outcome) + "\n",
                    StandardOpenOption.APPEND);
        }
    }

    private static synchronized void write(String line, StandardOpenOption mode) {
        try {
            Files.createDirectories(Path.of("target"));
            Files.writeString(FILE, line, StandardOpenOption.CREATE, mode);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
