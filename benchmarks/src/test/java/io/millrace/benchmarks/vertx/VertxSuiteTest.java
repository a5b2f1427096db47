package io.millrace.benchmarks.vertx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.benchmarks.report.Sample;
import io.millrace.benchmarks.report.SampleFile;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class VertxSuiteTest {
    private static final int MESSAGES = 1_500;

    @TempDir
    private Path folder;

    static Stream<Arguments> rivalsAndTrips() {
        return Arrays.stream(VertxRival.values())
                .flatMap(rival ->
                        Arrays.stream(Trip.values()).filter(rival::takes).map(trip -> Arguments.of(rival, trip)));
    }

    /** Each message is checked on its arrival. */
    @ParameterizedTest
    @MethodSource("rivalsAndTrips")
    void move_bringsEachMessage_moreThanOnce(VertxRival rival, Trip trip) throws Exception {
        TripRun run = TripRun.of(rival, trip);
        try {
            run.move(MESSAGES);
            run.move(MESSAGES);
        } finally {
            run.end();
        }
    }

    @Test
    void millrace_goesOnEveryTrip() {
        assertThat(Trip.values()).allMatch(VertxRival.MILLRACE::takes);
    }

    @Test
    void suite_writesTimeAndCpuTime() throws Exception {
        Path results = folder.resolve("vertx-suite.csv");

        int status = VertxSuite.execute(
                "--rounds=1",
                "--rivals=millrace",
                "--rows=thread to event loop$",
                "--milliseconds=1",
                "--out=" + results);

        assertThat(status).isZero();
        assertThat(SampleFile.read(results)).extracting(Sample::unit).containsExactly("ns/message", "CPU ns/message");
        assertThat(SampleFile.read(results)).allSatisfy(sample -> {
            assertThat(sample.row()).isEqualTo("thread to event loop");
            assertThat(sample.rival()).isEqualTo("millrace");
            assertThat(sample.value()).isPositive();
        });
    }

    @Test
    void titled_unknown_saysWhichThereAre() {
        assertThatThrownBy(() -> VertxRival.titled("carrier pigeons"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("carrier pigeons")
                .hasMessageContaining("event bus");
    }
}
