package io.millrace.demo.handback;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import io.millrace.demo.duplicates.FileNames;
import io.millrace.demo.handback.HandedBack.Unreadable;
import io.millrace.demo.handback.Tally.Totals;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * What the program prints.
 *
 * @param directory as the user gave it; names are printed below it
 * @param root the real path of the directory
 * @param complete false if the count was interrupted
 * @param piecesOfEach how many pieces of work each counter took
 */
record Report(
        Path directory,
        Path root,
        boolean complete,
        Totals totals,
        Threads threads,
        List<Long> piecesOfEach,
        double seconds) {

    private static final JsonFactory JSON =
            JsonFactory.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

    private Path shown(Path path) {
        return directory.resolve(root.relativize(path));
    }

    void print(PrintWriter out) {
        for (Unreadable unreadable : totals.unreadable()) {
            out.println("unreadable: " + FileNames.quoted(shown(unreadable.path())) + ": " + unreadable.reason());
        }
        if (!complete) {
            out.println("Interrupted: this is what was counted so far.");
        }
        out.printf(
                Locale.ROOT,
                "%s, %s in %s; %s, %d other, %d unreadable; %.3f s%n",
                count(totals.lines(), "line", "lines"),
                count(totals.bytes(), "byte", "bytes"),
                count(totals.files(), "file", "files"),
                count(totals.directories(), "directory", "directories"),
                totals.others(),
                totals.unreadable().size(),
                seconds);
        out.printf(
                Locale.ROOT,
                "the event loop handed out %s of work, to %s: %s%n",
                count(totals.handedOut(), "piece", "pieces"),
                threadsInWords(),
                String.join(" + ", piecesOfEach.stream().map(String::valueOf).toList()));
        out.printf(
                Locale.ROOT,
                "they handed back %s as more work, and %s%n",
                count(totals.found(), "directory entry", "directory entries"),
                count(totals.ended(), "result", "results"));
    }

    private String threadsInWords() {
        if (threads == Threads.VIRTUAL) {
            return count(piecesOfEach.size(), "virtual thread", "virtual threads");
        }
        return count(piecesOfEach.size(), "worker thread", "worker threads")
                + (Threads.VIRTUAL.isAvailable() ? "" : " (virtual threads need JDK 21)");
    }

    private static String count(long count, String one, String many) {
        return count + " " + (count == 1 ? one : many);
    }

    /** One document in ASCII: other characters are written by their code, which keeps names that are not UTF-8. */
    void printJson(PrintWriter out) throws IOException {
        JsonGenerator json = JSON.createGenerator(out).disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
        json.useDefaultPrettyPrinter();
        json.writeStartObject();
        json.writeStringField("directory", FileNames.text(directory));
        json.writeBooleanField("complete", complete);
        json.writeStringField("threads", threads.name().toLowerCase(Locale.ROOT));
        json.writeNumberField("seconds", seconds);
        json.writeNumberField("lines", totals.lines());
        json.writeNumberField("bytes", totals.bytes());
        json.writeNumberField("files", totals.files());
        json.writeNumberField("directories", totals.directories());
        json.writeNumberField("others", totals.others());
        json.writeNumberField("piecesHandedOut", totals.handedOut());
        json.writeNumberField("entriesHandedBack", totals.found());
        json.writeNumberField("resultsHandedBack", totals.ended());
        json.writeNumberField("silences", totals.silences());
        json.writeArrayFieldStart("piecesOfEach");
        for (long pieces : piecesOfEach) {
            json.writeNumber(pieces);
        }
        json.writeEndArray();
        json.writeArrayFieldStart("unreadable");
        for (Unreadable unreadable : totals.unreadable()) {
            json.writeStartObject();
            json.writeStringField("path", FileNames.text(shown(unreadable.path())));
            json.writeStringField("reason", unreadable.reason());
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeEndObject();
        json.writeRaw('\n');
        json.close();
    }
}
