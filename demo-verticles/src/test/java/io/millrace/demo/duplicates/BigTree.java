package io.millrace.demo.duplicates;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/** A tree of 50,000 files that has everything that may trouble a program which walks it. */
record BigTree(Path root, int files, Set<Path> unreadable) {
    private static final int SMALL_FILES = 50_000;
    private static final int DIRECTORIES = 50;
    private static final long LARGE = 200L * 1024 * 1024;
    private static final int LARGE_AND_SECRET_AND_LINKED = 3 + 2 + 1;
    private static final List<String> NAMES = List.of("plain ", "two words ", "new\nline ", "größe Ω 日本 ");

    static BigTree in(Path root) throws IOException, InterruptedException {
        for (int i = 0; i < SMALL_FILES; i++) {
            String name = NAMES.get(i % NAMES.size());
            Path directory = Names.child(root, name + i % DIRECTORIES);
            if (i < DIRECTORIES * NAMES.size()) {
                Files.createDirectories(directory);
            }
            // a tenth of most sizes once, the rest in few sizes with few contents; empty ones among them
            byte[] content = new byte[i % 10 == 0 ? 1000 + i / 10 : i % 97];
            Arrays.fill(content, (byte) (i % 7));
            Files.write(Names.child(directory, name + i), content);
        }
        large(root.resolve("large 1"), 1);
        large(root.resolve("large 2"), 1);
        large(root.resolve("large but other"), 2);

        links(root);
        run("mkfifo", root.resolve("pipe").toString());

        Path shared = Files.writeString(root.resolve("secret of a shared size"), "shared");
        Path unique = Files.writeString(root.resolve("secret of a size of its own"), "x".repeat(123_456));
        Path directory = Files.createDirectory(root.resolve("secret directory"));
        Files.writeString(directory.resolve("never seen"), "shared");
        Set<Path> unreadable = Set.of(shared, unique, directory);
        for (Path path : unreadable) {
            Files.setPosixFilePermissions(path, Set.of());
        }
        return new BigTree(root, SMALL_FILES + LARGE_AND_SECRET_AND_LINKED, unreadable);
    }

    private static void large(Path path, int lastByte) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
            file.seek(LARGE - 1);
            file.write(lastByte);
        }
    }

    private static void links(Path root) throws IOException {
        Path circle = Files.createDirectory(root.resolve("circle"));
        Files.createSymbolicLink(circle.resolve("up"), Path.of(".."));
        Files.createSymbolicLink(circle.resolve("self"), Path.of("self"));
        Files.createSymbolicLink(circle.resolve("there"), Path.of("back"));
        Files.createSymbolicLink(circle.resolve("back"), Path.of("there"));
        Files.createSymbolicLink(circle.resolve("nowhere"), Path.of("nothing"));
        Files.createSymbolicLink(circle.resolve("neighbour"), Files.writeString(circle.resolve("a file"), "shared"));
        Files.createSymbolicLink(root.resolve("other directory"), circle);
        Files.writeString(Files.createDirectory(root.resolveSibling("outside")).resolve("not in the tree"), "shared");
        Files.createSymbolicLink(root.resolve("outside"), Path.of("../outside"));
    }

    /** So that the tree can be deleted. */
    void makeReadable() throws IOException {
        Set<PosixFilePermission> all = PosixFilePermissions.fromString("rwx------");
        for (Path path : unreadable) {
            Files.setPosixFilePermissions(path, all);
        }
    }

    private static void run(String... command) throws IOException, InterruptedException {
        int exitStatus = new ProcessBuilder(command).inheritIO().start().waitFor();
        if (exitStatus != 0) {
            throw new AssertionError(command[0] + " ended with " + exitStatus);
        }
    }
}
