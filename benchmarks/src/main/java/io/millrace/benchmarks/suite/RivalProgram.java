package io.millrace.benchmarks.suite;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * A {@linkplain RivalJvm JVM of one rival} for one round, which waits without any work until it is asked for a cell. So all rivals
 * measure a cell one right after the other, and what the machine does at one time falls on all of them.
 */
final class RivalProgram implements AutoCloseable {
    /** A rival may hang; a cell takes some seconds. */
    private static final int LIMIT_MINUTES = 2;

    private final Rival rival;
    private final Process process;
    private final Writer cells;
    private final BufferedReader results;
    private boolean ended;

    /** Starts it. */
    RivalProgram(Rival rival, ThreadKind threads, int round) throws IOException {
        this.rival = rival;
        process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xms512m",
                        "-Xmx512m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        RivalJvm.class.getName(),
                        rival.title(),
                        threads.name(),
                        String.valueOf(round))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        cells = process.outputWriter();
        results = process.inputReader();
    }

    /** Measures a cell; none: the rival does not support it, or took too long for this one or one before. */
    List<Measurement> measure(Cell cell) throws IOException {
        List<Measurement> measured = new ArrayList<>();
        if (ended || !rival.supports(cell)) {
            return measured;
        }
        CompletableFuture<Void> limit = CompletableFuture.runAsync(
                process.toHandle()::destroyForcibly,
                CompletableFuture.delayedExecutor(LIMIT_MINUTES, TimeUnit.MINUTES));
        cells.write(cell + System.lineSeparator());
        cells.flush();
        String line;
        while ((line = results.readLine()) != null && !line.equals(RivalJvm.END_OF_CELL)) {
            measured.add(Measurement.of(line));
        }
        boolean inTime = limit.cancel(false);
        if (line == null) {
            ended = true;
            if (inTime) {
                throw new IllegalStateException(rival.title() + " ended in the middle of " + cell);
            }
            System.err.printf(
                    "%s: after %d minutes not done with %s, ended, and what it had not measured left out%n",
                    rival.title(), LIMIT_MINUTES, cell);
        }
        return measured;
    }

    /** Lets it end, and waits for that. */
    @Override
    public void close() throws IOException {
        cells.close();
        try {
            process.waitFor();
        } catch (InterruptedException interrupted) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
