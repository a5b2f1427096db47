package io.millrace.benchmarks.suite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class SummaryTest {
    private static final Cell CELL = new Cell(ThreadKind.PLATFORM, Cell.Pattern.MPMC, Cell.Capacity.FEW);

    private static final Summary SUMMARY = new Summary(List.of(
            Measurement.HEADER,
            "1,millrace,platform,mpmc,128,1000,100000,200000,0",
            "1,millrace,platform,mpmc,128,1000,900000,200000,0",
            "1,millrace,platform,mpmc,128,1000,100000,200000,0",
            "2,millrace,platform,mpmc,128,1000,300000,200000,0",
            "1,jox,platform,mpmc,128,1000,800000,200000,8000",
            "1,LinkedBlockingQueue,platform,mpmc,128,1000,400000,200000,24000",
            "1,JCTools array,platform,mpmc,128,1000,100000,200000,0",
            "1,flume,platform,mpmc,128,1000,50000,200000,-1"));

    @Test
    void median_isThatOfTheRoundsMedians() {
        assertThat(SUMMARY.median(CELL, "millrace", Measurement::nanosPerMessage))
                .contains(200.0);
        assertThat(SUMMARY.spread(CELL, "millrace", Measurement::nanosPerMessage)
                        .orElseThrow())
                .containsExactly(100.0, 300.0);
    }

    @Test
    void ratio_isToTheBest_ofThoseThatCanWaitOnThisJvm() {
        assertThat(SUMMARY.waitingPeers()).containsExactly("LinkedBlockingQueue", "jox");
        assertThat(SUMMARY.ratio(CELL, SUMMARY.waitingPeers()).orElseThrow()).isCloseTo(2.0, within(1e-9));
        assertThat(SUMMARY.ratio(CELL, List.of("flume")).orElseThrow()).isCloseTo(0.25, within(1e-9));
        assertThat(SUMMARY.ratio(CELL, List.of("kanal"))).isEmpty();
    }

    @Test
    void measurement_survivesItsLine() {
        String line = "3,Conversant Disruptor,virtual,seq,unbounded,10,20,30,40";
        assertThat(Measurement.of(line).toLine()).isEqualTo(line);
        assertThatThrownBy(() -> Measurement.of("1,2")).isInstanceOf(IllegalArgumentException.class);
    }
}
