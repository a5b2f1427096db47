package io.millrace.vertx;

import io.vertx.core.Future;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** What may end an operation that waits, before a peer does. */
@FunctionalInterface
interface Limit {
    /** No end but that of the channel, the handle and the context. */
    Limit NONE = operation -> null;

    /** Begins to limit an operation. The result takes the limit away again; null: there is nothing to take away. */
    @Nullable Runnable begin(Operation<?, ?> operation);

    /** So much time. */
    static Limit of(Duration timeout) {
        return operation -> operation
                .owner()
                .after(timeout, () -> operation.cancel(new TimeoutException("timed out after " + timeout)));
    }

    /** The end of a future. */
    static Limit of(Future<?> until) {
        return Until.of(until)::begin;
    }
}
