package io.millrace.vertx;

import io.millrace.DisconnectedException;
import io.millrace.spi.Pending;
import io.millrace.spi.Waker;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * One send or receive that a Vert.x future stands for.
 *
 * <pre>
 *   begin      done already: a completed future. Else publish the pending operation, return a promise's future
 *   wake       (a peer's thread) queue run on the owner's context
 *   run        (the owner's context) settle; complete the promise with the outcome
 *   cancel     (any thread: its limit, close of the handle) settle; fail the promise. A peer was first: unsettle, wake
 *   ownerGone  (any thread) settle; fail the promise. A peer was first: the message goes back
 * </pre>
 *
 * <p>Whoever settles decides alone, so a task that comes late, twice or never does no harm. A waker may run before
 * {@code begin} has published the pending operation, or after {@code begin} found it done: it finds nothing to do then,
 * because {@code begin} looks again after it published.
 *
 * @param <P> the pending operation of the core
 * @param <R> the future's result
 */
abstract class Operation<P extends Pending, R> 
        implements Waker, Runnable, OwnerContext.Owned, Until.Cancellable {
    private final Operations operations;
    private final OwnerContext owner;
    private final long inLineSince;
    private final AtomicBoolean settled = new AtomicBoolean();
    private @Nullable Promise<R> promise; // published by pending
    private volatile @Nullable P pending;
    private volatile @Nullable Runnable takeLimitAway;

    Operation(Operations operations) {
        this.operations = operations;
        this.owner = operations.owner().caller();
        this.inLineSince = owner.nextInLine();
    }

    /**
     * The result of an operation that is done.
     *
     * @throws DisconnectedException if it ended so
     */
    abstract @Nullable R result(P done);

    /** Undoes what a peer did for an operation whose context runs no more; false: it stands, and has a result. */
    abstract boolean undo(P done);

    /** Called once before the operation waits, on the caller's thread. */
    void waits() {}

    /** Called once when an operation that waited has ended, before its future completes. */
    void ended(@Nullable Throwable failure) {}

    final OwnerContext owner() {
        return owner;
    }

    @Override
    public final long inLineSince() {
        return inLineSince;
    }

    final Future<R> begin(P begun, Limit limit) {
        if (begun.isDone() && owner.mayCompleteAtOnce()) {
            try {
                return owner.succeeded(result(begun));
            } catch (DisconnectedException disconnected) {
                ended(disconnected);
                return owner.failed(disconnected);
            }
        }
        Promise<R> result = owner.promise();
        promise = result;
        waits();
        pending = begun;
        operations.add(this);
        if (settled.get()) {
            operations.remove(this); // it ended before it was added
        } else if (begun.isDone()) {
            wake(); // its waker found nothing published, or there was none to call
        } else {
            begin(limit);
        }
        return result.future();
    }

    private void begin(Limit limit) {
        Runnable takeAway = limit.begin(this);
        takeLimitAway = takeAway;
        if (takeAway != null && settled.get()) {
            takeAway.run();
        }
    }

    @Override
    public final void wake() {
        if (!owner.execute(this)) {
            ownerGone();
        }
    }

    @Override
    public final void run() {
        P done = pending;
        if (done == null || !settled.compareAndSet(false, true)) {
            return;
        }
        try {
            succeed(result(done));
        } catch (DisconnectedException disconnected) {
            fail(disconnected);
        }
    }

    @Override
    public final void cancel(Throwable failure) {
        P waiting = pending;
        if (waiting == null || !settled.compareAndSet(false, true)) {
            return;
        }
        if (waiting.cancel()) {
            fail(failure);
        } else {
            settled.set(false);
            wake(); // the waker may have come while this held the operation
        }
    }

    @Override
    public final void ownerGone() {
        P waiting = pending;
        if (waiting == null || !settled.compareAndSet(false, true)) {
            return;
        }
        if (waiting.cancel() || undo(waiting)) {
            fail(new CancellationException("the context that waited is closed"));
            return;
        }
        try {
            succeed(result(waiting));
        } catch (DisconnectedException disconnected) {
            fail(disconnected);
        }
    }

    private void succeed(@Nullable R result) {
        leave(null);
        OwnerContext.completeIfPossible(promise(), result);
    }

    private void fail(Throwable failure) {
        leave(failure);
        OwnerContext.failIfPossible(promise(), failure);
    }

    private void leave(@Nullable Throwable failure) {
        Runnable takeAway = takeLimitAway;
        if (takeAway != null) {
            takeAway.run();
        }
        operations.remove(this);
        ended(failure);
    }

    private Promise<R> promise() {
        Promise<R> published = promise;
        if (published == null) {
            throw new AssertionError("settled before it was published");
        }
        return published;
    }
}
