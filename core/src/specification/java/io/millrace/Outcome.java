package io.millrace;

import org.jspecify.annotations.Nullable;

/** How one send or receive ended, in the same words for every way of waiting. */
public record Outcome(End end, @Nullable String message, @Nullable Throwable cause) {
    /** The kinds of ends. */
    public enum End {
        SENT,
        FULL,
        RECEIVED,
        EMPTY,
        TIMED_OUT,
        WITHDRAWN,
        DISCONNECTED
    }

    static final Outcome SENT = new Outcome(End.SENT, null, null);
    static final Outcome WITHDRAWN = new Outcome(End.WITHDRAWN, null, null);
    static final Outcome TIMED_OUT = new Outcome(End.TIMED_OUT, null, null);

    public static Outcome received(String message) {
        return new Outcome(End.RECEIVED, message, null);
    }

    public static Outcome disconnected(@Nullable Throwable cause) {
        return new Outcome(End.DISCONNECTED, null, cause);
    }

    public static Outcome of(SendResult result) {
        return switch (result) {
            case SENT -> SENT;
            case FULL -> new Outcome(End.FULL, null, null);
            case TIMED_OUT -> TIMED_OUT;
            case DISCONNECTED -> disconnected(null);
        };
    }

    public static Outcome of(ReceiveResult<String> result) {
        if (result instanceof ReceiveResult.Received<String> received) {
            return received(received.message());
        }
        if (result instanceof ReceiveResult.Disconnected<String> disconnected) {
            return disconnected(disconnected.cause());
        }
        return result instanceof ReceiveResult.TimedOut<String> ? TIMED_OUT : new Outcome(End.EMPTY, null, null);
    }
}
