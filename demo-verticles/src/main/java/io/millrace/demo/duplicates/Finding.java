package io.millrace.demo.duplicates;

import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** What the walker and the hashers tell the collector about one file or directory. */
sealed interface Finding {
    /**
     * A file that was read to its end.
     *
     * @param sha256 the digest in lower-case hexadecimal digits, as sha256sum prints it
     * @param bytes how many were read: a file may have grown since the walker saw its size
     */
    record Hashed(Path path, String sha256, long bytes) implements Finding {}

    /** A file or directory that could not be read. */
    record Unreadable(Path path, String reason) implements Finding {
        static Unreadable because(Throwable failure, Path path) {
            // Vert.x's file system wraps what java.nio.file throws
            Throwable cause = failure.getCause() instanceof FileSystemException inner ? inner : failure;
            return new Unreadable(path, reason(cause));
        }

        private static String reason(Throwable cause) {
            if (cause instanceof AccessDeniedException) {
                return "permission denied";
            }
            if (cause instanceof NoSuchFileException) {
                return "no such file or directory";
            }
            String message = cause instanceof FileSystemException failure ? failure.getReason() : cause.getMessage();
            return message == null ? cause.getClass().getSimpleName() : message;
        }
    }
}
