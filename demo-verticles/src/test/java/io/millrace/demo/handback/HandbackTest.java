package io.millrace.demo.handback;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class HandbackTest {
    @TempDir
    Path directory;

    @Test
    @Timeout(120)
    void count_noDirectoryGiven_countsInTheJdkWhatWcCounts() throws Exception {
        Path home = Path.of(System.getProperty("java.home"));
        assertCountsAsWc(Program.of("--json").runWithSilentChecker(100), home);
    }

    static Stream<Arguments> kindsOfCounters() {
        return Stream.of(Threads.values())
                .filter(Threads::isAvailable)
                .flatMap(threads -> Stream.of(1, 2, 20).map(workers -> Arguments.of(threads, workers)));
    }

    @ParameterizedTest
    @MethodSource("kindsOfCounters")
    void count_treeOfAllKinds_countsWhatWcCounts(Threads threads, int workers) throws Exception {
        treeOfAllKinds();

        Program.Result result = Program.of(
                        "--json", "--threads", threads.name(), "--workers", "" + workers, directory.toString())
                .run();

        assertCountsAsWc(result, directory);
        JsonObject json = result.json();
        assertThat(json.getString("threads")).isEqualToIgnoringCase(threads.name());
        assertThat(json.getJsonArray("piecesOfEach")).hasSize(workers);
        assertThat(json.getInteger("others")).isEqualTo(3);
        assertThat(json.getInteger("directories")).isEqualTo(4);
    }

    /** Also directories of more entries than a counter's pocket is meant for. */
    private void treeOfAllKinds() throws IOException, InterruptedException {
        Path wide = Files.createDirectory(directory.resolve("wide"));
        for (int i = 0; i < 200; i++) {
            Files.writeString(wide.resolve("file " + i), "line\n".repeat(i));
        }
        Path deep = Files.createDirectories(directory.resolve("a/größe\n"));
        Files.writeString(deep.resolve("no newline at its end"), "one\ntwo");
        Files.write(deep.resolve("binary"), new byte[] {0, '\n', -1, '\r', '\n'});
        Files.writeString(directory.resolve("larger than a buffer"), "0123456789\n".repeat(30_000));
        Files.createFile(directory.resolve("empty"));
        Files.createSymbolicLink(directory.resolve("link"), Path.of("larger than a buffer"));
        Files.createSymbolicLink(directory.resolve("round"), directory);
        assertThat(new ProcessBuilder("mkfifo", directory.resolve("pipe").toString())
                        .inheritIO()
                        .start()
                        .waitFor())
                .isZero();
    }

    private static void assertCountsAsWc(Program.Result result, Path tree) throws IOException, InterruptedException {
        assertThat(result.exitStatus()).as(result.err()).isZero();
        assertThat(result.err()).isEmpty();
        JsonObject json = result.json();
        String[] wc = shell("find \"$1\" -type f -exec cat {} + | wc -lc", tree).split("\\s+");
        assertThat(json.getLong("lines")).isEqualTo(Long.parseLong(wc[0]));
        assertThat(json.getLong("bytes")).isEqualTo(Long.parseLong(wc[1]));
        assertThat(json.getBoolean("complete")).isTrue();
        assertThat(json.getJsonArray("unreadable")).isEmpty();

        long entries = shell("find \"$1\" -printf x", tree).length();
        assertThat(json.getLong("piecesHandedOut")).isEqualTo(entries);
        assertThat(json.getLong("entriesHandedBack")).isEqualTo(entries - 1);
        assertThat(json.getLong("resultsHandedBack")).isEqualTo(entries);
        assertThat(json.getJsonArray("piecesOfEach").stream()
                        .mapToLong(each -> ((Number) each).longValue())
                        .sum())
                .isEqualTo(entries);
    }

    private static String shell(String script, Path argument) throws IOException, InterruptedException {
        Process process = new ProcessBuilder("bash", "-c", script, "bash", argument.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String out = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor()).isZero();
        return out.strip();
    }

    @Test
    void count_noJson_saysHowMuchWentBothWays() throws Exception {
        Path tree = Files.createDirectory(directory.resolve("tree"));
        Files.writeString(tree.resolve("1"), "one\ntwo\n");
        Files.writeString(Files.createDirectory(tree.resolve("a")).resolve("2"), "three\n");

        Program.Result result =
                Program.of("--workers", "1", "tree").in(directory).run();

        String threads = Threads.VIRTUAL.isAvailable()
                ? "1 virtual thread"
                : "1 worker thread \\(virtual threads need JDK 21\\)";
        assertThat(result.out())
                .matches("3 lines, 14 bytes in 2 files; 2 directories, 0 other, 0 unreadable; \\d+\\.\\d{3} s\n"
                        + "the event loop handed out 4 pieces of work, to " + threads + ": 4\n"
                        + "they handed back 3 directory entries as more work, and 4 results\n");
        assertThat(result.exitStatus()).as(result.err()).isZero();
        assertThat(result.err()).isEmpty();
    }

    @Test
    void count_unreadableFiles_areListedAndChangeNothingElse() throws Exception {
        Files.writeString(directory.resolve("1"), "line\n");
        Path file = Files.writeString(directory.resolve("secret\n"), "line\n");
        Path inside = Files.createDirectory(directory.resolve("closed"));
        Files.setPosixFilePermissions(file, Set.of());
        Files.setPosixFilePermissions(inside, Set.of());

        Program.Result result = Program.withoutPrivileges(directory.toString()).run();

        assertThat(result.exitStatus()).as(result.err()).isZero();
        assertThat(result.out())
                .contains("unreadable: $'" + directory + "/secret\\n': permission denied\n")
                .contains("unreadable: " + directory + "/closed: permission denied\n")
                .contains("\n1 line, 5 bytes in 1 file; 1 directory, 0 other, 2 unreadable; ")
                .contains("\nthey handed back 3 directory entries as more work, and 4 results\n");
    }

    static Stream<Arguments> wrongArguments() {
        return Stream.of(
                Arguments.of("no such directory: /nowhere/at all", new String[] {"/nowhere/at all"}),
                Arguments.of("no such directory: $'new\\nline'", new String[] {"new\nline"}),
                Arguments.of("no such directory: $''", new String[] {""}),
                Arguments.of("no such directory: @arguments", new String[] {"@arguments"}),
                Arguments.of("not a directory: /dev/null", new String[] {"/dev/null"}),
                Arguments.of("--workers must be between 1 and 256: 0", new String[] {"--workers", "0"}),
                Arguments.of("--workers must be between 1 and 256: 257", new String[] {"--workers=257"}),
                Arguments.of(
                        "Invalid value for option '--workers': 'many' is not an int",
                        new String[] {"--workers", "many"}),
                Arguments.of("Unknown option: '--nothing'", new String[] {"--nothing"}),
                Arguments.of("Unmatched argument at index 1: '/tmp'", new String[] {"/", "/tmp"}));
    }

    @ParameterizedTest
    @MethodSource("wrongArguments")
    void run_wrongArguments_oneLineAndExitStatus2(String message, String[] arguments) throws Exception {
        Files.writeString(directory.resolve("arguments"), "--help");

        assertRefused(message, Program.of(arguments).in(directory).run());
    }

    @Test
    void run_virtualThreadsWanted_olderJdksRefuse() throws Exception {
        int jdk = Runtime.version().feature();

        Program.Result result =
                Program.of("--threads", "virtual", directory.toString()).run();

        if (jdk >= 21) {
            assertThat(result.exitStatus()).as(result.err()).isZero();
        } else {
            assertRefused(
                    "--threads virtual needs JDK 21 or newer, and this is " + jdk + "; use --threads worker", result);
        }
    }

    private static void assertRefused(String message, Program.Result result) {
        assertThat(result.err()).isEqualTo("handback: " + message + "\n");
        assertThat(result.out()).isEmpty();
        assertThat(result.exitStatus()).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"--help", "--version"})
    void run_askedAboutItself_answersOnStandardOutput(String option) throws Exception {
        Program.Result result = Program.of(option).run();

        assertThat(result.exitStatus()).isZero();
        assertThat(result.err()).isEmpty();
        assertThat(result.out()).contains("handback ");
    }

    @Test
    void run_outputCannotBeWritten_saysSo() throws Exception {
        Program.Result result = Program.of(directory.toString()).runInto(Path.of("/dev/full"));

        assertThat(result.err()).isEqualTo("handback: cannot write the report\n");
        assertThat(result.exitStatus()).isEqualTo(1);
    }

    @Test
    @Timeout(120)
    void interrupt_whileNothingMoves_printsWhatWasCountedAndExitStatus130() throws Exception {
        Files.writeString(directory.resolve("1"), "line\n");
        // without content, and takes minutes to read: on a virtual thread it could keep its carrier, and what
        // stands in that one's queue, from the worker that counts the line
        try (RandomAccessFile file =
                new RandomAccessFile(directory.resolve("endless").toFile(), "rw")) {
            file.setLength(1L << 40);
        }
        String heartbeat = "handback: nothing has moved for 1 s, 1 piece of work in progress\n";

        Program.Result result;
        try (Program.Running program = Program.interruptible(
                        "--json", "--threads", "worker", "--workers", "3", directory.toString())
                .start()) {
            await().atMost(Duration.ofSeconds(50))
                    .until(() ->
                            !program.process().isAlive() || program.errSoFar().contains(heartbeat));
            program.interrupt();
            result = program.end();
        }

        assertThat(result.exitStatus()).as(result.err()).isEqualTo(130);
        assertThat(result.err()).matches("(" + heartbeat + ")+");
        JsonObject json = result.json();
        assertThat(json.getBoolean("complete")).isFalse();
        assertThat(json.getLong("lines")).isEqualTo(1);
        assertThat(json.getLong("piecesHandedOut")).isEqualTo(3);
        assertThat(json.getLong("resultsHandedBack")).isEqualTo(2);
        assertThat(json.getLong("silences")).isPositive();
    }
}
