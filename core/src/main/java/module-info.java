import org.jspecify.annotations.NullMarked;

/**
 * Millrace: one queue of messages that any number of senders and receivers share, each waiting in its own way.
 *
 * <p>{@code io.millrace} is what users import, {@code io.millrace.spi} what an adapter plugs in.
 */
@NullMarked
module io.millrace {
    requires static org.jspecify;

    exports io.millrace;
    exports io.millrace.spi;

    uses io.millrace.spi.BlockingGuard;
    uses io.millrace.spi.ForgottenHandleListener;
}
