package io.millrace.demo.duplicates;

import io.vertx.core.file.FileProps;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;

/** One entry of a directory; neither file nor directory if it is a link, a pipe, a socket or a device. */
record DirectoryEntry(Path path, boolean isFile, boolean isDirectory, long size) {
    static DirectoryEntry of(Path path, FileProps props) {
        return new DirectoryEntry(path, props.isRegularFile(), props.isDirectory(), props.size());
    }

    static DirectoryEntry of(Path path, BasicFileAttributes attributes) {
        return new DirectoryEntry(path, attributes.isRegularFile(), attributes.isDirectory(), attributes.size());
    }
}
