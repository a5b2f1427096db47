package io.millrace.demo.handback;

import io.millrace.demo.handback.HandedBack.Counted;
import io.millrace.demo.handback.HandedBack.Found;
import io.millrace.demo.handback.HandedBack.Listed;
import io.millrace.demo.handback.HandedBack.Unreadable;
import java.util.ArrayList;
import java.util.List;

/** Adds up what was handed back. One thread at a time. */
final class Tally {
    private final List<Unreadable> unreadable = new ArrayList<>();
    private long handedOut;
    private long found;
    private long ended;
    private long lines;
    private long bytes;
    private long files;
    private long directories;
    private long others;
    private long silences;

    /**
     * The numbers of one moment.
     *
     * @param handedOut pieces of work that counters took
     * @param found entries of directories that counters handed back, each a piece of work to hand out
     * @param ended pieces of work of which counters handed back the result
     * @param silences how often nothing moved for a second
     */
    record Totals(
            long handedOut,
            long found,
            long ended,
            long lines,
            long bytes,
            long files,
            long directories,
            long others,
            List<Unreadable> unreadable,
            long silences) {}

    Totals totals() {
        return new Totals(
                handedOut, found, ended, lines, bytes, files, directories, others, List.copyOf(unreadable), silences);
    }

    /** How many pieces of work are with the counters. */
    long out() {
        return handedOut - ended;
    }

    void handedOut() {
        handedOut++;
    }

    void silence() {
        silences++;
    }

    void add(HandedBack message) {
        if (message instanceof Found) {
            found++;
            return;
        }
        ended++;
        if (message instanceof Counted counted) {
            files++;
            lines += counted.lines();
            bytes += counted.bytes();
        } else if (message instanceof Listed) {
            directories++;
        } else if (message instanceof Unreadable failed) {
            unreadable.add(failed);
        } else {
            others++;
        }
    }
}
