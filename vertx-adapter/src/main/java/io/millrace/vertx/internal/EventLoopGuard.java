package io.millrace.vertx.internal;

import io.millrace.spi.BlockingGuard;
import io.vertx.core.Context;
import org.jspecify.annotations.Nullable;

/**
 * Refuses the core's blocking calls on Vert.x event-loop threads. Worker and virtual threads may wait: then the other
 * events of their context wait too, and its undeploy.
 */
public final class EventLoopGuard implements BlockingGuard {
    /** Made by the service loader. */
    public EventLoopGuard() {}

    @Override
    public @Nullable String objection(Thread thread) {
        // Vert.x answers for the calling thread only, and that is the one that would wait
        return thread == Thread.currentThread() && Context.isOnEventLoopThread()
                ? "event-loop thread " + thread.getName() + " must not wait"
                : null;
    }
}
