package io.millrace;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/**
 * Plays a scenario in a JVM of its own: what is found once per JVM (providers of services, system properties) can differ
 * from one scenario to the next there. It runs on the class path, where providers need no module descriptor.
 */
final class ForkedJvm {
    /** What runs in the other JVM; a constant of an enum. */
    interface Scenario {
        void play() throws Exception;
    }

    private final Path directory;
    private final List<String> options = new ArrayList<>();

    /** Its providers are declared in the given directory. */
    ForkedJvm(Path directory) {
        this.directory = directory;
    }

    ForkedJvm with(Map<Class<?>, List<Class<?>>> providers) {
        try {
            Path services = Files.createDirectories(directory.resolve("META-INF/services"));
            for (Map.Entry<Class<?>, List<Class<?>>> each : providers.entrySet()) {
                List<String> names =
                        each.getValue().stream().map(Class::getName).toList();
                Files.write(services.resolve(each.getKey().getName()), names);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return this;
    }

    ForkedJvm option(String option) {
        options.add(option);
        return this;
    }

    /** Returns what the JVM printed; fails if the scenario does. */
    <E extends Enum<E> & Scenario> String play(E scenario) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                classPath()));
        command.addAll(options);
        command.addAll(
                List.of(ForkedJvm.class.getName(), scenario.getDeclaringClass().getName(), scenario.name()));
        Path output = Files.createTempFile(directory, "forked", ".txt");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        boolean ended = process.waitFor(Await.LIMIT_SECONDS, TimeUnit.SECONDS);
        if (!ended) {
            process.destroyForcibly().waitFor();
        }
        String text = Files.readString(output);
        if (!ended || process.exitValue() != 0) {
            throw new AssertionError(scenario + (ended ? " failed:\n" : " did not end:\n") + text);
        }
        return text;
    }

    private String classPath() {
        return String.join(
                System.getProperty("path.separator"),
                directory.toString(),
                rootOf(Channel.class).toString(),
                rootOf(ForkedJvm.class).toString());
    }

    /** The directory that a class was loaded from, also where it belongs to a module that is patched. */
    private static Path rootOf(Class<?> type) {
        URL location = Objects.requireNonNull(type.getResource(type.getSimpleName() + ".class"));
        try {
            Path root = Path.of(new URI(location.toString()));
            for (int depth = type.getName().split("\\.").length; depth > 0; depth--) {
                root = Objects.requireNonNull(root.getParent());
            }
            return root;
        } catch (URISyntaxException e) {
            throw new AssertionError(location.toString(), e);
        }
    }

    /** The other JVM starts here: the name of an enum, and of its constant. */
    @SuppressWarnings("SystemExitOutsideMain")
    public static void main(String[] names) throws Exception {
        Object[] constants = Class.forName(names[0]).getEnumConstants();
        for (Object constant : constants) {
            if (((Enum<?>) constant).name().equals(names[1])) {
                ((Scenario) constant).play();
                System.exit(0); // threads that a scenario left waiting do not matter
            }
        }
        throw new IllegalArgumentException("no scenario " + names[1]);
    }

    /** For scenarios, which do without a library of assertions because it takes long to load. */
    static void check(boolean condition, String what) {
        if (!condition) {
            throw new AssertionError(what);
        }
    }

    static void checkEqual(Object actual, Object expected, String what) {
        check(Objects.equals(actual, expected), what + ": " + actual + " instead of " + expected);
    }
}
