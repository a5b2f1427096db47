package io.millrace.verification.jcstress;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.openjdk.jcstress.infra.runners.TestList;

/** Runs all stories in JVMs of their own. {@code -Djcstress=long} takes its time, and every setting that jcstress has. */
class StoriesTest {
    private static final String BROKEN = Broken.class.getName();

    private static List<String> stories(boolean broken) {
        return TestList.tests().stream()
                .filter(story -> story.startsWith(BROKEN) == broken)
                .toList();
    }

    @Test
    void stories_haveNoOutcomeThatIsForbidden() throws IOException, InterruptedException {
        JcstressRun run = JcstressRun.of("^(?!" + BROKEN + ").*", Path.of("target", "jcstress"));

        assertThat(run.failures()).as(run.log()).isEmpty();
        assertThat(run.exitCode()).as(run.log()).isZero();
        assertThat(run.results()).as(run.log()).hasSize(run.planned());
        assertThat(new TreeSet<>(run.stories())).as(run.log()).isEqualTo(new TreeSet<>(stories(false)));
    }

    @Test
    void brokenStories_areFound() throws IOException, InterruptedException {
        JcstressRun run = JcstressRun.of(BROKEN, Path.of("target", "jcstress-broken"));

        assertThat(run.exitCode()).as(run.log()).isNotZero();
        assertThat(new TreeSet<>(run.failedStories())).as(run.log()).isEqualTo(new TreeSet<>(stories(true)));
    }
}
