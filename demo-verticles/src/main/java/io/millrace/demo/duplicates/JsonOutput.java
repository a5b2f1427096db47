package io.millrace.demo.duplicates;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import io.millrace.demo.duplicates.Finding.Unreadable;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Path;

/**
 * Prints a report as one JSON document, in ASCII: other characters are written by their code, which also keeps the bytes of
 * names that are not UTF-8 ({@link FileNames}).
 *
 * <p>Streams, because a document about all files of a large tree would not fit into a small heap beside them.
 */
final class JsonOutput {
    private static final JsonFactory JSON =
            JsonFactory.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

    private JsonOutput() {}

    static void print(Report report, Writer out) throws IOException {
        JsonGenerator json = JSON.createGenerator(out).disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
        json.useDefaultPrettyPrinter();
        Findings findings = report.findings();
        json.writeStartObject();
        json.writeStringField("directory", FileNames.text(report.directory()));
        json.writeBooleanField("complete", report.complete());
        json.writeNumberField("filesSeen", report.filesSeen());
        json.writeNumberField("filesHashed", findings.hashedFiles());
        json.writeNumberField("bytesHashed", findings.hashedBytes());
        json.writeNumberField("seconds", report.seconds());
        json.writeNumberField("megabytesPerSecond", report.megabytesPerSecond());
        json.writeNumberField("groupCount", findings.groups().size());
        json.writeNumberField("savedBytes", findings.savedBytes());
        json.writeNumberField("unreadableCount", findings.unreadable().size());

        json.writeArrayFieldStart("groups");
        for (Group group : findings.groups()) {
            json.writeStartObject();
            json.writeStringField("sha256", group.sha256());
            json.writeNumberField("bytes", group.bytes());
            json.writeNumberField("savedBytes", group.savedBytes());
            json.writeArrayFieldStart("files");
            for (Path file : group.files()) {
                json.writeString(FileNames.text(report.shown(file)));
            }
            json.writeEndArray();
            json.writeEndObject();
        }
        json.writeEndArray();

        json.writeArrayFieldStart("unreadable");
        for (Unreadable unreadable : findings.unreadable()) {
            json.writeStartObject();
            json.writeStringField("path", FileNames.text(report.shown(unreadable.path())));
            json.writeStringField("reason", unreadable.reason());
            json.writeEndObject();
        }
        json.writeEndArray();

        json.writeArrayFieldStart("channels");
        for (ChannelUse channel : report.channels()) {
            json.writeStartObject();
            json.writeStringField("name", channel.name());
            json.writeNumberField("capacity", channel.capacity());
            json.writeNumberField("maxSize", channel.maxSize());
            json.writeNumberField("maxWaitingSenders", channel.maxWaitingSenders());
            json.writeNumberField("sent", channel.sent());
            json.writeNumberField("received", channel.received());
            json.writeEndObject();
        }
        json.writeEndArray();

        json.writeEndObject();
        json.writeRaw('\n');
        json.close();
    }
}
