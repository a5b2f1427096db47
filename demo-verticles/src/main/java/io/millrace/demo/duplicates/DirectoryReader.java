package io.millrace.demo.duplicates;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.file.FileSystem;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;

/**
 * Reads directories with Vert.x's file system, without following links.
 *
 * <p>{@link FileSystem} names files by strings. Where a string does not lead back to its file ({@link FileNames#isExact}),
 * this class asks {@link Files} instead, on a thread that may wait.
 */
final class DirectoryReader {
    private final Vertx vertx;
    private final FileSystem files;

    DirectoryReader(Vertx vertx) {
        this.vertx = vertx;
        this.files = vertx.fileSystem();
    }

    /**
     * What stands in a directory, links included.
     *
     * @param directory a real path: absolute, none of its parts a link
     */
    Future<List<Path>> list(Path directory) {
        String name = directory.toString();
        if (!FileNames.isExact(name)) {
            return listExactly(directory);
        }
        return files.readDir(name)
                .compose(
                        names -> blocking(() -> own(directory, names)),
                        // readDir says only that it failed; this says why
                        failure -> listExactly(directory));
    }

    /** What an entry is, itself rather than what it links to. */
    Future<DirectoryEntry> inspect(Path path) {
        String name = path.toString();
        if (FileNames.isExact(name)) {
            return files.lprops(name).map(props -> DirectoryEntry.of(path, props));
        }
        return blocking(() -> DirectoryEntry.of(
                path, Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)));
    }

    /**
     * The directory's own entries. {@code readDir} resolves links: one that leads elsewhere shows by another parent, one that
     * leads to a neighbour by the neighbour's name coming twice.
     */
    private static List<Path> own(Path directory, List<String> names) throws IOException {
        if (!names.stream().allMatch(FileNames::isExact)) {
            return entries(directory);
        }
        return names.stream()
                .distinct()
                .map(Path::of)
                .filter(path -> directory.equals(path.getParent()))
                .toList();
    }

    private Future<List<Path>> listExactly(Path directory) {
        return blocking(() -> entries(directory));
    }

    private static List<Path> entries(Path directory) throws IOException {
        List<Path> entries = new ArrayList<>();
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory)) {
            stream.forEach(entries::add);
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        return entries;
    }

    // an answer of Vert.x may be null in general
    private <T> Future<T> blocking(Callable<T> work) {
        return vertx.executeBlocking(work).map(answer -> Objects.requireNonNull(answer));
    }
}
