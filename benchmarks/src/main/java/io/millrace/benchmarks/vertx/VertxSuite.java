package io.millrace.benchmarks.vertx;

import io.millrace.benchmarks.report.SampleFile;
import io.millrace.benchmarks.report.SampleJvm;
import io.millrace.benchmarks.report.SampleSection;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * The Vert.x suite: messages to event loops, and jobs from event loops to workers, over Millrace and over what Vert.x users do
 * without it. Rounds are interleaved; in each round each rival has a JVM of its own, and each round begins with another one.
 */
@Command(
        name = VertxSuite.NAME,
        mixinStandardHelpOptions = true,
        description = "Measures the adapter beside its rivals, and prints medians and ratios.")
public final class VertxSuite implements Callable<Integer> {
    /** What its samples are filed under. */
    static final String NAME = "vertx-suite";

    @Option(names = "--rounds", defaultValue = "3", description = "Rounds (default: ${DEFAULT-VALUE}).")
    private int rounds;

    @Option(names = "--rivals", split = ",", description = "Titles of the rivals to run (default: all).")
    private List<String> rivals = new ArrayList<>();

    @Option(
            names = "--rows",
            defaultValue = "",
            description = "A regular expression for rows such as 'thread to event loop' (default: all).")
    private String rows = "";

    @Option(
            names = "--milliseconds",
            defaultValue = "500",
            description =
                    "How long each rival is warmed up, and then measured, on each row at least (default: ${DEFAULT-VALUE}).")
    private long milliseconds;

    @Option(
            names = "--out",
            defaultValue = NAME + ".csv",
            description = "The file for the results; appended to where it is there (default: ${DEFAULT-VALUE}).")
    private Path out = Path.of(NAME + ".csv");

    private VertxSuite() {}

    /** Runs the suite. */
    public static void main(String[] args) {
        System.exit(execute(args));
    }

    /** Runs the suite; 0: it came to its end. */
    static int execute(String... args) {
        return new CommandLine(new VertxSuite()).execute(args);
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (rivals.isEmpty()) {
            rivals.addAll(VertxRival.titles());
        } else {
            rivals.forEach(VertxRival::titled); // says so if one is unknown
        }
        Pattern.compile(rows); // says so if it is none
        SampleFile results = new SampleFile(out);
        for (int round = 1; round <= rounds; round++) {
            for (String rival : rivals) {
                SampleJvm.run(
                        VertxRivalJvm.class,
                        List.of(rival, String.valueOf(round), String.valueOf(milliseconds), rows),
                        results);
            }
            Collections.rotate(rivals, 1);
        }
        System.out.print(SampleSection.of(out));
        return 0;
    }
}
