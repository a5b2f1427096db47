package io.millrace.internal;

import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The future of a select. Unlike the other futures it runs code of the caller before it completes; so a caller who loses
 * the claim to a branch that another thread is completing may see it complete a moment later.
 *
 * @param <R> the type of the result
 */
final class SelectFuture<R> extends OperationFuture<R> {
    private final SelectRun<R> run;
    private final AtomicBoolean followed = new AtomicBoolean();

    SelectFuture(SelectCore<R> select) {
        this.run = new SelectRun<>(select, new Waiter<>(this, null, this));
    }

    SelectRun<R> run() {
        return run;
    }

    @Override
    boolean withdraw() {
        if (run.choose(SelectRun.Ending.WITHDRAWN)) {
            run.withdrawAll();
            return true;
        }
        return run.chosen() == SelectRun.Ending.WITHDRAWN;
    }

    @Override
    void completeFromOutcome() {
        if (run.chosen() == SelectRun.Ending.WITHDRAWN || !followed.compareAndSet(false, true)) {
            return;
        }
        R result;
        try {
            withdrawOthers();
            result = run.follow();
        } catch (Throwable failure) {
            settleExceptionally(failure);
            return;
        }
        settle(result);
    }

    private void withdrawOthers() {
        try {
            run.withdrawAll();
        } catch (Throwable failure) {
            run.abandon();
            throw failure;
        }
    }

    /** Nobody will see it, for want of stack or memory: nothing may be handed to it, nor be lost with it. */
    void abandon() {
        if (followed.compareAndSet(false, true)) {
            run.abandon();
        }
    }

    void timeOut() {
        if (run.choose(SelectRun.Ending.TIMED_OUT)) {
            completeFromOutcome();
        }
    }
}
