package io.millrace.benchmarks.suite;

import io.millrace.benchmarks.report.Machine;
import java.io.IOException;
import java.io.PrintStream;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * The channel suite: every rival on every cell of the grid. In each round each rival has a JVM of its own, and all measure one
 * cell before the first goes on to the next, so that what the machine does at one time falls on all of them; each round begins
 * with another rival.
 */
@Command(
        name = "channel-suite",
        mixinStandardHelpOptions = true,
        description = "Measures Millrace beside its rivals, and prints medians and ratios.")
public final class ChannelSuite implements Callable<Integer> {
    /** Programs in other languages may hang; a cell takes them some seconds. */
    private static final int LIMIT_MINUTES = 5;

    @Option(names = "--rounds", defaultValue = "3", description = "Rounds (default: ${DEFAULT-VALUE}).")
    private int rounds;

    @Option(names = "--rivals", split = ",", description = "Titles of the rivals to run (default: all).")
    private List<String> rivals = new ArrayList<>();

    @Option(
            names = "--threads",
            split = ",",
            description = "PLATFORM, VIRTUAL (default: both, where the JVM has them).")
    private List<ThreadKind> kinds = new ArrayList<>();

    @Option(
            names = "--cells",
            defaultValue = "",
            description = "A regular expression for cells such as platform/mpmc/128 (default: all).")
    private String cells = "";

    @Option(
            names = "--native",
            description =
                    "A program of rivals in another language: called with the round and the cells, it prints lines of"
                            + " results. May be given more than once.")
    private List<Path> natives = new ArrayList<>();

    @Option(
            names = "--out",
            defaultValue = "channel-suite.csv",
            description =
                    "The file for the results; appended to where it is there (default: ${DEFAULT-VALUE}). What it ran on"
                            + " is written to machine.txt beside it.")
    private Path out = Path.of("channel-suite.csv");

    private ChannelSuite() {}

    /** Runs the suite. */
    public static void main(String[] args) {
        System.exit(new CommandLine(new ChannelSuite()).execute(args));
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (rivals.isEmpty()) {
            Rival.all().forEach(rival -> rivals.add(rival.title()));
        } else {
            rivals.forEach(Rival::named); // says so if one is unknown
        }
        if (kinds.isEmpty()) {
            kinds.add(ThreadKind.PLATFORM);
            if (Runtime.version().feature() >= 21) {
                kinds.add(ThreadKind.VIRTUAL);
            }
        }
        Files.writeString(out.resolveSibling("machine.txt"), Machine.describe() + System.lineSeparator());
        if (Files.notExists(out)) {
            Files.writeString(out, Measurement.HEADER + System.lineSeparator());
        }
        for (int round = 1; round <= rounds; round++) {
            for (ThreadKind kind : kinds) {
                measure(kind, round);
            }
            Collections.rotate(rivals, 1);
        }
        PrintStream console = System.out;
        console.print(new Summary(Files.readAllLines(out)).toText());
        return 0;
    }

    private void measure(ThreadKind kind, int round) throws IOException, InterruptedException {
        Pattern wanted = Pattern.compile(cells);
        List<Cell> grid = Cell.grid(kind).stream()
                .filter(cell -> wanted.matcher(cell.toString()).find())
                .toList();
        List<RivalProgram> programs = new ArrayList<>();
        try {
            for (String title : rivals) {
                Rival rival = Rival.named(title);
                if (grid.stream().anyMatch(rival::supports)) {
                    programs.add(new RivalProgram(rival, kind, round));
                }
            }
            for (Cell cell : grid) {
                for (RivalProgram program : programs) {
                    write(program.measure(cell));
                }
                for (Path program : natives) {
                    write(run(List.of(program.toString(), String.valueOf(round), "^" + cell + "$")));
                }
            }
        } finally {
            for (RivalProgram program : programs) {
                program.close();
            }
        }
    }

    private void write(List<Measurement> measured) throws IOException {
        try (Writer results = Files.newBufferedWriter(out, StandardOpenOption.APPEND)) {
            for (Measurement measurement : measured) {
                results.write(measurement.toLine() + System.lineSeparator());
            }
        }
    }

    private static List<Measurement> run(List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        CompletableFuture<Void> limit = CompletableFuture.runAsync(
                process.toHandle()::destroyForcibly,
                CompletableFuture.delayedExecutor(LIMIT_MINUTES, TimeUnit.MINUTES));
        List<Measurement> measured = new ArrayList<>();
        try (var lines = process.inputReader()) {
            String line;
            while ((line = lines.readLine()) != null) {
                if (!line.equals(Measurement.HEADER)) {
                    measured.add(Measurement.of(line));
                }
            }
        }
        int status = process.waitFor();
        if (!limit.cancel(false)) {
            System.err.printf(
                    "after %d minutes not done, ended, and what it had not measured left out: %s%n",
                    LIMIT_MINUTES, String.join(" ", command));
        } else if (status != 0) {
            throw new IllegalStateException("status " + status + " of " + String.join(" ", command));
        }
        return measured;
    }
}
