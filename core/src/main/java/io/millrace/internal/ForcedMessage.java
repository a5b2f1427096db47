package io.millrace.internal;

import io.millrace.spi.Waker;
import org.jspecify.annotations.Nullable;

/**
 * A message that {@code forceSend} put at the end of a line of waiting sends: it moves up as they do, but nobody waits on
 * it, so that it becomes undelivered where they are told that no receiver is left. To be told means to report that: it takes
 * no memory.
 *
 * @param <T> the type of the messages
 */
final class ForcedMessage<T> extends Waiter<T> {
    ForcedMessage(CriticalSection<T> channel, Object owner, T message) {
        this(owner, message, new Report<>(channel));
    }

    private ForcedMessage(Object owner, T message, Report<T> report) {
        super(owner, message, report);
        report.forced = this;
    }

    /** Reports the message if it was not taken. */
    private static final class Report<T> implements Waker {
        private final CriticalSection<T> channel;

        @Nullable ForcedMessage<T> forced;

        Report(CriticalSection<T> channel) {
            this.channel = channel;
        }

        @Override
        public void wake() {
            T left = forced == null ? null : forced.message;
            if (left != null) {
                channel.reportUndelivered(left);
            }
        }
    }
}
