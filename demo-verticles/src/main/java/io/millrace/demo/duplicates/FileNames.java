package io.millrace.demo.duplicates;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HexFormat;

/**
 * File names as text, none of them lost.
 *
 * <p>On Unix a name is bytes. The JVM turns them into strings with the charset of the locale it was started in, and what
 * does not fit becomes a replacement character: under {@code LANG=C} every letter beyond ASCII. A {@link Path} that came
 * from a directory stream still holds the bytes, so this class goes back to them and reads them as UTF-8, whatever the
 * locale. A byte that is not UTF-8 becomes the lone surrogate U+DC00 + byte, as in Python's {@code surrogateescape}.
 */
public final class FileNames {
    private static final boolean NAMES_ARE_BYTES = File.separatorChar == '/';
    private static final boolean STRINGS_ARE_UTF8 = "UTF-8".equalsIgnoreCase(System.getProperty("sun.jnu.encoding"));
    private static final Path ROOT = Path.of("/");
    private static final char REPLACEMENT = '\uFFFD';
    private static final int ESCAPED_BYTE = 0xDC00;

    private FileNames() {}

    /** Whether a name that the JVM made from a file's bytes leads back to the same file. */
    public static boolean isExact(String name) {
        if (!NAMES_ARE_BYTES) {
            return true;
        }
        if (STRINGS_ARE_UTF8) {
            return name.indexOf(REPLACEMENT) < 0;
        }
        // java.io.File writes '?' for what the locale's charset lacks
        return name.chars().allMatch(c -> c < 0x80 && c != '?');
    }

    /** The path's own bytes, read as UTF-8. */
    public static String text(Path path) {
        String name = path.toString();
        if (isExact(name)) {
            return name;
        }
        // a path's URI is always absolute, and ends with a slash if a directory of that name exists
        String text = decode(unescape(ROOT.resolve(path).toUri().getRawPath()));
        int end = text.endsWith("/") ? text.length() - 1 : text.length();
        return text.substring(path.isAbsolute() ? 0 : 1, end);
    }

    /**
     * The path in one line that cannot be taken for another path: as it is if nothing in it is hidden or misleading, else
     * as a string that bash reads back, {@code $'...'}.
     */
    public static String quoted(Path path) {
        return quoted(text(path));
    }

    public static String quoted(String text) {
        boolean plain = !text.startsWith("$'")
                && !text.isEmpty()
                && !Character.isWhitespace(text.charAt(text.length() - 1))
                && text.codePoints().noneMatch(FileNames::needsQuotes);
        if (plain) {
            return text;
        }
        StringBuilder quoted = new StringBuilder("$'");
        text.codePoints().forEach(c -> {
            if (c == '\'' || c == '\\') {
                quoted.append('\\').appendCodePoint(c);
            } else if (c == '\n') {
                quoted.append("\\n");
            } else if (c == '\t') {
                quoted.append("\\t");
            } else if (isEscapedByte(c)) {
                quoted.append(octal(c - ESCAPED_BYTE));
            } else if (needsQuotes(c)) {
                for (byte b : Character.toString(c).getBytes(StandardCharsets.UTF_8)) {
                    quoted.append(octal(b & 0xFF));
                }
            } else {
                quoted.appendCodePoint(c);
            }
        });
        return quoted.append('\'').toString();
    }

    private static boolean needsQuotes(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    // invisible, or able to turn the direction of the line
                    Character.FORMAT,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.SURROGATE,
                    Character.UNASSIGNED -> true;
            default -> c == '\\';
        };
    }

    private static boolean isEscapedByte(int c) {
        return c >= ESCAPED_BYTE + 0x80 && c <= ESCAPED_BYTE + 0xFF;
    }

    // three digits, always: a digit that follows in the name must not be read as part of the escape
    private static String octal(int b) {
        return String.format("\\%03o", b);
    }

    static String decode(byte[] bytes) {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        CharBuffer out = CharBuffer.allocate(bytes.length);
        CharsetDecoder utf8 = StandardCharsets.UTF_8.newDecoder();
        for (CoderResult result = utf8.decode(in, out, true);
                !result.isUnderflow();
                result = utf8.decode(in, out, true)) {
            out.put((char) (ESCAPED_BYTE + (in.get() & 0xFF)));
            utf8.reset();
        }
        return out.flip().toString();
    }

    /** The bytes behind the percent signs of a file's URI. */
    private static byte[] unescape(String rawPath) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(rawPath.length());
        for (int i = 0; i < rawPath.length(); i++) {
            char c = rawPath.charAt(i);
            if (c == '%') {
                bytes.write(HexFormat.fromHexDigits(rawPath, i + 1, i + 3));
                i += 2;
            } else {
                bytes.write(c);
            }
        }
        return bytes.toByteArray();
    }
}
