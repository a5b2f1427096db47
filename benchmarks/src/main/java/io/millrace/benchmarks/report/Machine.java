package io.millrace.benchmarks.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What a run ran on, in words, as a file beside its results. */
public final class Machine {
    private Machine() {}

    /** This machine and this JVM. */
    public static String describe() throws IOException {
        return "%d CPUs (%s), %s %s, %s %s"
                .formatted(
                        Runtime.getRuntime().availableProcessors(),
                        cpuModel(),
                        System.getProperty("os.name"),
                        System.getProperty("os.arch"),
                        System.getProperty("java.vm.name"),
                        Runtime.version());
    }

    private static String cpuModel() throws IOException {
        Path info = Path.of("/proc/cpuinfo");
        List<String> lines = Files.isReadable(info) ? Files.readAllLines(info) : List.of();
        return lines.stream()
                .filter(line -> line.startsWith("model name"))
                .map(line -> line.substring(line.indexOf(':') + 1).strip())
                .findFirst()
                .orElse("of unknown model");
    }
}
