package io.millrace;

import io.millrace.spi.Pending;
import io.millrace.spi.Waker;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Supplier;

/** An operation that calls a waker; its end checks that the waker was called at most once, and not after a cancel. */
final class WakerOperation<P extends Pending> implements Operation {
    private final AtomicInteger wakes = new AtomicInteger();
    private final P pending;
    private final Supplier<Outcome> result;
    private final boolean doneAtOnce;
    private volatile boolean withdrawn;

    WakerOperation(Function<Waker, P> start, Function<P, Outcome> result) {
        pending = start.apply(wakes::incrementAndGet);
        // where peers run, one of them may have ended it between registration and this line: then the waker is called
        doneAtOnce = pending.isDone();
        this.result = () -> result.apply(pending);
    }

    P pending() {
        return pending;
    }

    int wakes() {
        return wakes.get();
    }

    @Override
    public boolean isDone() {
        return pending.isDone();
    }

    @Override
    public boolean withdraw() {
        boolean won = pending.cancel();
        withdrawn |= won;
        return won;
    }

    @Override
    public Outcome outcome() {
        if (withdrawn) {
            assertWokenAtMost(0);
            return Outcome.WITHDRAWN;
        }
        Await.until("the pending operation ends", pending::isDone);
        if (!doneAtOnce) {
            Await.until("the waker is called", () -> wakes.get() > 0);
        }
        assertWokenAtMost(1);
        return result.get();
    }

    private void assertWokenAtMost(int limit) {
        if (wakes.get() > limit) {
            throw new AssertionError("the waker was called " + wakes.get() + " times instead of " + limit);
        }
    }
}
