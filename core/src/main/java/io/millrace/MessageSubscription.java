package io.millrace;

import io.millrace.spi.PendingReceive;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * One subscriber of a channel's messages. It waits in the receivers' line with one receive at a time, and only while its
 * subscriber has asked for messages; so a subscriber that asks for nothing takes nothing from the others.
 *
 * <p>All signals, and all that touches {@code pending}, run in {@link #drain}: whoever calls first runs it, whoever calls
 * meanwhile has it go round once more. That makes them serial on any threads, and keeps {@code request} from recursing.
 * A select watches for the end of the messages, since a subscriber is owed its completion without asking for more.
 */
final class MessageSubscription<T> implements Flow.Subscription {
    private final Receiver<T> receiver;
    private final Flow.Subscriber<? super T> subscriber;
    private final AtomicLong demand = new AtomicLong();
    private final AtomicInteger calls = new AtomicInteger();
    private volatile boolean cancelled;
    private volatile @Nullable IllegalArgumentException illegalDemand;

    // Used in drain() only.
    private @Nullable PendingReceive<T> pending;
    private boolean ended;

    private final CompletableFuture<Void> termination;

    MessageSubscription(Receiver<T> receiver, Flow.Subscriber<? super T> subscriber) {
        this.receiver = receiver;
        this.subscriber = subscriber;
        calls.set(1); // no signal before onSubscribe has returned: see start()
        termination = Select.<Void>biased()
                .disconnected(receiver, () -> {
                    drain();
                    return null;
                })
                .runAsync();
    }

    /** Lets signals through; {@code onSubscribe} has returned. */
    void start() {
        drainWhileCalled(1);
    }

    /** Ends before it has started; {@code onSubscribe} threw. */
    void abandon() {
        end();
    }

    @Override
    public void request(long messages) {
        if (messages <= 0) {
            illegalDemand =
                    new IllegalArgumentException("request must be > 0 (Reactive Streams rule 3.9): " + messages);
        } else {
            demand.accumulateAndGet(messages, (before, more) -> before + more < 0 ? Long.MAX_VALUE : before + more);
        }
        drain();
    }

    @Override
    public void cancel() {
        cancelled = true;
        drain();
    }

    private void drain() {
        if (calls.getAndIncrement() == 0) {
            drainWhileCalled(1);
        }
    }

    private void drainWhileCalled(int served) {
        int missed = served;
        do {
            if (!ended) {
                serve();
            }
            missed = calls.addAndGet(-missed);
        } while (missed != 0);
    }

    private void serve() {
        while (true) {
            if (cancelled) {
                end();
                return;
            }
            IllegalArgumentException illegal = illegalDemand;
            if (illegal != null) {
                end();
                subscriber.onError(illegal);
                return;
            }
            ReceiveResult<T> result;
            try {
                result = next();
            } catch (Throwable failure) { // for want of memory
                end();
                subscriber.onError(failure);
                return;
            }
            if (result == null) {
                return;
            }
            if (result instanceof ReceiveResult.Disconnected<T> disconnected) {
                complete(disconnected.cause());
                return;
            }
            if (demand.get() != Long.MAX_VALUE) {
                demand.decrementAndGet();
            }
            try {
                subscriber.onNext(result.get());
            } catch (Throwable failure) {
                end(); // it broke rule 2.13 and gets no more signals; the messages are the others'
                throw failure;
            }
        }
    }

    /** The next message if there is one and it was asked for, or the end of the messages; null if neither has come. */
    private @Nullable ReceiveResult<T> next() {
        PendingReceive<T> waiting = pending;
        if (waiting == null) {
            if (receiver.core.tellTerminatedNow()) {
                return new ReceiveResult.Disconnected<>(receiver.core.endCause());
            }
            if (demand.get() == 0) {
                return null;
            }
            waiting = receiver.receive(this::drain);
            pending = waiting;
        }
        if (!waiting.isDone()) {
            return null;
        }
        ReceiveResult<T> result = waiting.result();
        pending = null;
        return result;
    }

    private void complete(@Nullable Throwable cause) {
        end();
        if (cause == null) {
            subscriber.onComplete();
        } else {
            subscriber.onError(cause);
        }
    }

    private void end() {
        ended = true;
        PendingReceive<T> waiting = pending;
        pending = null;
        try {
            if (waiting != null) {
                receiver.core.giveUp(waiting);
            }
            termination.cancel(false);
        } finally {
            receiver.close();
        }
    }
}
