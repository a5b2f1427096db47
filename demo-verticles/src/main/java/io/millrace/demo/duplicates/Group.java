package io.millrace.demo.duplicates;

import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;

/** Two or more files with the same content. */
record Group(Content content, List<Path> files) {
    /** Most bytes saved first; what saves the same goes by size, then by name, so that every run prints the same order. */
    static final Comparator<Group> MOST_SAVED_FIRST = Comparator.comparingLong(Group::savedBytes)
            .thenComparingLong(group -> group.content().bytes())
            .reversed()
            .thenComparing(group -> group.files().get(0));

    /** The same group with its files in the order of their names. */
    Group sorted() {
        return new Group(content, files.stream().sorted().toList());
    }

    /** The bytes that would be free if only one of the files were kept. */
    long savedBytes() {
        return content.bytes() * (files.size() - 1);
    }
}
