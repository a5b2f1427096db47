package io.millrace.demo.handback;

import io.millrace.demo.handback.Tally.Totals;
import java.io.BufferedWriter;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** Prints the one report of a count on standard output: the whole one, or what was counted before an interruption. */
final class Printer {
    private static final long SNAPSHOT_SECONDS = 5;

    private final Path directory;
    private final Path root;
    private final boolean json;
    private final Threads threads;
    private final Counting counting;
    private final long started = System.nanoTime();

    // Guarded by: this, held while printing: the JVM must not end in the middle of a report.
    private boolean ended;

    Printer(Path directory, Path root, boolean json, Threads threads, Counting counting) {
        this.directory = directory;
        this.root = root;
        this.json = json;
        this.threads = threads;
        this.counting = counting;
    }

    /** Nothing is printed from now on. */
    synchronized void end() {
        ended = true;
    }

    /**
     * Prints the whole report, unless one has been printed already.
     *
     * @return whether standard output took all of it
     */
    synchronized boolean printAll(Totals totals) {
        return ended || print(totals, true);
    }

    /** Prints what was counted so far, unless a report has been printed already. */
    synchronized void printSoFar() {
        if (ended) {
            return;
        }
        try {
            print(counting.soFar().await(SNAPSHOT_SECONDS, TimeUnit.SECONDS), false);
        } catch (Exception e) { // await throws what the future failed with
            System.err.println("handback: what was counted so far is not to be had: " + e);
        }
    }

    private boolean print(Totals totals, boolean complete) {
        ended = true;
        double seconds = (System.nanoTime() - started) / 1e9;
        Report report = new Report(directory, root, complete, totals, threads, counting.piecesOfEach(), seconds);
        // not System.out, which writes with the locale's charset
        PrintWriter out = new PrintWriter(new BufferedWriter(
                new OutputStreamWriter(new FileOutputStream(FileDescriptor.out), StandardCharsets.UTF_8)));
        try {
            if (json) {
                report.printJson(out);
            } else {
                report.print(out);
            }
        } catch (IOException e) {
            return false;
        }
        return !out.checkError();
    }
}
