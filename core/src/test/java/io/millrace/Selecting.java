package io.millrace;

import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** One run of a select under way, in a thread of its own or as a future. */
final class Selecting<R> {
    private final CompletableFuture<R> end;
    private final @Nullable Thread thread;

    Selecting(CompletableFuture<R> future) {
        end = future;
        thread = null;
    }

    /** Returns when the run has ended or its thread waits. */
    Selecting(Function<Actors.Script, Thread> starter, Select<R> select) {
        CompletableFuture<R> ended = new CompletableFuture<>();
        end = ended;
        Thread started = starter.apply(() -> {
            try {
                ended.complete(select.run());
            } catch (Throwable failure) {
                ended.completeExceptionally(failure);
            }
        });
        thread = started;
        Await.until("the select has ended or waits", () -> ended.isDone() || waits(started));
    }

    private static boolean waits(Thread thread) {
        return thread.getState() == Thread.State.WAITING || thread.getState() == Thread.State.TIMED_WAITING;
    }

    boolean isDone() {
        return end.isDone();
    }

    /** What the run returned; waits for its end. */
    R result() {
        try {
            return end.get(Await.LIMIT_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw new AssertionError("the select failed", e.getCause());
        } catch (CancellationException | TimeoutException | InterruptedException e) {
            throw new AssertionError("the select did not end: " + end, e);
        }
    }

    /** What the run threw; waits for its end. */
    Throwable failure() {
        try {
            R result = end.get(Await.LIMIT_SECONDS, TimeUnit.SECONDS);
            throw new AssertionError("the select ended with " + result);
        } catch (ExecutionException e) {
            return e.getCause();
        } catch (CancellationException e) {
            return e;
        } catch (TimeoutException | InterruptedException e) {
            throw new AssertionError("the select did not end: " + end, e);
        }
    }

    /** Interrupts the thread or cancels the future; true if that ended the run. */
    boolean withdraw() {
        if (thread == null) {
            return end.cancel(false);
        }
        thread.interrupt();
        Await.until("the interrupted select ends", end::isDone);
        return end.isCompletedExceptionally() && failure() instanceof InterruptedException;
    }
}
