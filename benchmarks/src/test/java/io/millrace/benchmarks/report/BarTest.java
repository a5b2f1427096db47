package io.millrace.benchmarks.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BarTest {
    private static final List<Sample> SAMPLES = List.of(
            new Sample("suite", "there", "millrace", "ns/message", 1, 90),
            new Sample("suite", "there", "millrace", "ns/message", 2, 110),
            new Sample("suite", "there", "event bus", "ns/message", 1, 500),
            new Sample("suite", "there", "queue", "ns/message", 1, 200),
            new Sample("suite", "there and back", "millrace", "ns/message", 1, 1),
            new Sample("suite", "there", "millrace", "messages/s", 1, 30),
            new Sample("suite", "there", "queue", "messages/s", 1, 20));

    @TempDir
    private Path folder;

    @Test
    void toMarkdown_comparesMedians_withTheBestOfTheRivals() {
        assertThat(Bar.of("5x the bus;there;ns/message;event bus;5").toMarkdown(SAMPLES))
                .isEqualTo("| 5x the bus | 5.00x | holds |\n");
        assertThat(Bar.of("3x both;there;ns/message;event bus,queue;3").toMarkdown(SAMPLES))
                .isEqualTo("| 3x both | 2.00x | **missed** |\n");
        assertThat(Bar.of("rate;there;messages/s;queue;1.5").toMarkdown(SAMPLES))
                .isEqualTo("| rate | 1.50x | holds |\n");
    }

    @Test
    void toMarkdown_ofWhatWasNotMeasured_saysSo() {
        assertThat(Bar.of("back;back;ns/message;event bus;5").toMarkdown(SAMPLES))
                .isEqualTo("| back | | not measured |\n");
        assertThat(Bar.of("pigeons;there;ns/message;pigeons;5").toMarkdown(SAMPLES))
                .isEqualTo("| pigeons | | not measured |\n");
    }

    @Test
    void of_anotherNumberOfFields_isRefused() {
        assertThatThrownBy(() -> Bar.of("a;b"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("a;b");
    }

    @Test
    void section_holdsWordsTableAndBars() throws Exception {
        Path results = folder.resolve("suite.csv");
        SampleFile file = new SampleFile(results);
        SAMPLES.forEach(file::add);
        Files.writeString(folder.resolve("suite.md"), "## The suite\n");
        Files.writeString(folder.resolve("suite.bars"), Bar.HEADER + "\n5x;there;ns/message;event bus;5\n");

        assertThat(SampleSection.of(results))
                .startsWith("## The suite\n\n| | millrace |")
                .contains("| there, ns/message | 100 (90 to 110) |")
                .contains("| 5x | 5.00x | holds |");
    }

    /** The bars of the repository ask for what the programs measure. */
    @Test
    void barsOfTheRepository_areReadable() throws Exception {
        assertThat(Bar.read(Path.of("results", "vertx-suite.bars"))).hasSize(6);
        assertThat(Bar.read(Path.of("results", "stall-test.bars"))).hasSize(4);
    }
}
