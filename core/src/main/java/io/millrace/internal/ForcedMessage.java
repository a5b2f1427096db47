package io.millrace.internal;

import io.millrace.spi.Waker;

/**
 * A message that {@code forceSend} put at the end of a line of waiting sends: it moves up as they do, but nobody waits on
 * it, so that it becomes undelivered where they are told that no receiver is left.
 *
 * @param <T> the type of the messages
 */
final class ForcedMessage<T> extends Waiter<T> {
    private static final Waker NOBODY = () -> {};

    ForcedMessage(Object owner, T message) {
        super(owner, message, NOBODY);
    }
}
