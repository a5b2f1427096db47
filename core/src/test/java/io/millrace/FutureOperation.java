package io.millrace;

import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;

/** An operation that a future stands for. */
final class FutureOperation<V> implements Operation {
    private final CompletableFuture<V> future;
    private final Function<V, Outcome> success;

    FutureOperation(CompletableFuture<V> future, Function<V, Outcome> success) {
        this.future = future;
        this.success = success;
    }

    @Override
    public boolean isDone() {
        return future.isDone();
    }

    @Override
    public boolean withdraw() {
        return !future.isDone() && future.cancel(false) && outcome().end() == Outcome.End.WITHDRAWN;
    }

    @Override
    public Outcome outcome() {
        try {
            return success.apply(future.get(Await.LIMIT_SECONDS, TimeUnit.SECONDS));
        } catch (CancellationException e) {
            return Outcome.WITHDRAWN;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof DisconnectedException disconnected) {
                return Outcome.disconnected(disconnected.getCause());
            }
            throw new AssertionError("a future ended in an unknown way", e);
        } catch (TimeoutException | InterruptedException e) {
            throw new AssertionError("a future did not end: " + future, e);
        }
    }
}
