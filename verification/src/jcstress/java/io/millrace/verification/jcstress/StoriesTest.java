package io.millrace.verification.jcstress;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.openjdk.jcstress.infra.runners.TestList;

/**
 * Runs all stories in JVMs of their own, and leaves target/jcstress.tsv. {@code -Djcstress=long} takes its time, and every
 * setting that jcstress has.
 */
class StoriesTest {
    private static final String BROKEN = Broken.class.getName();

    private static JcstressRun run;

    @BeforeAll
    static void runThem() throws IOException, InterruptedException {
        run = JcstressRun.into(Path.of("target", "jcstress"));
        run.writeTable(Path.of("target", "jcstress.tsv"));
    }

    private static Set<String> broken() {
        return TestList.tests().stream()
                .filter(story -> story.startsWith(BROKEN))
                .collect(Collectors.toSet());
    }

    @Test
    void everyStory_hasItsResults() {
        assertThat(run.results()).as(run.log()).hasSize(run.planned());
        assertThat(run.stories()).as(run.log()).containsExactlyInAnyOrderElementsOf(TestList.tests());
    }

    @Test
    void storiesOfTheCore_haveNoOutcomeThatIsForbidden() {
        assertThat(run.failedStories()).as(run.failures()).isSubsetOf(broken());
    }

    @Test
    void brokenStories_areFound() {
        assertThat(run.failedStories()).as(run.log()).containsAll(broken());
    }
}
