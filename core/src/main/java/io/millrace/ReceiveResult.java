package io.millrace;

import java.util.NoSuchElementException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How an attempt to receive ended: with a message, or with the reason why there is none.
 *
 * @param <T> the type of the messages
 */
public sealed interface ReceiveResult<T> {

    /**
     * A message was received.
     *
     * @param message the message
     * @param <T> the type of the messages
     */
    record Received<T>(T message) implements ReceiveResult<T> {}

    /**
     * Nothing is there now.
     *
     * @param <T> the type of the messages
     */
    record Empty<T>() implements ReceiveResult<T> {}

    /**
     * The time ran out before a message came.
     *
     * @param <T> the type of the messages
     */
    record TimedOut<T>() implements ReceiveResult<T> {}

    /**
     * The channel is disconnected and drained: no message will ever come.
     *
     * @param cause the cause given to {@code close} or {@code cancel}, or null
     * @param <T> the type of the messages
     */
    record Disconnected<T>(@Nullable Throwable cause) implements ReceiveResult<T> {}

    /**
     * Tells whether a message was received.
     *
     * @return true for {@link Received} only
     */
    default boolean isReceived() {
        return this instanceof Received;
    }

    /**
     * Tells whether the channel is disconnected and drained.
     *
     * @return true for {@link Disconnected} only
     */
    default boolean isDisconnected() {
        return this instanceof Disconnected;
    }

    /**
     * Returns the message.
     *
     * @return the message
     * @throws NoSuchElementException if there was none now, or the time ran out
     * @throws DisconnectedException if the channel is disconnected and drained
     */
    default T get() {
        if (this instanceof Received<T> received) {
            return received.message();
        }
        if (this instanceof Disconnected<T> disconnected) {
            throw new DisconnectedException("channel is disconnected and drained", disconnected.cause());
        }
        throw new NoSuchElementException(this instanceof TimedOut ? "timed out, no message" : "channel is empty");
    }

    /**
     * Returns the message, or null.
     *
     * @return the message, or null if none was received, whatever the reason
     */
    default @Nullable T orNull() {
        return this instanceof Received<T> received ? received.message() : null;
    }

    /**
     * Returns the message, or an empty Optional.
     *
     * @return the message, or empty if none was received, whatever the reason
     */
    default Optional<T> toOptional() {
        return Optional.ofNullable(orNull());
    }
}
