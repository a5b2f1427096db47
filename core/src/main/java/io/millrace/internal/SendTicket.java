package io.millrace.internal;

import io.millrace.SendResult;
import io.millrace.spi.PendingSend;
import io.millrace.spi.Waker;

/**
 * A waiter that its party holds in hand: a send that a waker resumes.
 *
 * @param <T> the type of the messages
 */
final class SendTicket<T> extends Waiter<T> implements PendingSend<T> {
    private final ChannelCore<T> core;

    SendTicket(ChannelCore<T> core, Object owner, T message, Waker waker) {
        super(owner, message, waker);
        this.core = core;
    }

    @Override
    public boolean isDone() {
        return outcome() != Outcome.WAITING;
    }

    @Override
    public boolean cancel() {
        return core.withdrawNow(this);
    }

    @Override
    public SendResult result() {
        return switch (outcome()) {
            case DONE -> SendResult.SENT;
            case DISCONNECTED -> SendResult.DISCONNECTED;
            default -> throw new IllegalStateException("no result: the send is " + outcome());
        };
    }
}
