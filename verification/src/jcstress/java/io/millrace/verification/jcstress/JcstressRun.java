package io.millrace.verification.jcstress;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.openjdk.jcstress.Main;
import org.openjdk.jcstress.infra.Status;
import org.openjdk.jcstress.infra.collectors.DiskReadCollector;
import org.openjdk.jcstress.infra.collectors.TestResult;

/**
 * One run of jcstress, which forks a JVM for each story. It exits with 0 when it ran nothing, so its results are counted.
 *
 * @param exitCode of jcstress
 * @param planned how many results it meant to bring
 * @param results what it brought, one for each story and setting of the JVM
 * @param log what it printed
 */
record JcstressRun(int exitCode, int planned, List<TestResult> results, String log) {
    private static final boolean LONG = System.getProperty("jcstress", "short").equals("long");
    /** No affinity, which CI machines may refuse; no split compilation, which multiplies the settings. */
    private static final List<String> SHORT_MODE = List.of(
            "-m",
            "quick",
            "-time",
            "100",
            "-iters",
            "1",
            "-f",
            "1",
            "-fsm",
            "1",
            "-af",
            "NONE",
            "-sc",
            "false",
            "-jvmArgs",
            "-Xmx256m -Dio.millrace.leakDetection=off");

    private static final List<String> LONG_MODE =
            List.of("-m", "default", "-jvmArgsPrepend", "-Dio.millrace.leakDetection=off");
    private static final Pattern PLANNED = Pattern.compile("Results: (\\d+) planned");

    /** Runs the stories whose names match, and leaves log, report and results.tsv in a folder. */
    static JcstressRun of(String stories, Path folder) throws IOException, InterruptedException {
        Files.createDirectories(folder);
        try (Stream<Path> earlier = Files.list(folder)) {
            for (Path file : earlier.toList()) {
                Files.delete(file);
            }
        }
        Path log = folder.resolve("log.txt");
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName()));
        command.addAll(List.of("-t", stories, "-r", "./"));
        command.addAll(LONG ? LONG_MODE : SHORT_MODE);
        Process process = new ProcessBuilder(command)
                .directory(folder.toFile()) // where it leaves the results
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        // a story whose thread hangs would keep jcstress for ever
        if (!process.waitFor(LONG ? Long.MAX_VALUE : 600, TimeUnit.SECONDS)) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly().waitFor();
            throw new AssertionError("jcstress did not end: " + Files.readString(log, UTF_8));
        }
        String printed = Files.readString(log, UTF_8);
        List<TestResult> results = read(folder);
        writeTable(results, folder.resolve("results.tsv"));
        return new JcstressRun(process.exitValue(), planned(printed), results, printed);
    }

    private static int planned(String log) {
        Matcher matcher = PLANNED.matcher(log);
        return matcher.find() ? Integer.parseInt(matcher.group(1)) : 0;
    }

    private static List<TestResult> read(Path folder) throws IOException {
        List<TestResult> results = new ArrayList<>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.filter(f -> f.toString().endsWith(".bin.gz")).toList()) {
                DiskReadCollector reader = new DiskReadCollector(file.toString(), results::add);
                try {
                    reader.dump();
                } catch (ClassNotFoundException e) {
                    throw new IllegalStateException("not a result of jcstress: " + file, e);
                } finally {
                    reader.close();
                }
            }
        }
        return results;
    }

    private static void writeTable(List<TestResult> results, Path file) throws IOException {
        List<String> lines = new ArrayList<>(List.of("story\tsamples\toutcome"));
        for (TestResult result : results) {
            for (String outcome : result.getStateKeys()) {
                lines.add(result.getName() + '\t' + result.getCount(outcome) + '\t' + outcome);
            }
        }
        Files.write(file, lines);
    }

    List<String> stories() {
        return results.stream().map(TestResult::getName).distinct().toList();
    }

    private static boolean failed(TestResult result) {
        return result.status() != Status.NORMAL || result.getTotalCount() == 0 || !result.grading().isPassed;
    }

    List<String> failedStories() {
        return results.stream()
                .filter(JcstressRun::failed)
                .map(TestResult::getName)
                .distinct()
                .toList();
    }

    String failures() {
        return results.stream()
                .filter(JcstressRun::failed)
                .map(result -> result.getName() + " " + result.status() + " " + result.grading().failureMessages)
                .collect(Collectors.joining("\n"));
    }
}
