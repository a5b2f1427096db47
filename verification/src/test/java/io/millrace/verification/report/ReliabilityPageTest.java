package io.millrace.verification.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReliabilityPageTest {
    private static final Path REPOSITORY = Path.of("..");

    @TempDir
    private Path root;

    @BeforeEach
    void aSmallRepository() throws Exception {
        for (String folder :
                new String[] {"core/src", "vertx-adapter/src/test", "verification/src", "verification/results", "docs"
                }) {
            Files.createDirectories(root.resolve(folder));
        }
        Files.createDirectories(root.resolve("verification/mutations"));
        Files.writeString(root.resolve("core/src/SomeTest.java"), "class SomeTest { void one_holds() {} }");
        promise("SomeTest#one_holds");
    }

    private void promise(String tests) throws Exception {
        Files.writeString(
                root.resolve("verification/promises.tsv"), "case\tpromise\ttests\norder\tkept\t" + tests + "\n");
    }

    @Test
    void committedPage_isThatOfTheCommittedResults() throws Exception {
        assertThat(REPOSITORY.resolve("docs/reliability.md"))
                .content()
                .as("written by verification/reliability-page")
                .isEqualTo(ReliabilityPage.text(REPOSITORY));
    }

    @Test
    void promise_linksItsTests() throws Exception {
        assertThat(ReliabilityPage.text(root))
                .contains("| order | kept | [SomeTest.one_holds](../core/src/SomeTest.java) |");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "core/src/test",
                "vertx-adapter/src/test",
                "verification/src/test",
                "verification/src/jcstress",
                "verification/src/lincheck",
                "verification/src/schedules",
                "verification/src/faults"
            })
    void testThatDoesNotExist_isRefused(String folder) throws Exception {
        write(folder, "Other", "class Other { void one_holds() {} }");
        promise("SomeTest, Other#one_holds");
        assertThat(ReliabilityPage.text(root)).contains("[Other.one_holds](../" + folder + "/java/Other.java)");

        promise("SomeTest, Other#two_holds");
        assertThatThrownBy(() -> ReliabilityPage.text(root)).hasMessageContaining("two_holds");
        promise("SomeTest, Another");
        assertThatThrownBy(() -> ReliabilityPage.text(root)).hasMessageContaining("Another");
    }

    @Test
    void classThatIsNoTest_isRefused() throws Exception {
        write("core/src/main", "Channel", "class Channel {}");
        promise("Channel");
        assertThatThrownBy(() -> ReliabilityPage.text(root)).hasMessageContaining("Channel");
    }

    @Test
    void nameOfTwoTests_isRefused() throws Exception {
        write("vertx-adapter/src/test", "SomeTest", "class SomeTest { void one_holds() {} }");
        assertThatThrownBy(() -> ReliabilityPage.text(root)).hasMessageContaining("vertx-adapter");
    }

    private void write(String folder, String className, String source) throws Exception {
        Path file = root.resolve(folder).resolve("java").resolve(className + ".java");
        Files.createDirectories(file.getParent());
        Files.writeString(file, source);
    }

    @Test
    void whatWasNotRun_saysSo() throws Exception {
        assertThat(ReliabilityPage.text(root))
                .contains("| jcstress | not run |")
                .contains("**Not run**: there is no `verification/results/jcstress.tsv`.");
    }

    @Test
    void results_areSummedAndShown() throws Exception {
        Files.writeString(
                root.resolve("verification/results/jcstress.tsv"),
                "story\titerations\tseconds\toutcome\nclose\t1000\t2\t1000 x sent\ncancel\t234\t3\t234 x withdrawn\nBroken.NoLock\t50000\t1\t9 x both\n");
        Files.writeString(
                root.resolve("verification/results/lincheck.tsv"),
                "check\tprograms\torders\tseconds\toutcome\none\t40\t10\t2\tlinearizable\ntwo\t30\t20\t2\tlinearizable\n");
        for (String mutation : new String[] {"01", "02", "03"}) {
            Files.writeString(root.resolve("verification/mutations/" + mutation + ".patch"), "");
        }
        Files.writeString(
                root.resolve("verification/results/soak-summary.tsv"),
                "figure\tvalue\nintervals\t30\nmessages in and out\t1234567\nleak reports\t0\noutcome\tpassed\n");
        Files.writeString(
                root.resolve("verification/mutations/results.tsv"),
                "mutation\twhat it breaks\tfound by\ttool\tseconds\n01\tno lock\tSomeTest#one\tstress test\t7\n02\tno order\tnothing\t-\t9\n");

        assertThat(ReliabilityPage.text(root))
                .contains("| jcstress | 2 stories, 1,234 iterations |")
                .contains("| Lincheck | 2 checks, 70 programs, 1,000 orders: 2 linearizable |")
                .contains("| cancel | 234 | 3 | 234 x withdrawn |\n\nThe tool itself")
                .contains("| Broken.NoLock | 50000 | 1 | 9 x both |")
                .contains("| seeded faults | 2 of 3 run: 1 found |")
                .contains("| soak | 30 minutes, 1234567 messages in and out, 0 leak reports: passed |")
                .contains("Found by: - 1, stress test 1.");
    }

    @Test
    void lineWithoutAllCells_isRefused() throws Exception {
        Files.writeString(
                root.resolve("verification/results/jcstress.tsv"),
                "story\titerations\tseconds\toutcome\nclose\t1000\n");

        assertThatThrownBy(() -> ReliabilityPage.text(root)).hasMessageContaining("close\t1000");
    }
}
