package io.millrace.demo.duplicates;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class DuplicatesTest {
    @TempDir
    Path directory;

    @Test
    @Timeout(120)
    void search_noDirectoryGiven_findsInTheJdkWhatSha256sumFinds() throws Exception {
        Program.Result result = Program.of("--json").runWithSilentChecker(100);
        Sha256sum expected = Sha256sum.of(Path.of(System.getProperty("java.home")));

        assertThat(result.exitStatus()).as(result.err()).isZero();
        assertThat(result.err()).isEmpty();
        assertThat(result.groups()).isEqualTo(expected.groups());
        assertThat(result.json().getInteger("filesSeen")).isEqualTo(expected.files());
    }

    @ParameterizedTest
    @CsvSource({"C,1,0", "C.UTF-8,1,0", "C,2,1", "C.UTF-8,3,2", "C.UTF-8,8,1000"})
    void search_namesOfAllKinds_findsWhatSha256sumFinds(String locale, String workers, String capacity)
            throws Exception {
        namesOfAllKinds(directory);

        Program.Result result = Program.of("--json", "--workers", workers, "--capacity", capacity, directory.toString())
                .locale(locale)
                .run();

        assertThat(result.exitStatus()).as(result.err()).isZero();
        assertThat(result.err()).isEmpty();
        assertThat(result.groups()).isEqualTo(Sha256sum.of(directory).groups()).hasSize(3);
        assertThat(result.objects("channels"))
                .allSatisfy(
                        channel -> assertThat(channel.getInteger("maxSize")).isBetween(0, Integer.valueOf(capacity)));
    }

    /** Three groups: of empty files, of names that are hard to say, and of two larger files. */
    private static void namesOfAllKinds(Path directory) throws IOException {
        Files.createFile(directory.resolve("empty"));
        Files.createFile(directory.resolve("empty too"));
        Files.writeString(directory.resolve("large"), "large".repeat(100_000));
        Files.writeString(directory.resolve("large too"), "large".repeat(100_000));
        Files.writeString(directory.resolve("large but other"), "other".repeat(100_000));
        Files.writeString(directory.resolve("single"), "nothing else is of this size");
        Path sub = Files.createDirectory(Names.child(directory, "größe\n\\"));
        // two bytes of no UTF-8, and the question marks that a Java string may have in their place
        List<Path> hard = List.of(
                Names.child(directory, new byte[] {(byte) 0xFF, (byte) 0xFE}),
                Names.child(directory, "??"),
                Names.child(directory, "\uFFFD\uFFFD"),
                Names.child(directory, "é"),
                Names.child(directory, "new\nline"),
                Names.child(directory, "$'quoted"),
                Names.child(sub, new byte[] {'x', (byte) 0xE9}),
                Names.child(sub, "日本"));
        for (Path path : hard) {
            Files.writeString(path, "same");
        }
    }

    @Test
    void search_asText_printsMostSavedFirstAndOneNameALine() throws Exception {
        namesOfAllKinds(directory);

        Program.Result result = Program.of(directory.toString()).run();

        assertThat(result.exitStatus()).as(result.err()).isZero();
        List<String> lines = result.out().lines().toList();
        assertThat(lines.get(0)).startsWith("2 identical files of 500000 bytes, 500000 bytes could be saved (sha256 ");
        assertThat(lines.subList(1, 4))
                .containsExactly("  " + directory + "/large", "  " + directory + "/large too", "");
        assertThat(lines.get(4)).startsWith("8 identical files of 4 bytes, 28 bytes could be saved (sha256 ");
        assertThat(lines.subList(5, 13))
                .containsExactly(
                        "  " + directory + "/$'quoted",
                        "  " + directory + "/??",
                        "  $'" + directory + "/größe\\n\\\\/x\\351'",
                        "  $'" + directory + "/größe\\n\\\\/日本'",
                        "  $'" + directory + "/new\\nline'",
                        "  " + directory + "/é",
                        "  " + directory + "/\uFFFD\uFFFD",
                        "  $'" + directory + "/\\377\\376'");
        assertThat(lines.get(14)).startsWith("2 identical files of 0 bytes, 0 bytes could be saved (sha256 e3b0c442");
        assertThat(lines).contains("3 groups of identical files, 500028 bytes could be saved");
        assertThat(lines)
                .anySatisfy(
                        line -> assertThat(line)
                                .matches(
                                        "14 files seen, 0 unreadable; 13 hashed: 1500032 bytes in \\d+\\.\\d{3} s, \\d+\\.\\d MB/s"));
    }

    @Test
    void search_relativeDirectory_printsNamesBelowIt() throws Exception {
        Files.writeString(Files.createDirectory(directory.resolve("a")).resolve("1"), "same");
        Files.writeString(directory.resolve("a/2"), "same");

        assertThat(Program.of("a").in(directory).run().out()).contains("\n  a/1\n  a/2\n");
        assertThat(Program.of("../a").in(directory.resolve("a")).run().out()).contains("\n  ../a/1\n  ../a/2\n");
    }

    @Test
    void search_directoryIsALink_isFollowed() throws Exception {
        Files.writeString(Files.createDirectory(directory.resolve("a")).resolve("1"), "same");
        Files.writeString(directory.resolve("a/2"), "same");
        Path link = Files.createSymbolicLink(directory.resolve("link"), Path.of("a"));

        assertThat(Program.of(link.toString()).run().out()).contains("\n  " + link + "/1\n  " + link + "/2\n");
    }

    @Test
    void search_hardLinks_areFiles() throws Exception {
        Path file = Files.writeString(directory.resolve("1"), "same");
        Files.createLink(directory.resolve("2"), file);

        assertThat(Program.of("--json", directory.toString()).run().groups())
                .isEqualTo(Sha256sum.of(directory).groups())
                .hasSize(1);
    }

    @Test
    void search_unreadableFiles_areListedAndChangeNothingElse() throws Exception {
        namesOfAllKinds(directory);
        Path secret = Files.writeString(directory.resolve("secret\n"), "same");
        Files.setPosixFilePermissions(secret, Set.of());

        Program.Result result = Program.withoutPrivileges("--workers", "1", directory.toString())
                .run();

        assertThat(result.exitStatus()).as(result.err()).isZero();
        assertThat(result.out())
                .contains("\n1 unreadable\n  $'" + directory + "/secret\\n': permission denied\n")
                .contains("\n3 groups of identical files, 500028 bytes could be saved\n")
                .contains("\n15 files seen, 1 unreadable; 13 hashed: 1500032 bytes");
    }

    @Test
    void search_twice_printsTheSameOrder() throws Exception {
        namesOfAllKinds(directory);
        for (int i = 0; i < 20; i++) {
            Files.writeString(directory.resolve("pair " + i), "pair " + i % 10);
        }

        JsonObject first = Program.of("--json", "--workers", "4", directory.toString())
                .run()
                .json();
        JsonObject second = Program.of("--json", "--workers", "2", directory.toString())
                .run()
                .json();

        assertThat(second.getJsonArray("groups"))
                .isEqualTo(first.getJsonArray("groups"))
                .hasSize(13);
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
                Arguments.of("--capacity must be >= 0: -3", new String[] {"--capacity", "-3"}),
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

        Program.Result result = Program.of(arguments).in(directory).run();

        assertThat(result.err()).isEqualTo("duplicates: " + message + "\n");
        assertThat(result.out()).isEmpty();
        assertThat(result.exitStatus()).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"--help", "--version"})
    void run_askedAboutItself_answersOnStandardOutput(String option) throws Exception {
        Program.Result result = Program.of(option).run();

        assertThat(result.exitStatus()).isZero();
        assertThat(result.err()).isEmpty();
        assertThat(result.out()).contains("duplicates ");
    }

    @Test
    void run_outputCannotBeWritten_saysSo() throws Exception {
        Program.Result result = Program.of(directory.toString()).runInto(Path.of("/dev/full"));

        assertThat(result.err()).isEqualTo("duplicates: cannot write the report\n");
        assertThat(result.exitStatus()).isEqualTo(1);
    }

    @Test
    @Timeout(120)
    void interrupt_whileHashing_printsWhatWasFoundAndExitStatus130() throws Exception {
        Files.writeString(directory.resolve("1"), "same");
        Files.writeString(directory.resolve("2"), "same");
        endless(directory.resolve("endless 1"));
        endless(directory.resolve("endless 2"));

        // one hasher is left for the small files, in whatever order the walker hears of the four
        Program.Running program = Program.interruptible("--json", "--workers", "3", directory.toString())
                .start();
        // for so long that the digests of the small files have come to the event loop, on a busy machine too
        await().atMost(Duration.ofSeconds(60))
                .during(Duration.ofSeconds(2))
                .until(() -> !program.process().isAlive()
                        || hasOpen(program.process(), "/endless 1") && hasOpen(program.process(), "/endless 2"));
        program.interrupt();
        Program.Result result = program.end();

        assertThat(result.exitStatus()).as(result.err()).isEqualTo(130);
        assertThat(result.err()).isEmpty();
        assertThat(result.json().getBoolean("complete")).isFalse();
        assertThat(result.json().getInteger("filesSeen")).isEqualTo(4);
        assertThat(result.groups().values())
                .as(result.out())
                .singleElement()
                .isEqualTo(Set.of(directory + "/1", directory + "/2"));
    }

    /** A file without content that takes minutes to read. */
    private static void endless(Path path) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
            file.setLength(1L << 40);
        }
    }

    private static boolean hasOpen(Process process, String name) throws IOException {
        try (Stream<Path> descriptors = Files.list(Path.of("/proc/" + process.pid() + "/fd"))) {
            return descriptors.anyMatch(descriptor -> {
                try {
                    return Files.readSymbolicLink(descriptor).toString().contains(name);
                } catch (IOException closedMeanwhile) {
                    return false;
                }
            });
        }
    }

    @Test
    void progress_onATerminal_isShown() throws Exception {
        namesOfAllKinds(directory);
        Path typescript = directory.resolve("typescript");
        List<String> command = Program.of(directory.toString()).command();
        // script runs the program on a terminal
        Process script = new ProcessBuilder(
                        "script", "-q", "-e", "-c", "'" + String.join("' '", command) + "'", typescript.toString())
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();

        assertThat(script.waitFor()).isZero();
        assertThat(Files.readString(typescript, ISO_8859_1))
                .containsPattern("hashed +\\S+ ?%")
                .contains("3 groups of identical files");
    }
}
