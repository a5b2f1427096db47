package io.millrace.verification.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A test class or one of its methods, and the source file that it stands in. Stories of jcstress and scenarios of the
 * controlled schedules are tests too.
 *
 * @param name as in {@code ClassTest} or {@code ClassTest#method}
 * @param file the source file, relative to the root of the repository
 */
record TestSource(String name, Path file) {
    /** Where tests are. */
    private static final List<String> FOLDERS = List.of("core/src", "vertx-adapter/src", "verification/src");

    private static final Pattern UNDER_LOAD =
            Pattern.compile("(Mixed)?StressTest|ClaimRaceTest|MillionRoundsTest|.*UnderLoadTest");

    /**
     * Finds a test.
     *
     * @throws IllegalArgumentException if there is none of that name, or more than one
     */
    static TestSource find(Path root, String name) throws IOException {
        String fileName = name.replaceFirst("#.*", "") + ".java";
        List<Path> found = new ArrayList<>();
        for (String folder : FOLDERS) {
            try (Stream<Path> files = Files.walk(root.resolve(folder))) {
                files.map(root::relativize)
                        .filter(file -> file.endsWith(fileName))
                        .filter(file -> !file.startsWith(Path.of(folder, "main")))
                        .forEach(found::add);
            }
        }
        if (found.size() != 1) {
            throw new IllegalArgumentException("one test class of this name is needed: " + name + " " + found);
        }
        requireMethod(name, root.resolve(found.get(0)));
        return new TestSource(name, found.get(0));
    }

    private static void requireMethod(String name, Path file) throws IOException {
        int separator = name.indexOf('#');
        if (separator >= 0) {
            String method = name.substring(separator + 1);
            if (!Pattern.compile("void " + Pattern.quote(method) + "\\(")
                    .matcher(Files.readString(file))
                    .find()) {
                throw new IllegalArgumentException("no such method in " + file + ": " + method);
            }
        }
    }

    /** What kind of test it is. */
    String tool() {
        String path = file.toString().replace('\\', '/');
        String className = name.replaceFirst("#.*", "");
        if (path.contains("/src/schedules/")) {
            return "controlled schedules";
        }
        if (path.contains("/src/jcstress/")) {
            return "jcstress";
        }
        if (path.contains("/src/lincheck/")) {
            return "Lincheck";
        }
        if (path.contains("/src/faults/")) {
            return "faults";
        }
        if (className.equals("ChaosTest")) {
            return "chaos";
        }
        if (className.endsWith("SoakTest")) {
            return "soak";
        }
        if (className.equals("RandomSequenceTest")) {
            return "random sequences";
        }
        if (className.endsWith("TckTest")) {
            return "TCK";
        }
        return UNDER_LOAD.matcher(className).matches() ? "stress test" : "contract test";
    }

    /** A link from a page in the folder docs. */
    String toMarkdown() {
        return "[" + name.replace("#", ".") + "](../" + file.toString().replace('\\', '/') + ")";
    }
}
