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
 *   begin      start it in the core. Done already: a completed future. Else publish it, return a promise's future
 *   wake       (a peer's thread) queue run on the owner's context, also if that is this thread's
 *   run        (the owner's context) settle it, behind those of its handle that were done before; complete the promise
 *   cancel     (any thread: its limit, close of the handle) settle; fail the promise. A peer was first: unsettle, wake
 *   ownerGone  (any thread) settle; fail the promise. A peer was first: the message goes back
 * </pre>
 *
 * <p>Whoever settles decides alone, so a task that comes late, twice or never does no harm. A waker may run before
 * {@code begin} has published the pending operation, or after {@code begin} found it done: it finds nothing to do then,
 * because {@code begin} looks again after it published.
 *
 * <p>The operations that a handle's own context calls complete in the order of their calls. They are served in that order, but
 * the waker of a later one may come first, or none be needed, while the peer of an earlier one is on its way to the waker.
 *
 * @param <P> the pending operation of the core
 * @param <R> the future's result
 */
abstract class Operation<P extends Pending, R> extends OwnedList.Node implements Waker, Runnable, Until.Cancellable {
    private final Operations operations;
    private final OwnerContext owner;
    private final long inLineSince;
    private final AtomicBoolean settled = new AtomicBoolean(); // taken back if a cancel loses to a peer
    private @Nullable Promise<R> promise; // published by pending
    private volatile @Nullable P pending;
    private volatile @Nullable Runnable takeLimitAway;
    private volatile boolean left;

    Operation(Operations operations) {
        this(operations, operations.owner().caller());
    }

    /** An operation that a context calls. */
    Operation(Operations operations, OwnerContext caller) {
        this.operations = operations;
        this.owner = caller;
        this.inLineSince = owner.nextInLine();
    }

    /** Begins it in the core. */
    abstract P start();

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

    /** Called once when the operation has ended, before its future completes; unless it did not wait and succeeded. */
    void ended(@Nullable Throwable failure) {}

    /** Called once when the future of an operation that waited has completed. */
    void told() {}

    final OwnerContext owner() {
        return owner;
    }

    @Override
    public final long inLineSince() {
        return inLineSince;
    }

    final Future<R> begin(Limit limit) {
        if (owner.isGone()) {
            operations.requireOpen(); // else the core would refuse it
            return owner.failed(contextClosed()); // done, it would call listeners that send the next, without end
        }
        // asked before the start, which may wake others: what it queues is no reason to wait
        boolean mayBeAtOnce = operations.mayCompleteAtOnce(owner);
        P begun = start();
        if (mayBeAtOnce && begun.isDone()) {
            owner.completedAtOnce();
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
        if (left) {
            operations.remove(this); // it ended before it was added
        } else if (begun.isDone()) {
            wake(); // its waker found nothing published, or there was none to call
        } else {
            limitBy(limit);
        }
        return result.future();
    }

    private void limitBy(Limit limit) {
        Runnable takeAway = limit.begin(this);
        takeLimitAway = takeAway;
        if (takeAway != null && left) {
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
        if (left) {
            return;
        }
        operations.doneBefore(this).forEach(Operation::settle);
        settle();
    }

    private void settle() {
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

    /** Whether a peer has ended it. */
    final boolean isDone() {
        P published = pending;
        return published != null && published.isDone();
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
            fail(contextClosed());
            return;
        }
        try {
            succeed(result(waiting));
        } catch (DisconnectedException disconnected) {
            fail(disconnected);
        }
    }

    private static CancellationException contextClosed() {
        return new CancellationException("the context that waited is closed");
    }

    private void succeed(@Nullable R result) {
        leave(null);
        OwnerContext.completeIfPossible(promise(), result);
        told();
    }

    private void fail(Throwable failure) {
        leave(failure);
        OwnerContext.failIfPossible(promise(), failure);
        told();
    }

    private void leave(@Nullable Throwable failure) {
        left = true; // whoever adds it to something looks at this after adding
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
