package io.millrace.internal;

import io.millrace.ReceiveResult;
import io.millrace.spi.PendingReceive;
import io.millrace.spi.Waker;

/**
 * A waiter that its party holds in hand: a receive that a waker resumes.
 *
 * @param <T> the type of the messages
 */
final class ReceiveTicket<T> extends Waiter<T> implements PendingReceive<T> {
    private final ChannelCore<T> core;

    ReceiveTicket(ChannelCore<T> core, Object owner, Waker waker) {
        super(owner, null, waker);
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
    public ReceiveResult<T> result() {
        return switch (outcome()) {
            case DONE -> {
                T received = message;
                if (received == null) {
                    throw new IllegalStateException("no result: the message is being put back");
                }
                yield new ReceiveResult.Received<>(received);
            }
            case DISCONNECTED -> new ReceiveResult.Disconnected<>(core.cause());
            default -> throw new IllegalStateException("no result: the receive is " + outcome());
        };
    }

    @Override
    public void putBack() {
        core.putBackNow(this);
    }
}
