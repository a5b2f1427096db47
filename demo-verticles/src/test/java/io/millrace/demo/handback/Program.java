package io.millrace.demo.handback;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.vertx.core.json.JsonObject;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The program in a JVM of its own, as its users run it. */
final class Program {
    private static final long LIMIT_SECONDS = 60;
    private static final int MAX_RUNS = 5;

    private final List<String> command = new ArrayList<>();
    private final ProcessBuilder builder = new ProcessBuilder();

    private Program(List<String> prefix, String... arguments) {
        command.addAll(prefix);
        command.addAll(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx64m",
                "-cp",
                classPath(),
                Main.class.getName()));
        command.addAll(List.of(arguments));
        builder.command(command).environment().put("LC_ALL", "C.UTF-8");
    }

    static Program of(String... arguments) {
        return new Program(List.of(), arguments);
    }

    /** As from a terminal: the tests themselves may run where interrupts are ignored, which children inherit. */
    static Program interruptible(String... arguments) {
        return new Program(List.of("env", "--default-signal=INT"), arguments);
    }

    /** For trees with files that this user may not read: root may read every file, unless it gives up that right. */
    static Program withoutPrivileges(String... arguments) {
        String readEverything = "-dac_override,-dac_read_search";
        return new Program(
                "root".equals(System.getProperty("user.name"))
                        ? List.of("setpriv", "--bounding-set", readEverything, "--inh-caps", readEverything)
                        : List.of(),
                arguments);
    }

    // the tests may run on the module path, where only a part of the program is on the class path
    private static String classPath() {
        return Stream.of("jdk.module.path", "java.class.path")
                .map(System::getProperty)
                .filter(path -> path != null && !path.isEmpty())
                .collect(Collectors.joining(File.pathSeparator));
    }

    Program in(Path directory) {
        builder.directory(directory.toFile());
        return this;
    }

    Result run() throws IOException, InterruptedException {
        return start().end();
    }

    /**
     * The first of a few runs in which Vert.x's blocked-thread checker was silent from so many milliseconds on, or the last. A
     * machine that is busy with other things may hold up any thread; a program that blocks its event loop does so in every run.
     */
    Result runWithSilentChecker(int millis) throws IOException, InterruptedException {
        command.add(command.indexOf("-cp"), "-Dmillrace.eventLoopLimitMillis=" + millis);
        Result result = run();
        for (int runs = 1; runs < MAX_RUNS && result.err().contains("has been blocked"); runs++) {
            result = run();
        }
        return result;
    }

    Running start() throws IOException {
        return startInto(Files.createTempFile("handback", ".out"));
    }

    /** What standard error says when standard output is this device. */
    Result runInto(Path device) throws IOException, InterruptedException {
        return startInto(device).end();
    }

    private Running startInto(Path out) throws IOException {
        Path err = Files.createTempFile("handback", ".err");
        return new Running(
                builder.redirectOutput(out.toFile()).redirectError(err.toFile()).start(), out, err);
    }

    record Running(Process process, Path out, Path err) implements AutoCloseable {
        @Override
        public void close() {
            process.destroyForcibly();
        }

        Result end() throws IOException, InterruptedException {
            try {
                if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
                    throw new AssertionError("the program did not end: " + process.info());
                }
                boolean isFile = Files.isRegularFile(out);
                return new Result(
                        process.exitValue(), isFile ? Files.readString(out, UTF_8) : "", Files.readString(err, UTF_8));
            } finally {
                process.destroyForcibly().waitFor();
                Files.delete(err);
                if (Files.isRegularFile(out)) {
                    Files.delete(out);
                }
            }
        }

        String errSoFar() throws IOException {
            return Files.readString(err, UTF_8);
        }

        void interrupt() throws IOException, InterruptedException {
            int exitStatus = new ProcessBuilder("kill", "-INT", Long.toString(process.pid()))
                    .inheritIO()
                    .start()
                    .waitFor();
            if (exitStatus != 0) {
                throw new AssertionError("kill ended with " + exitStatus);
            }
        }
    }

    record Result(int exitStatus, String out, String err) {
        JsonObject json() {
            return new JsonObject(out);
        }
    }
}
