package io.millrace.internal;

import io.millrace.spi.Waker;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Completes when its channel is disconnected, and by nobody else. */
final class DisconnectFuture extends ChannelFuture<Void> implements Waker {

    private @Nullable Throwable cause;

    /** Says how it will complete; under the lock of its channel. */
    void prepare(@Nullable Throwable reason) {
        cause = reason;
    }

    /** Completes it. Once more has no effect. */
    @Override
    public void wake() {
        if (cause == null) {
            super.complete(null);
        } else {
            super.completeExceptionally(cause);
        }
    }

    @Override
    public boolean complete(@Nullable Void value) {
        return false;
    }

    @Override
    public boolean completeExceptionally(Throwable failure) {
        return false;
    }

    @Override
    public boolean cancel(boolean mayInterruptIfRunning) {
        return false;
    }

    @Override
    public CompletableFuture<Void> completeAsync(Supplier<? extends Void> supplier, Executor executor) {
        return this;
    }
}
