package io.millrace.demo.duplicates;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.file.FileSystem;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

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
    Future<Iterator<Path>> list(Path directory) {
        String name = directory.toString();
        if (!FileNames.isExact(name)) {
            return listExactly(directory);
        }
        return files.readDir(name)
                .compose(
                        names -> names.stream().allMatch(FileNames::isExact)
                                ? Future.succeededFuture(own(directory, names).iterator())
                                : listExactly(directory),
                        // readDir says only that it failed; this says why
                        failure -> listExactly(directory));
    }

    /** What an entry is, itself rather than what it links to. */
    Future<DirectoryEntry> inspect(Path path) {
        String name = path.toString();
        if (FileNames.isExact(name)) {
            return files.lprops(name).map(props -> DirectoryEntry.of(path, props));
        }
        return vertx.executeBlocking(() -> DirectoryEntry.of(
                path, Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)));
    }

    /**
     * Drops what is not the directory's own. {@code readDir} resolves links: one that leads elsewhere shows by another parent,
     * one that leads to a neighbour by the neighbour's name coming twice. Lazy, because an event loop asks.
     */
    private static Stream<Path> own(Path directory, List<String> names) {
        Set<String> seen = new HashSet<>();
        return names.stream().filter(seen::add).map(Path::of).filter(path -> directory.equals(path.getParent()));
    }

    private Future<Iterator<Path>> listExactly(Path directory) {
        return vertx.executeBlocking(() -> {
            List<Path> paths = new ArrayList<>();
            try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
                entries.forEach(paths::add);
            } catch (DirectoryIteratorException e) {
                throw e.getCause();
            }
            return paths.iterator();
        });
    }
}
