package io.millrace.benchmarks.cost;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.benchmarks.report.Sample;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.openjdk.jol.info.ClassLayout;

/** Every program measures every rival that it names; how well is for the suite to say. */
class ProgramTest {
    private static final Effort LITTLE = new Effort(0.01);

    static Stream<Arguments> programsAndRivals() {
        return Program.all().stream()
                .flatMap(program -> program.rivals().stream().map(rival -> Arguments.of(program.suite(), rival)));
    }

    private static List<Sample> measure(String suite, String rival) throws Exception {
        List<Sample> samples = new ArrayList<>();
        Program.named(suite).measure(rival, LITTLE, new Findings(suite, rival, 1, samples::add));
        return samples;
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("programsAndRivals")
    void measure_findsFigures(String suite, String rival) throws Exception {
        List<Sample> samples = measure(suite, rival);

        assertThat(samples).isNotEmpty().allSatisfy(sample -> {
            assertThat(sample.suite()).isEqualTo(suite);
            assertThat(sample.rival()).isIn(rival, Sample.AT_MOST);
            assertThat(sample.value()).isFinite();
            // the heap before and after a few channels: of what came before them, some may have gone meanwhile
            if (!sample.unit().equals("bytes of heap")) {
                assertThat(sample.value()).isNotNegative();
            }
        });
        assertThat(samples.stream().map(sample -> sample.row() + sample.unit() + sample.rival()))
                .doesNotHaveDuplicates();
    }

    /** Counted, not timed: the same everywhere. */
    @ParameterizedTest
    @CsvSource({"allocation, 6", "memory, 3"})
    void bytes_stayWithinTheirBars(String suite, int bars) throws Exception {
        Map<String, Double> most = new HashMap<>();
        Map<String, Double> ours = new HashMap<>();
        for (Sample sample : measure(suite, Parties.OURS)) {
            (sample.rival().equals(Sample.AT_MOST) ? most : ours).put(sample.row(), sample.value());
        }

        assertThat(most).hasSize(bars);
        most.forEach((row, bar) -> assertThat(ours.get(row)).as(row).isLessThanOrEqualTo(bar));
    }

    @Test
    void waiter_isAllThatAThreadAddsToItsChannel() throws Exception {
        double size = ClassLayout.parseClass(Class.forName("io.millrace.internal.Waiter"))
                .instanceSize();

        assertThat(measure("memory", Parties.OURS))
                .filteredOn(sample -> sample.row().equals("a waiting thread"))
                .singleElement()
                .extracting(Sample::value)
                .isEqualTo(size);
    }

    @Test
    void named_unknown_saysWhichThereAre() {
        assertThatThrownBy(() -> Program.named("speed"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("speed")
                .hasMessageContaining("latency");
    }
}
