package io.millrace.verification.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A test class or one of its methods, and the source file that it stands in.
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
     * @throws IllegalArgumentException if there is none of that name
     */
    static TestSource find(Path root, String name) throws IOException {
        String className = name.replaceFirst("#.*", "");
        for (String folder : FOLDERS) {
            try (Stream<Path> files = Files.walk(root.resolve(folder))) {
                List<Path> found = files.filter(
                                file -> file.getFileName().toString().equals(className + ".java"))
                        .toList();
                if (!found.isEmpty()) {
                    requireMethod(name, found.get(0));
                    return new TestSource(name, root.relativize(found.get(0)));
                }
            }
        }
        throw new IllegalArgumentException("no test class of this name: " + name);
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
