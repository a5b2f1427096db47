package io.millrace.demo.duplicates;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The program in a JVM of its own, as its users run it. Standard output and error are files, so never a terminal. */
final class Program {
    private static final long LIMIT_SECONDS = 150;
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
        builder.command(command);
        locale("C.UTF-8");
    }

    static Program of(String... arguments) {
        return new Program(List.of(), arguments);
    }

    /** As from a terminal: the tests themselves may run where interrupts are ignored, which children inherit. */
    static Program interruptible(String... arguments) {
        return new Program(List.of("env", "--default-signal=INT"), arguments);
    }

    /** For trees with files that this user may not read. */
    static Program withoutPrivileges(String... arguments) {
        return new Program(Privileges.dropping(), arguments);
    }

    // the tests may run on the module path, where only a part of the program is on the class path
    private static String classPath() {
        return Stream.of("jdk.module.path", "java.class.path")
                .map(System::getProperty)
                .filter(path -> path != null && !path.isEmpty())
                .collect(Collectors.joining(File.pathSeparator));
    }

    Program locale(String locale) {
        builder.environment().put("LC_ALL", locale);
        return this;
    }

    /** Lets the blocked-thread checker of Vert.x speak on standard error from so many milliseconds on. */
    Program eventLoopLimit(int millis) {
        command.add(command.indexOf("-cp"), "-Dmillrace.eventLoopLimitMillis=" + millis);
        return this;
    }

    Program in(Path directory) {
        builder.directory(directory.toFile());
        return this;
    }

    List<String> command() {
        return command;
    }

    Result run() throws IOException, InterruptedException {
        return start().end();
    }

    /**
     * The first of a few runs in which the blocked-thread checker was silent, or the last. A machine that is busy with other
     * things may hold up any thread; a program that blocks its event loops does so in every run.
     */
    Result runWithSilentChecker(int millis) throws IOException, InterruptedException {
        eventLoopLimit(millis);
        Result result = run();
        for (int runs = 1; runs < MAX_RUNS && result.err().contains("has been blocked"); runs++) {
            result = run();
        }
        return result;
    }

    Running start() throws IOException {
        Path out = Files.createTempFile("duplicates", ".out");
        Path err = Files.createTempFile("duplicates", ".err");
        return new Running(
                builder.redirectOutput(out.toFile()).redirectError(err.toFile()).start(), out, err);
    }

    /** What standard error says when standard output is this file. */
    Result runInto(Path out) throws IOException, InterruptedException {
        Path err = Files.createTempFile("duplicates", ".err");
        return new Running(
                        builder.redirectOutput(out.toFile())
                                .redirectError(err.toFile())
                                .start(),
                        Files.createTempFile("duplicates", ".none"),
                        err)
                .end();
    }

    record Running(Process process, Path out, Path err) {
        Result end() throws IOException, InterruptedException {
            try {
                if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
                    throw new AssertionError("the program did not end: " + process.info());
                }
                return new Result(process.exitValue(), Files.readString(out, UTF_8), Files.readString(err, UTF_8));
            } finally {
                process.destroyForcibly().waitFor();
                Files.delete(out);
                Files.delete(err);
            }
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

        /** The files of each group by their digest. */
        Map<String, Set<String>> groups() {
            Map<String, Set<String>> groups = new TreeMap<>();
            for (JsonObject group : objects("groups")) {
                groups.put(group.getString("sha256"), names(group.getJsonArray("files")));
            }
            return groups;
        }

        Set<String> unreadable() {
            return objects("unreadable").stream()
                    .map(each -> Names.bytes(each.getString("path")))
                    .collect(Collectors.toCollection(TreeSet::new));
        }

        List<JsonObject> objects(String field) {
            return json().getJsonArray(field).stream()
                    .map(JsonObject.class::cast)
                    .toList();
        }

        private static Set<String> names(JsonArray files) {
            Set<String> names = files.stream()
                    .map(name -> Names.bytes((String) name))
                    .collect(Collectors.toCollection(TreeSet::new));
            if (names.size() != files.size()) {
                throw new AssertionError("a file stands twice in its group: " + files);
            }
            return names;
        }
    }
}
