package io.millrace;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A JVM in which nobody records anything. */
class NoRecordingTest {
    /** What the other JVM does: a wait, a message that is lost, a disconnect. */
    public static final class Main {
        private Main() {}

        public static void main(String[] arguments) throws InterruptedException {
            Channel<Integer> channel = Channel.bounded(1);
            System.out.println(channel.receiver().tryReceive(Duration.ofMillis(1)));
            channel.sender().send(1);
            System.out.println(channel.cancel());
        }
    }

    /** Under the lock of its channel it would hold up every other thread for hundreds of milliseconds. */
    @Test
    void events_whereNobodyRecords_doNotStartTheFlightRecorder() throws Exception {
        String classPath = Stream.of("jdk.module.path", "java.class.path")
                .map(System::getProperty)
                .filter(path -> path != null && !path.isEmpty())
                .collect(Collectors.joining(File.pathSeparator));
        // the tests may be patched into the module that they test
        Path tests = Path.of(NoRecordingTest.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        String testClasses = tests.resolveSibling("test-classes").toString();
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xlog:class+load",
                        "-cp",
                        classPath + File.pathSeparator + testClasses,
                        Main.class.getName())
                .redirectErrorStream(true)
                .start();
        String out = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor()).as(out).isZero();
        assertThat(out).contains("TimedOut[]", "\ntrue\n").doesNotContain("jdk.jfr.internal.MetadataRepository");
    }
}
