package io.millrace.benchmarks.report;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A JVM of its own for one rival, so that no rival's profile shapes another's code. It prints {@linkplain Sample samples}. */
public final class SampleJvm {
    private SampleJvm() {}

    /** Runs a program to its end, and adds what it prints to a file. */
    public static void run(Class<?> main, List<String> args, SampleFile results)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xms1g",
                "-Xmx1g",
                "-cp",
                System.getProperty("java.class.path"),
                main.getName()));
        command.addAll(args);
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (var lines = process.inputReader()) {
            String line;
            while ((line = lines.readLine()) != null) {
                results.add(Sample.of(line));
            }
        }
        int status = process.waitFor();
        if (status != 0) {
            throw new IllegalStateException("status " + status + " of " + String.join(" ", command));
        }
    }
}
