package io.millrace.vertx;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/**
 * One submitted piece of work, and the submitter's future of its result.
 *
 * <p>The work stands here until somebody takes it out: the server that starts it, or what ends the submission before (the
 * submitter's context or limit, a refusal, the end of the queue). So a submission that has ended is never started, and nothing
 * keeps its work reachable. Whoever completes the promise first decides what the submitter gets.
 */
final class Job<J, R> implements OwnerContext.Owned, Until.Cancellable {
    private final OwnerContext submitter;
    private final Promise<R> promise;

    // Guarded by: this
    private @Nullable J work;

    private @Nullable Runnable takeLimitAway;

    // Owned by: the server
    private @Nullable Runnable endUse;

    Job(OwnerContext submitter, J work) {
        this.submitter = submitter;
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
        synchronized (this) {
            if (work != null) {
                takeLimitAway = takeAway;
                return;
            }
        }
        takeAway.run();
    }

    /** Takes the work to start it; null: the submission has ended, or was started. */
    @Nullable J takeWork() {
        J taken;
        Runnable takeAway;
        synchronized (this) {
            taken = work;
            work = null;
            takeAway = takeLimitAway;
            takeLimitAway = null;
        }
        if (takeAway != null) {
            takeAway.run();
        }
        return taken;
    }

    /** The work has been started: reports that, if there is a report. */
    void begin(@Nullable PoolReport report) {
        endUse = report == null ? null : report.begin();
    }

    /** The work has ended. */
    void end() {
        Runnable end = endUse;
        if (end != null) {
            end.run();
        }
    }

    /** Ends the submission with the result of its work; false: the submitter is gone. */
    boolean succeed(@Nullable R result) {
        boolean told = OwnerContext.completeIfPossible(promise, result);
        submitter.removeOperation(this);
        return told;
    }

    /** Ends the submission with a failure, also before its work was started; false: the submitter is gone. */
    boolean fail(Throwable failure) {
        takeWork();
        boolean told = OwnerContext.failIfPossible(promise, failure);
        submitter.removeOperation(this);
        return told;
    }

    @Override
    public void cancel(Throwable failure) {
        if (takeWork() != null) {
            fail(failure);
        }
    }

    @Override
    public long inLineSince() {
        return 0;
    }

    @Override
    public void ownerGone() {
        fail(new CancellationException("the context that submitted is closed"));
    }
}
