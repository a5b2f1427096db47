package io.millrace.benchmarks.stall;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.benchmarks.report.Sample;
import io.millrace.benchmarks.report.SampleFile;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class StallTestTest {
    private static final long NANOS = TimeUnit.MILLISECONDS.toNanos(30);

    @TempDir
    private Path folder;

    /** A call that finds no room or no message fails the run. */
    @ParameterizedTest
    @EnumSource
    void run_looksAtBothCalls(StallRival rival) throws Exception {
        StallRun run = new StallRun(rival);

        run.run(NANOS, NANOS);

        assertThat(run.sends().getTotalCount()).isPositive();
        assertThat(run.receives().getTotalCount()).isEqualTo(run.sends().getTotalCount());
    }

    @Test
    void test_writesPercentilesOfBothCalls() throws Exception {
        Path results = folder.resolve("stall-test.csv");

        int status = StallTest.execute(
                "--rounds=1", "--rivals=millrace,an empty call", "--milliseconds=30", "--out=" + results);

        assertThat(status).isZero();
        assertThat(SampleFile.read(results))
                .extracting(Sample::row)
                .containsExactly(
                        "trySend, p50",
                        "trySend, p99",
                        "trySend, p99.99",
                        "trySend, max",
                        "tryReceive, p50",
                        "tryReceive, p99",
                        "tryReceive, p99.99",
                        "tryReceive, max",
                        "an empty call, p50",
                        "an empty call, p99",
                        "an empty call, p99.99",
                        "an empty call, max");
    }
}
