package io.millrace.demo.duplicates;

import io.millrace.demo.duplicates.Finding.Unreadable;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;

/** Prints a report for people: one name a line, quoted where it would mislead. */
final class TextOutput {
    private TextOutput() {}

    static void print(Report report, PrintWriter out) {
        Findings findings = report.findings();
        for (Group group : findings.groups()) {
            out.printf(
                    Locale.ROOT,
                    "%d identical files of %s, %s could be saved (sha256 %s)%n",
                    group.files().size(),
                    bytes(group.bytes()),
                    bytes(group.savedBytes()),
                    group.sha256());
            for (Path file : group.files()) {
                out.println("  " + FileNames.quoted(report.shown(file)));
            }
            out.println();
        }
        if (!findings.unreadable().isEmpty()) {
            out.printf(Locale.ROOT, "%d unreadable%n", findings.unreadable().size());
            for (Unreadable unreadable : findings.unreadable()) {
                out.println("  " + FileNames.quoted(report.shown(unreadable.path())) + ": " + unreadable.reason());
            }
            out.println();
        }
        if (!report.complete()) {
            out.println("Interrupted: this is what was found so far.");
        }
        out.printf(
                Locale.ROOT,
                "%s of identical files, %s could be saved%n",
                count(findings.groups().size(), "group"),
                bytes(findings.savedBytes()));
        out.printf(
                Locale.ROOT,
                "%s seen, %d unreadable; %d hashed: %s in %.3f s, %.1f MB/s%n",
                count(report.filesSeen(), "file"),
                findings.unreadable().size(),
                findings.hashedFiles(),
                bytes(findings.hashedBytes()),
                report.seconds(),
                report.megabytesPerSecond());
        for (ChannelUse channel : report.channels()) {
            out.printf(
                    Locale.ROOT,
                    "channel %s: %d sent, %d received; at most %d in it (capacity %d), at most %d sends waiting%n",
                    channel.name(),
                    channel.sent(),
                    channel.received(),
                    channel.maxSize(),
                    channel.capacity(),
                    channel.maxWaitingSenders());
        }
    }

    private static String bytes(long count) {
        return count(count, "byte");
    }

    private static String count(long count, String thing) {
        return count + " " + thing + (count == 1 ? "" : "s");
    }
}
