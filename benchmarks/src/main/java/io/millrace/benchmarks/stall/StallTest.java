package io.millrace.benchmarks.stall;

import io.millrace.benchmarks.report.SampleFile;
import io.millrace.benchmarks.report.SampleJvm;
import io.millrace.benchmarks.report.SampleSection;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * The stall test: how long an event loop's calls that never wait can take, while busy threads that outnumber the CPUs use the same
 * channel and are preempted in the middle of it. Rounds are interleaved, and in each round each rival has a JVM of its own.
 */
@Command(
        name = StallTest.NAME,
        mixinStandardHelpOptions = true,
        description = "Measures how long trySend and tryReceive take beside "
                + StallRun.BUSY_PER_CPU
                + " busy threads for each CPU, and prints medians and ratios.")
public final class StallTest implements Callable<Integer> {
    /** What its samples are filed under. */
    static final String NAME = "stall-test";

    @Option(names = "--rounds", defaultValue = "3", description = "Rounds (default: ${DEFAULT-VALUE}).")
    private int rounds;

    @Option(names = "--rivals", split = ",", description = "Titles of the rivals to run (default: all).")
    private List<String> rivals = new ArrayList<>();

    @Option(
            names = "--milliseconds",
            defaultValue = "3000",
            description = "How long each rival is measured in each round (default: ${DEFAULT-VALUE}).")
    private long milliseconds;

    @Option(
            names = "--out",
            defaultValue = NAME + ".csv",
            description = "The file for the results; appended to where it is there (default: ${DEFAULT-VALUE}).")
    private Path out = Path.of(NAME + ".csv");

    private StallTest() {}

    /** Runs the test. */
    public static void main(String[] args) {
        System.exit(execute(args));
    }

    /** Runs the test; 0: it came to its end. */
    static int execute(String... args) {
        return new CommandLine(new StallTest()).execute(args);
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (rivals.isEmpty()) {
            rivals.addAll(StallRival.titles());
        } else {
            rivals.forEach(StallRival::titled); // says so if one is unknown
        }
        SampleFile results = new SampleFile(out);
        for (int round = 1; round <= rounds; round++) {
            for (String rival : rivals) {
                SampleJvm.run(
                        StallRivalJvm.class,
                        List.of(rival, String.valueOf(round), String.valueOf(milliseconds)),
                        results);
            }
            Collections.rotate(rivals, 1);
        }
        System.out.print(SampleSection.of(out));
        return 0;
    }
}
