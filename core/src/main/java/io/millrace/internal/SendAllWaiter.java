package io.millrace.internal;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A waiting send of several messages, which keeps its place in line until the last one is taken.
 *
 * @param <T> the type of the messages
 */
final class SendAllWaiter<T> extends Waiter<T> {
    /** The caller's copy; what was taken is cleared, since this may stand in line for long. */
    private final @Nullable T[] messages;

    /** How many were taken, before this joined the line and since; guarded by the lock, then by the outcome. */
    private int taken;

    /** A waiter that the thread itself sits out, for all messages but the first ones. */
    SendAllWaiter(Object owner, T[] messages, int taken, Thread thread) {
        super(owner, messages[taken], thread);
        Arrays.fill(messages, 0, taken, null);
        this.messages = messages;
        this.taken = taken;
    }

    @Override
    T takeMessage() {
        T first = super.takeMessage();
        messages[taken] = null;
        taken++;
        if (taken < messages.length) {
            message = messages[taken];
        }
        return first;
    }

    int taken() {
        return taken;
    }
}
