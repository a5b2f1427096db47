package io.millrace.demo.duplicates;

import io.millrace.demo.duplicates.Finding.Unreadable;
import java.util.Comparator;
import java.util.List;

/** What the collector knows: at the end, or so far. */
record Findings(List<Group> groups, List<Unreadable> unreadable, long hashedFiles, long hashedBytes) {
    static final Findings NONE = new Findings(List.of(), List.of(), 0, 0);

    /** The same findings in the order in which they are printed. */
    Findings sorted() {
        return new Findings(
                groups.stream().sorted(Group.MOST_SAVED_FIRST).toList(),
                unreadable.stream()
                        .sorted(Comparator.comparing(Unreadable::path))
                        .toList(),
                hashedFiles,
                hashedBytes);
    }

    long savedBytes() {
        return groups.stream().mapToLong(Group::savedBytes).sum();
    }
}
