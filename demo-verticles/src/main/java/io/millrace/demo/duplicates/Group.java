package io.millrace.demo.duplicates;

import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;

/**
 * Files with the same content.
 *
 * @param bytes the size of each
 */
record Group(String sha256, long bytes, List<Path> files) {
    /** Most bytes saved first; what saves the same goes by size, then by name, so that every run prints the same order. */
    static final Comparator<Group> MOST_SAVED_FIRST = Comparator.comparingLong(Group::savedBytes)
            .thenComparingLong(Group::bytes)
            .reversed()
            .thenComparing(group -> group.files().get(0));

    /** The same group with its files in the order of their names. */
    Group sorted() {
        return new Group(sha256, bytes, files.stream().sorted().toList());
    }

    /** The bytes that would be free if only one of the files were kept. */
    long savedBytes() {
        return bytes * (files.size() - 1);
    }
}
