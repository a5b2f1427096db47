package io.millrace.demo.offload;

import org.jspecify.annotations.Nullable;

/** The database could not answer a query. */
final class DatabaseFailure extends RuntimeException {
    private static final long serialVersionUID = 1;

    DatabaseFailure(@Nullable String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
