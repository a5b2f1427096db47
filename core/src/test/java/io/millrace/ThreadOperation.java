package io.millrace;

import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** An operation that a thread of its own waits in; withdrawn by an interrupt. */
final class ThreadOperation implements Operation {
    @FunctionalInterface
    interface Call {
        Outcome call() throws InterruptedException;
    }

    private final Thread thread;
    private volatile @Nullable Outcome outcome;

    ThreadOperation(Function<Actors.Script, Thread> starter, Call call) {
        thread = starter.apply(() -> outcome = end(call));
    }

    private static Outcome end(Call call) {
        try {
            return call.call();
        } catch (InterruptedException e) {
            return Outcome.WITHDRAWN;
        } catch (DisconnectedException e) {
            return Outcome.disconnected(e.getCause());
        }
    }

    Thread thread() {
        return thread;
    }

    @Override
    public boolean isDone() {
        return outcome != null;
    }

    @Override
    public boolean withdraw() {
        if (isDone()) {
            return false;
        }
        thread.interrupt();
        return outcome().end() == Outcome.End.WITHDRAWN;
    }

    @Override
    public Outcome outcome() {
        Await.until(thread + " ends its operation", () -> outcome != null || !thread.isAlive());
        Outcome end = outcome;
        if (end == null) {
            throw new AssertionError(thread + " failed");
        }
        return end;
    }
}
