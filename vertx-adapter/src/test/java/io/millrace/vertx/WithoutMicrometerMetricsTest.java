package io.millrace.vertx;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The adapter where nobody has Micrometer, in a JVM of its own. */
class WithoutMicrometerMetricsTest {
    @TempDir
    Path folder;

    /** Runs in that JVM. */
    public static final class Program {
        private Program() {}

        /** Uses a channel and a work queue, and says what it got. */
        public static void main(String[] arguments) throws Exception {
            Vertx vertx = Vertx.vertx();
            VertxChannel<Integer> channel = VertxChannel.shared(vertx, "numbers", new ChannelOptions().setCapacity(1));
            channel.sender().send(1);
            int received = channel.receiver().receive().await(10, TimeUnit.SECONDS);
            WorkQueue<Integer, Integer> queue = WorkQueue.shared(vertx, "jobs", new WorkQueueOptions());
            queue.serveAsync(1, job -> Future.succeededFuture(2 * job));
            int doubled = queue.submit(21).await(10, TimeUnit.SECONDS);
            String micrometer;
            try {
                micrometer = "there: " + Class.forName("io.micrometer.core.instrument.MeterRegistry");
            } catch (ClassNotFoundException missing) {
                micrometer = "missing";
            }
            vertx.close().await(10, TimeUnit.SECONDS);
            System.out.println(received + " " + doubled + " " + micrometer + " "
                    + (VertxChannel.class.getModule().isNamed() ? "module path" : "class path"));
        }
    }

    /** The parts of the running class path and module path that are there without Micrometer. */
    private static List<String> parts() {
        return Arrays.stream((System.getProperty("java.class.path")
                                + File.pathSeparator
                                + System.getProperty("jdk.module.path", ""))
                        .split(File.pathSeparator))
                .filter(part -> !part.isEmpty() && !part.contains("micrometer"))
                .toList();
    }

    private String run(List<String> arguments) throws Exception {
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:TieredStopAtLevel=1"));
        command.addAll(arguments);
        Path output = Files.createTempFile(folder, "output", ".txt");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        boolean ended = process.waitFor(25, TimeUnit.SECONDS);
        process.destroyForcibly().waitFor();
        assertThat(ended).as("ended").isTrue();
        return Files.readString(output).lines().collect(Collectors.joining("\n"));
    }

    @Test
    void classPath_withoutMicrometer_works() throws Exception {
        assertThat(run(List.of("-cp", String.join(File.pathSeparator, parts()), Program.class.getName())))
                .endsWith("1 42 missing class path");
    }

    @Test
    void modulePath_withoutMicrometer_works() throws Exception {
        String tests = Path.of(Program.class
                        .getProtectionDomain()
                        .getCodeSource()
                        .getLocation()
                        .toURI())
                .toString();
        List<String> modules = parts().stream()
                .filter(part -> !part.equals(tests))
                .filter(
                        part -> List.of("core", "vertx-adapter").stream()
                                        .anyMatch(module -> part.endsWith(Path.of(module, "target", "classes")
                                                .toString()))
                                || part.matches(
                                        ".*(millrace|vertx-core|vertx-core-logging|netty|jackson-core|jspecify)[^/\\\\]*[.]jar"))
                .toList();
        assertThat(run(List.of(
                        "-p",
                        String.join(File.pathSeparator, modules),
                        "--patch-module",
                        "io.millrace.vertx=" + tests,
                        "-m",
                        "io.millrace.vertx/" + Program.class.getName())))
                .endsWith("1 42 missing module path");
    }
}
