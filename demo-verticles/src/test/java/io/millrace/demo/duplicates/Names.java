package io.millrace.demo.duplicates;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.nio.file.Path;

/**
 * File names as bytes, one byte a character: what the operating system has, whatever the locale of this JVM. Written apart from
 * {@link FileNames}, so that a mistake there shows.
 */
final class Names {
    private Names() {}

    /** The bytes of a name that the program printed as JSON. */
    static String bytes(String printed) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        printed.codePoints().forEach(c -> {
            if (c >= 0xDC80 && c <= 0xDCFF) {
                bytes.write(c - 0xDC00);
            } else {
                bytes.writeBytes(Character.toString(c).getBytes(UTF_8));
            }
        });
        return bytes.toString(ISO_8859_1);
    }

    /** The child of this name; this JVM's locale might have no letters for it. */
    static Path child(Path directory, String name) {
        return child(directory, name.getBytes(UTF_8));
    }

    static Path child(Path directory, byte[] name) {
        StringBuilder uri = new StringBuilder(directory.toUri().getRawPath());
        if (uri.charAt(uri.length() - 1) != '/') {
            uri.append('/');
        }
        for (byte b : name) {
            uri.append(String.format("%%%02X", b));
        }
        return Path.of(URI.create("file://" + uri));
    }

    /** The bytes of a path. */
    static String of(Path path) {
        String raw = path.toUri().getRawPath();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (int i = 0; i < raw.length(); i++) {
            if (raw.charAt(i) == '%') {
                bytes.write(Integer.parseInt(raw.substring(i + 1, i + 3), 16));
                i += 2;
            } else {
                bytes.write(raw.charAt(i));
            }
        }
        String name = bytes.toString(ISO_8859_1);
        return name.endsWith("/") ? name.substring(0, name.length() - 1) : name;
    }
}
