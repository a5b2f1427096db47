package io.millrace.demo.duplicates;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** What find, xargs and sha256sum say about a tree. */
record Sha256sum(Map<String, Set<String>> groups, int files, String complaints) {
    /** All files are read here, also those of a size that no other file has. */
    static Sha256sum of(Path directory) throws IOException, InterruptedException {
        Path out = Files.createTempFile("sha256sum", ".out");
        Path err = Files.createTempFile("sha256sum", ".err");
        List<String> command = new ArrayList<>(Privileges.dropping());
        command.addAll(List.of(
                "bash",
                "-c",
                "find \"$1\" -type f -print0 | xargs -0 -r sha256sum --zero --",
                "bash",
                directory.toString()));
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
        builder.environment().put("LC_ALL", "C");
        builder.start().waitFor();

        Map<String, Set<String>> groups = new TreeMap<>();
        // the name follows the digest and two characters between them
        String[] lines = Files.readString(out, ISO_8859_1).split("\0");
        for (String line : lines) {
            groups.computeIfAbsent(line.substring(0, 64), digest -> new TreeSet<>())
                    .add(line.substring(66));
        }
        groups.values().removeIf(names -> names.size() < 2);
        return new Sha256sum(groups, lines.length, Files.readString(err, ISO_8859_1));
    }
}
