package io.millrace.verification.jcstress;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
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
 * One run of jcstress, which forks a JVM for each story.
 *
 * @param planned how many results it meant to bring
 * @param results what it brought, one for each story and setting of the JVM
 * @param log what it printed
 */
record JcstressRun(int planned, List<TestResult> results, String log) {
    private static final boolean LONG = System.getProperty("jcstress", "short").equals("long");
    /** No affinity, which CI machines may refuse; no split compilation, which multiplies the settings. */
    private static final List<String> SHORT_MODE = List.of(
            OneSetting.class.getName(),
            "-time",
            "100",
            "-iters",
            "6",
            "-af",
            "NONE",
            "-sc",
            "false",
            "-jvmArgs",
            "-Xmx256m -XX:+UseSerialGC -Dio.millrace.leakDetection=off");

    private static final List<String> LONG_MODE =
            List.of(Main.class.getName(), "-m", "default", "-jvmArgsPrepend", "-Dio.millrace.leakDetection=off");
    private static final Pattern PLANNED = Pattern.compile("Results: (\\d+) planned");

    /** Runs all stories, and leaves its log and results in a folder. */
    static JcstressRun into(Path folder) throws IOException, InterruptedException {
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
                System.getProperty("java.class.path")));
        command.addAll(LONG ? LONG_MODE : SHORT_MODE);
        command.addAll(List.of("-r", "./"));
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
        return new JcstressRun(planned(printed), read(folder), printed);
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

    /** One line for each story: how often its two threads met, in what time, and how often with which outcome. */
    void writeTable(Path file) throws IOException {
        Map<String, List<TestResult>> byStory =
                results.stream().collect(Collectors.groupingBy(TestResult::getName, TreeMap::new, Collectors.toList()));
        List<String> lines = new ArrayList<>(List.of("story\titerations\tseconds\toutcome"));
        byStory.forEach((story, settings) -> {
            long iterations =
                    settings.stream().mapToLong(TestResult::getTotalCount).sum();
            double milliseconds = settings.stream()
                    .mapToDouble(setting -> (double) setting.getConfig().time * setting.getConfig().iters)
                    .sum();
            Map<String, Long> outcomes = new TreeMap<>();
            for (TestResult setting : settings) {
                setting.getStateKeys()
                        .forEach(outcome -> outcomes.merge(outcome, setting.getCount(outcome), Long::sum));
            }
            String counts = outcomes.entrySet().stream()
                    .map(outcome -> outcome.getValue() + " x " + outcome.getKey())
                    .collect(Collectors.joining("; "));
            String name = story.substring(story.lastIndexOf('.', story.lastIndexOf('.') - 1) + 1);
            lines.add(name + '\t' + iterations + '\t' + milliseconds / 1000 + '\t' + counts);
        });
        Files.write(file, lines);
    }

    Set<String> stories() {
        return results.stream().map(TestResult::getName).collect(Collectors.toSet());
    }

    private static boolean failed(TestResult result) {
        return result.status() != Status.NORMAL || result.getTotalCount() == 0 || !result.grading().isPassed;
    }

    Set<String> failedStories() {
        return results.stream()
                .filter(JcstressRun::failed)
                .map(TestResult::getName)
                .collect(Collectors.toSet());
    }

    /** What was wrong, in the words of the stories. */
    String failures() {
        return results.stream()
                .filter(JcstressRun::failed)
                .map(result -> result.getName() + " " + result.status() + " " + result.getMessages() + " "
                        + result.grading().failureMessages)
                .collect(Collectors.joining("\n"));
    }
}
