package io.millrace.internal;

import static java.util.Objects.requireNonNull;

import io.millrace.spi.Waker;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The future of an operation that waits in line: whoever ends it, a peer or the caller by any of the ways that
 * CompletableFuture has, first wins the claim on its waiter. So a future that did not end with a message consumed none.
 *
 * <p>{@code completeAsync} is overridden because CompletableFuture's own bypasses {@code complete}. What would overwrite an
 * outcome, and lose a message with it, {@link ChannelFuture} refuses.
 *
 * @param <R> what the future completes with
 */
abstract class OperationFuture<R> extends ChannelFuture<R> implements Waker {

    /**
     * Takes the operation out of its line.
     *
     * @return false if a peer had ended it: then its outcome stands
     */
    abstract boolean withdraw();

    /** Completes this future from the operation's outcome, once a peer has ended it. */
    abstract void completeFromOutcome();

    final void settle(@Nullable R value) {
        super.complete(value);
    }

    final void settleExceptionally(Throwable failure) {
        super.completeExceptionally(failure);
    }

    @Override
    public final void wake() {
        completeFromOutcome();
    }

    /** True if the caller may end this future; else it has ended from its outcome, so that {@code isDone()} is true. */
    private boolean claim() {
        if (isDone()) {
            return false;
        }
        if (withdraw()) {
            return true;
        }
        completeFromOutcome();
        return false;
    }

    @Override
    public boolean complete(@Nullable R value) {
        return claim() && super.complete(value);
    }

    @Override
    public boolean completeExceptionally(Throwable failure) {
        return claim() && super.completeExceptionally(failure);
    }

    @Override
    public boolean cancel(boolean mayInterruptIfRunning) {
        return (claim() && super.cancel(mayInterruptIfRunning)) || isCancelled();
    }

    @Override
    public CompletableFuture<R> completeAsync(Supplier<? extends R> supplier, Executor executor) {
        requireNonNull(supplier, "supplier");
        executor.execute(() -> {
            if (isDone()) {
                return;
            }
            @Nullable R value;
            try {
                value = supplier.get();
            } catch (Throwable failure) {
                completeExceptionally(
                        failure instanceof CompletionException ? failure : new CompletionException(failure));
                return;
            }
            complete(value);
        });
        return this;
    }

    @Override
    public CompletableFuture<R> completeAsync(Supplier<? extends R> supplier) {
        return completeAsync(supplier, defaultExecutor());
    }
}
