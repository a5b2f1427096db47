package io.millrace.internal;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A future that a channel completes. A thread that waits for it first runs what it has put off, which may be just its
 * completion; its outcome cannot be overwritten; futures derived from it are ordinary ones.
 *
 * @param <R> what the future completes with
 */
abstract class ChannelFuture<R> extends CompletableFuture<R> {
    @Override
    public R get() throws InterruptedException, ExecutionException {
        Resumption.beforeWaiting();
        return super.get();
    }

    @Override
    public R get(long timeout, TimeUnit unit) throws InterruptedException, ExecutionException, TimeoutException {
        Resumption.beforeWaiting();
        return super.get(timeout, unit);
    }

    @Override
    public R join() {
        Resumption.beforeWaiting();
        return super.join();
    }

    @Override
    public void obtrudeValue(@Nullable R value) {
        throw new UnsupportedOperationException(
                "the outcome of a channel's future cannot be overwritten: obtrudeValue");
    }

    @Override
    public void obtrudeException(Throwable failure) {
        throw new UnsupportedOperationException(
                "the outcome of a channel's future cannot be overwritten: obtrudeException");
    }

    @Override
    public <U> CompletableFuture<U> newIncompleteFuture() {
        return new CompletableFuture<>();
    }
}
