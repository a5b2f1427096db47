package io.millrace;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/**
 * An operation failed because the other side of its channel is gone for good: nothing was sent, nothing was received.
 *
 * <p>{@link #getCause()} is the cause that was given to {@code close} or {@code cancel}, or null.
 */
public class DisconnectedException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    /**
     * Makes an exception.
     *
     * @param message which channel is disconnected
     * @param cause the cause given to {@code close} or {@code cancel}, or null
     */
    public DisconnectedException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
