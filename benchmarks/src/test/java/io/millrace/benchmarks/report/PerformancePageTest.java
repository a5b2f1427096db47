package io.millrace.benchmarks.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.benchmarks.suite.Measurement;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PerformancePageTest {
    @TempDir
    private Path folder;

    @Test
    void page_holdsFiguresRatiosAndMissedBars() throws Exception {
        Files.writeString(folder.resolve("machine.txt"), "a machine");
        Files.writeString(
                folder.resolve("channel-suite.csv"),
                String.join(
                        "\n",
                        Measurement.HEADER,
                        "1,millrace,platform,spsc,0,1000,200000,100000,0",
                        "1,jox,platform,spsc,0,1000,3000000,100000,0",
                        "1,millrace,virtual,spsc,0,1000,200000,100000,0",
                        "1,kotlinx,virtual,spsc,0,1000,100000,100000,0"));
        Files.writeString(folder.resolve("latency.md"), "## Latency\n\nHow long.");
        Files.writeString(folder.resolve("latency.why.md"), "It waits.");
        Files.writeString(folder.resolve("channel-suite.why.md"), "It is locked.");
        SampleFile samples = new SampleFile(folder.resolve("latency.csv"));
        samples.add(new Sample("latency", "parked, p99", "millrace", "us", 1, 10));
        samples.add(new Sample("latency", "parked, p99", "jox", "us", 1, 25));
        samples.add(new Sample("latency", "rate", "millrace", "messages/s", 1, 30));
        samples.add(new Sample("latency", "rate", "jox", "messages/s", 1, 10));

        PerformancePage.main(new String[] {
            folder.toString(), folder.resolve("performance.md").toString()
        });

        assertThat(folder.resolve("performance.svg")).isNotEmptyFile();
        assertThat(folder.resolve("performance.md"))
                .content()
                .contains("a machine")
                .contains("| spsc 0 | 200 (200 to 200) | 3,000 | 15.0x |")
                .contains("| spsc 0 | 200 (200 to 200) | 100 | **0.50x** |")
                .contains("| virtual threads: no cell below 1.0x | spsc 0 0.50x | **missed** |")
                .contains("| platform threads: no cell below 1.0x | none | holds |")
                .contains("## Latency")
                .contains("| parked, p99, us | 10 | 25 | 2.50x |")
                .contains("| rate, messages/s | 30 | 10 | 3.00x |")
                .containsSubsequence("### The bars", "It is locked.", "## Latency", "It waits.");
    }

    @Test
    void table_saysWhetherABarHolds() {
        SampleTable table = new SampleTable(List.of(
                new Sample("memory", "a channel", "millrace", "bytes", 1, 496),
                new Sample("memory", "a channel", Sample.AT_MOST, "bytes", 1, 400),
                new Sample("memory", "a channel", "jox", "bytes", 1, 248),
                new Sample("memory", "a waiter", "millrace", "bytes", 1, 48),
                new Sample("memory", "a waiter", Sample.AT_MOST, "bytes", 1, 48),
                new Sample("memory", "a future", "millrace", "bytes", 1, 80)));

        assertThat(table.toMarkdown())
                .isEqualTo(String.join(
                        "\n",
                        "| | millrace | jox | ratio | bar |",
                        "| --- | ---: | ---: | ---: | --- |",
                        "| a channel, bytes | 496 | 248 | 0.50x | at most 400: **missed** |",
                        "| a waiter, bytes | 48 |  |  | at most 48: holds |",
                        "| a future, bytes | 80 |  |  |  |",
                        ""));
    }

    @Test
    void sample_thatWouldNotSurviveAFile_isRefused() {
        assertThatThrownBy(() -> new Sample("latency", "a;b", "millrace", "us", 1, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("a;b");
    }
}
