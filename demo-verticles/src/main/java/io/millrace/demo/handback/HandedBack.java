package io.millrace.demo.handback;

import java.nio.file.Path;

/** What a counter hands back to the desk. Each piece of work ends with exactly one message that is no {@link Found}. */
sealed interface HandedBack {
    /** More work: an entry of a directory. */
    record Found(Path path) implements HandedBack {}

    /** A directory, all of whose entries were handed back before. */
    record Listed() implements HandedBack {}

    /** A file that was read to its end. */
    record Counted(long lines, long bytes) implements HandedBack {}

    /** Something that has no lines: a link, a pipe, a socket or a device. */
    record Other() implements HandedBack {}

    /** A file or directory that could not be read. */
    record Unreadable(Path path, String reason) implements HandedBack {}
}
