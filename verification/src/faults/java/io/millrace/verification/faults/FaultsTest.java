package io.millrace.verification.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Mixed traffic in a process of its own to which something happens. {@code -Dmillrace.faults.seconds=N} makes each fault last
 * longer, {@code -Dmillrace.faults.seed=N} repeats the random choices of a run, though not its timing.
 */
@Timeout(value = 14, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class FaultsTest {
    private static final double SECONDS = Double.parseDouble(System.getProperty("millrace.faults.seconds", "2"));

    private final long seed = Long.getLong("millrace.faults.seed", System.nanoTime());

    private ChildJvm traffic(List<String> prefix, List<String> options, String kind) throws Exception {
        return new ChildJvm(prefix, options, Traffic.class, SECONDS, kind, seed);
    }

    private long messages(ChildJvm traffic) throws Exception {
        try {
            return traffic.messages(SECONDS);
        } catch (AssertionError failure) {
            throw new AssertionError("seed " + seed, failure);
        }
    }

    @Test
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "it has no signals")
    void process_stoppedAndContinuedAtRandom_losesNothing() throws Exception {
        ResultFile.record("SIGSTOP and SIGCONT at random", 1, () -> {
            SplittableRandom random = new SplittableRandom(seed);
            try (ChildJvm traffic = traffic(List.of(), List.of(), "calm")) {
                long end = System.nanoTime() + (long) (SECONDS * 1e9);
                int stops = 0;
                while (traffic.isAlive() && System.nanoTime() < end) {
                    traffic.signal("STOP");
                    stops++;
                    traffic.pause(random.nextInt(1, 30));
                    traffic.signal("CONT");
                    traffic.pause(random.nextInt(1, 60));
                }
                assertThat(stops).isGreaterThan(1);
                return messages(traffic);
            }
        });
    }

    @Test
    void sixteenThreads_onOneCpu_loseNothing() throws Exception {
        assertThat(List.of(Path.of("/usr/bin/taskset"), Path.of("/bin/taskset")))
                .as("this fault needs taskset, of util-linux")
                .anyMatch(Files::isExecutable);
        ResultFile.record("16 threads on one CPU", 1, () -> {
            try (ChildJvm traffic = traffic(List.of("taskset", "-c", "0"), List.of(), "calm")) {
                return messages(traffic);
            }
        });
    }

    @Test
    void threads_interruptedAtRandom_loseNothing() throws Exception {
        ResultFile.record("interrupts at random", 1, () -> {
            try (ChildJvm traffic = traffic(List.of(), List.of(), "interrupts")) {
                return messages(traffic);
            }
        });
    }

    @Test
    void boundedChannels_inATinyHeap_loseNothing() throws Exception {
        ResultFile.record("heap of 16 MB, bounded channels", 1, () -> {
            try (ChildJvm traffic = traffic(List.of(), List.of("-Xmx16m"), "calm")) {
                return messages(traffic);
            }
        });
    }

    @Test
    void unboundedChannel_untilMemoryRunsOut_losesNothingAccepted() throws Exception {
        ResultFile.record("heap of 16 MB, unbounded channel until OutOfMemoryError", 1, () -> {
            try (ChildJvm full = new ChildJvm(List.of(), List.of("-Xmx16m"), FullHeap.class)) {
                return messages(full);
            }
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"-XX:+TieredCompilation", "-XX:-TieredCompilation", "-Xint"})
    void operation_atTheEndOfTheStack_leavesTheChannelIntact(String compilation) throws Exception {
        ResultFile.record("end of the stack, " + compilation, 1, () -> {
            try (ChildJvm deep = new ChildJvm(List.of(), List.of(compilation), StackEnd.class, SECONDS, seed)) {
                return messages(deep);
            }
        });
    }
}
