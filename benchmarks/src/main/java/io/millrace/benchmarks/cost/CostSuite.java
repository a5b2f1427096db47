package io.millrace.benchmarks.cost;

import io.millrace.benchmarks.report.Sample;
import io.millrace.benchmarks.report.SampleFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * What things cost that the channel suite does not ask about: latency, waiting, memory, select, batches. Each program
 * replaces its results file; each rival has a JVM of its own, and rounds are interleaved.
 */
@Command(
        name = "cost-suite",
        mixinStandardHelpOptions = true,
        description = "Measures latency, waiting, memory, select and batches beside the rivals.")
public final class CostSuite implements Callable<Integer> {
    @Option(names = "--rounds", defaultValue = "1", description = "Rounds (default: ${DEFAULT-VALUE}).")
    private int rounds;

    @Option(names = "--only", split = ",", description = "Programs to run (default: all).")
    private List<String> only = new ArrayList<>();

    @Option(
            names = "--out",
            defaultValue = "results",
            description = "The folder for the results (default: ${DEFAULT-VALUE}).")
    private Path out = Path.of("results");

    private CostSuite() {}

    /** Runs the suite. */
    public static void main(String[] args) {
        System.exit(new CommandLine(new CostSuite()).execute(args));
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        List<Program> programs = only.isEmpty()
                ? Program.all()
                : only.stream().map(Program::named).toList();
        for (Program program : programs) {
            Path file = out.resolve(program.suite() + ".csv");
            Files.deleteIfExists(file);
            SampleFile samples = new SampleFile(file);
            for (int round = 1; round <= rounds; round++) {
                for (String rival : program.rivals()) {
                    measureInItsOwnJvm(program, rival, round, samples);
                }
            }
        }
        return 0;
    }

    private static void measureInItsOwnJvm(Program program, String rival, int round, SampleFile samples)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xms1g", "-Xmx1g"));
        command.add("-Djdk.attach.allowAttachSelf=true"); // JOL asks the JVM for the sizes of objects
        if (Runtime.version().feature() >= 21) {
            command.add("-XX:+EnableDynamicAgentLoading");
        }
        if (Runtime.version().feature() >= 24) {
            command.add("--sun-misc-unsafe-memory-access=allow"); // JOL walks objects with it
        }
        command.addAll(List.of(
                "-cp",
                System.getProperty("java.class.path"),
                CostJvm.class.getName(),
                program.suite(),
                rival,
                String.valueOf(round)));
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (var lines = process.inputReader()) {
            String line;
            while ((line = lines.readLine()) != null) {
                if (line.startsWith(program.suite() + ";")) { // what libraries print is no figure
                    samples.add(Sample.of(line));
                }
            }
        }
        int status = process.waitFor();
        if (status != 0) {
            throw new IllegalStateException("status " + status + " of " + String.join(" ", command));
        }
    }
}
