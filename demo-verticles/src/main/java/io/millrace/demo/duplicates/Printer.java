package io.millrace.demo.duplicates;

import io.vertx.core.Vertx;
import java.io.BufferedWriter;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Prints the one report of a search on standard output: the whole one, or what was found before an interruption. */
final class Printer {
    private static final long SNAPSHOT_SECONDS = 5;

    private final Path directory;
    private final Path root;
    private final boolean json;
    private final Search search;
    private final long started = System.nanoTime();

    // Guarded by this, which is held while printing: the JVM must not end in the middle of a report.
    private boolean ended;
    private @Nullable ProgressDisplay progress;

    Printer(Path directory, Path root, boolean json, Search search) {
        this.directory = directory;
        this.root = root;
        this.json = json;
        this.search = search;
    }

    synchronized void showProgress(Vertx vertx) {
        progress = new ProgressDisplay(vertx, search);
    }

    /** Nothing is printed from now on. */
    synchronized void end() {
        ended = true;
        if (progress != null) {
            progress.close();
            progress = null;
        }
    }

    /**
     * Prints the whole report once the search is done, unless one has been printed already.
     *
     * @return whether standard output took all of it
     */
    synchronized boolean printAll() {
        return ended || print(search.found(), true);
    }

    /** Prints what was found so far, unless a report has been printed already. */
    synchronized void printSoFar() {
        if (ended) {
            return;
        }
        try {
            Findings findings =
                    search.soFar().toCompletionStage().toCompletableFuture().get(SNAPSHOT_SECONDS, TimeUnit.SECONDS);
            print(findings, false);
        } catch (InterruptedException | ExecutionException | TimeoutException e) {
            System.err.println("duplicates: what was found so far is not to be had: " + e);
        }
    }

    private boolean print(Findings findings, boolean complete) {
        end();
        double seconds = (System.nanoTime() - started) / 1e9;
        Report report = new Report(
                directory, root, complete, findings.sorted(), search.filesSeen(), seconds, search.channels());
        // not System.out, which writes with the locale's charset
        PrintWriter out = new PrintWriter(new BufferedWriter(
                new OutputStreamWriter(new FileOutputStream(FileDescriptor.out), StandardCharsets.UTF_8)));
        try {
            if (json) {
                JsonOutput.print(report, out);
            } else {
                TextOutput.print(report, out);
            }
        } catch (IOException e) {
            return false;
        }
        return !out.checkError();
    }
}
