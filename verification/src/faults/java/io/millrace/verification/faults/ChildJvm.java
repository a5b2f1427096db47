package io.millrace.verification.faults;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A JVM with this one's class path that runs a program; its last line of output is a number of messages. One that does not
 * end in time is asked for its threads' stacks, and ended.
 */
final class ChildJvm implements AutoCloseable {
    private static final long GRACE_SECONDS = 20;

    private final Path output;
    private final Process process;

    /**
     * Starts it.
     *
     * @param prefix what stands before the java command
     * @param options of the JVM
     * @param program the class, and its arguments
     */
    ChildJvm(List<String> prefix, List<String> options, Class<?> program, Object... arguments) throws IOException {
        List<String> command = new ArrayList<>(prefix);
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("-XX:+UseSerialGC");
        command.add("-Dio.millrace.leakDetection=off");
        command.addAll(options);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), program.getName()));
        for (Object argument : arguments) {
            command.add(argument.toString());
        }
        output = Files.createTempFile("millrace-fault", ".txt");
        process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** Waits for that number of milliseconds, or until it has ended. */
    void pause(long millis) throws InterruptedException {
        process.waitFor(millis, TimeUnit.MILLISECONDS);
    }

    /** Sends it a signal, by its name; without effect once it has ended. */
    void signal(String name) throws IOException, InterruptedException {
        int status = new ProcessBuilder("kill", "-" + name, "" + process.pid())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor();
        if (status != 0 && process.isAlive()) {
            throw new AssertionError("kill -" + name + " ended with " + status);
        }
    }

    /** Waits until it has ended, so long and some time for its start; returns the messages it counted. */
    long messages(double seconds) throws IOException, InterruptedException {
        if (!process.waitFor((long) (seconds * 1000) + GRACE_SECONDS * 1000, TimeUnit.MILLISECONDS)) {
            signal("QUIT"); // prints all stacks
            process.waitFor(1, TimeUnit.SECONDS);
            throw new AssertionError("did not end:\n" + Files.readString(output));
        }
        String text = Files.readString(output);
        if (process.exitValue() != 0) {
            throw new AssertionError("ended with " + process.exitValue() + ":\n" + text);
        }
        return Long.parseLong(text.strip().substring(text.strip().lastIndexOf('\n') + 1));
    }

    @Override
    public void close() throws IOException {
        process.destroyForcibly().onExit().join();
        Files.delete(output);
    }
}
