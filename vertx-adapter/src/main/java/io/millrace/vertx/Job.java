package io.millrace.vertx;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/**
 * One submitted piece of work, and the submitter's future of its result.
 *
 * <p>The work stands here until somebody takes it out: the server that starts it, or what ends the submission before (the
 * submitter's context or limit, a refusal, the end of the queue). So a submission that has ended is never started, and nothing
 * keeps its work reachable. Whoever completes the promise first decides what the submitter gets.
 *
 * <p>The result of the work waits for the next turn of the submitter's context, which tells many of them. That context may end
 * meanwhile: its end tells results that are here, and fails the other submissions, whose results are dropped and counted when
 * they come. Nothing comes in between, as the server says that there is a result before it looks whether the context is gone.
 */
final class Job<J, R> extends OwnedList.Node implements Runnable, Until.Cancellable {
    private static final VarHandle WORK;
    private static final VarHandle PHASE;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            WORK = lookup.findVarHandle(Job.class, "work", Object.class);
            PHASE = lookup.findVarHandle(Job.class, "phase", Phase.class);
        } catch (ReflectiveOperationException impossible) {
            throw new ExceptionInInitializerError(impossible);
        }
    }

    private enum Phase {
        OPEN,
        /** The work has ended; published the result or the failure. */
        ENDED,
        TOLD
    }

    private final OwnerContext submitter;
    private final Runnable dropped;
    private final Promise<R> promise;

    private volatile @Nullable J work;
    private volatile @Nullable Runnable takeLimitAway;

    // Owned by: the server, until the work has ended
    private @Nullable Runnable endUse;
    private @Nullable R result;
    private @Nullable Throwable failure;
    private volatile Phase phase = Phase.OPEN;

    /** A piece of work whose result, if it is dropped, is told to somebody. */
    Job(OwnerContext submitter, J work, Runnable dropped) {
        this.submitter = submitter;
        this.dropped = dropped;
        this.promise = submitter.promise();
        this.work = work;
    }

    Future<R> future() {
        return promise.future();
    }

    /** Lets the submission end with the submitter's context, which may be now. */
    void endWithSubmitter() {
        if (!submitter.addOperation(this)) {
            ownerGone();
        } else if (promise.future().isComplete()) {
            submitter.removeOperation(this); // it ended before it was added
        }
    }

    /** Lets the submission end with a future, which may be now, unless it was started. */
    void endWith(Until limit) {
        Runnable takeAway = limit.begin(this);
        takeLimitAway = takeAway;
        if (work == null) { // looked at after that: either who takes the work finds it, or it is taken away here
            takeAway.run();
        }
    }

    /** Takes the work to start it; null: the submission has ended, or was started. */
    @SuppressWarnings("unchecked") // only work is put there
    @Nullable J takeWork() {
        J taken = (J) WORK.getAndSet(this, null);
        Runnable takeAway = takeLimitAway;
        if (takeAway != null) {
            takeAway.run();
            takeLimitAway = null;
        }
        return taken;
    }

    /** The work has been started: reports that, if there is a report. */
    void begin(@Nullable PoolReport report) {
        endUse = report == null ? null : report.begin();
    }

    /** The work has ended with a result or a failure, which the submitter gets on its context. */
    void end(@Nullable R workResult, @Nullable Throwable workFailure) {
        Runnable end = endUse;
        if (end != null) {
            end.run();
        }
        result = workResult;
        failure = workFailure;
        phase = Phase.ENDED;
        if (!submitter.execute(this)) {
            run(); // the end of the submitter's context has told it of that, or is about to
        }
    }

    /**
     * Tells the submitter how the work has ended. In a turn of its context; or while that ends, for the turn may never come. What
     * comes second does nothing.
     */
    @Override
    public void run() {
        if (!PHASE.compareAndSet(this, Phase.ENDED, Phase.TOLD)) {
            return;
        }
        Throwable cause = failure;
        boolean told = cause == null
                ? OwnerContext.completeIfPossible(promise, result)
                : OwnerContext.failIfPossible(promise, cause);
        submitter.removeOperation(this);
        if (!told) {
            dropped.run();
        }
    }

    /** Ends a submission whose work was not started, or whose submitter is gone; false: it had ended before. */
    boolean fail(Throwable cause) {
        takeWork();
        boolean told = OwnerContext.failIfPossible(promise, cause);
        submitter.removeOperation(this);
        return told;
    }

    @Override
    public void cancel(Throwable cause) {
        if (takeWork() != null) {
            fail(cause);
        }
    }

    @Override
    public long inLineSince() {
        return 0;
    }

    @Override
    public void ownerGone() {
        if (phase != Phase.OPEN) {
            run();
        } else {
            fail(new CancellationException("the context that submitted is closed"));
        }
    }
}
