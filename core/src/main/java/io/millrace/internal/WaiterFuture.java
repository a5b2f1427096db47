package io.millrace.internal;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The future of a send or a receive.
 *
 * @param <T> the type of the messages
 * @param <R> what the future completes with
 */
abstract class WaiterFuture<T, R> extends OperationFuture<R> {
    private final ChannelCore<T> core;

    /** Null before the operation waits, and once it has ended. */
    private volatile @Nullable Waiter<T> waiter;

    private WaiterFuture(ChannelCore<T> core) {
        this.core = core;
    }

    /** Completes when the channel took the message. */
    static final class OfSend<T> extends WaiterFuture<T, Void> {
        OfSend(ChannelCore<T> core) {
            super(core);
        }

        @Override
        void settleDone(Waiter<T> sent) {
            settle(null);
        }
    }

    /** Completes with the message received. */
    static final class OfReceive<T> extends WaiterFuture<T, T> {
        OfReceive(ChannelCore<T> core) {
            super(core);
        }

        @Override
        void settleDone(Waiter<T> received) {
            settle(received.message);
        }
    }

    /** Completes with the message received, and those behind it. */
    static final class OfReceiveMany<T> extends WaiterFuture<T, List<T>> {
        private final ChannelCore<T> core;
        private final int max;
        private final ArrayList<T> batch;

        OfReceiveMany(ChannelCore<T> core, int max) {
            super(core);
            this.core = core;
            this.max = max;
            this.batch = ChannelCore.newBatch(max);
        }

        @Override
        void settleDone(Waiter<T> received) {
            // The one who wakes and the one who tried to cancel may both come here; the first takes what there is.
            core.topUp(batch, received, max);
            settle(batch);
        }
    }

    /** Completes this future; its operation has ended with a message moved. */
    abstract void settleDone(Waiter<T> done);

    /** The waiter that resumes this future, to be put in line. */
    final Waiter<T> newWaiter(Object owner, @Nullable T message) {
        Waiter<T> made = new Waiter<>(owner, message, this);
        waiter = made;
        return made;
    }

    @Override
    final boolean withdraw() {
        Waiter<T> waiting = waiter;
        return waiting != null && (core.withdrawNow(waiting) || waiting.outcome() == Outcome.WITHDRAWN);
    }

    /** That the other side is gone, or what stands in the way of saying so: a receive that waits as a thread throws the same. */
    private Throwable disconnected() {
        try {
            return core.disconnected();
        } catch (Throwable tooShort) {
            return tooShort;
        }
    }

    @Override
    final void completeFromOutcome() {
        Waiter<T> ended = waiter;
        if (ended != null) {
            if (ended.outcome() == Outcome.DONE) {
                settleDone(ended);
            } else {
                settleExceptionally(disconnected());
            }
            waiter = null;
        }
    }
}
