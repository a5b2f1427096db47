package io.millrace.demo.duplicates;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The main job on a tree of 50,000 files, with a heap of 64 MB and the blocked-thread checker at 100 ms. */
class BigTreeTest {
    private static final int CAPACITY = 16;

    @Test
    @Timeout(600)
    void search_bigTree_findsWhatSha256sumFinds(@TempDir Path temporary) throws Exception {
        Path directory = temporary.resolve("tree");
        BigTree tree = BigTree.in(directory);
        try {
            Program.Result result = Program.withoutPrivileges(
                            "--json", "--workers", "2", "--capacity", "" + CAPACITY, directory.toString())
                    .runWithSilentChecker(100);
            Sha256sum expected = Sha256sum.of(directory);

            assertThat(result.exitStatus()).as(result.err()).isZero();
            // neither a progress bar nor a word from the blocked-thread checker
            assertThat(result.err()).isEmpty();
            assertThat(result.groups()).isEqualTo(expected.groups()).hasSizeGreaterThan(600);
            assertThat(expected.complaints().lines()).hasSize(tree.unreadable().size());
            assertThat(result.unreadable())
                    .isEqualTo(tree.unreadable().stream().map(Names::of).collect(Collectors.toSet()));

            JsonObject json = result.json();
            assertThat(json.getInteger("filesSeen")).isEqualTo(tree.files());
            assertThat(json.getInteger("unreadableCount"))
                    .isEqualTo(tree.unreadable().size());
            assertThat(result.objects("groups").stream().map(group -> -group.getLong("savedBytes")))
                    .isSorted();
            assertThat(result.objects("channels")).hasSize(2).allSatisfy(channel -> {
                assertThat(channel.getInteger("capacity")).isEqualTo(CAPACITY);
                assertThat(channel.getInteger("maxSize")).isBetween(1, CAPACITY);
                assertThat(channel.getInteger("received")).isEqualTo(channel.getInteger("sent"));
            });
            // the channel held the walker back, and the walker let itself be held
            assertThat(result.objects("channels").get(0).getInteger("maxWaitingSenders"))
                    .isBetween(1, Walker.MAX_UNDER_WAY);
        } finally {
            tree.makeReadable();
        }
    }
}
