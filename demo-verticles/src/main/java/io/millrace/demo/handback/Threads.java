package io.millrace.demo.handback;

import io.millrace.Select;
import io.vertx.core.Future;
import io.vertx.core.ThreadingModel;
import java.util.concurrent.CompletableFuture;

/** What the counters run on, and how they wait for a select there. */
enum Threads {
    /**
     * Needs JDK 21 or newer. Awaits a future, and does not park in {@link Select#run}: while a verticle awaits, its other
     * events have their turn, an undeploy among them. Parked, it would hold them all up.
     */
    VIRTUAL(ThreadingModel.VIRTUAL_THREAD) {
        @Override
        <R> R choose(Select<R> select) {
            CompletableFuture<R> choice = select.runAsync();
            try {
                return Future.fromCompletionStage(choice).await();
            } finally {
                choice.cancel(false); // interrupted by an undeploy: a select that nobody waits for must take nothing
            }
        }
    },

    /**
     * For JVMs without virtual threads. There is nothing to await with, so straight-line code has to park its thread, and its
     * verticle cannot be undeployed meanwhile. It is right only where the thread is the verticle's own, and where the other side
     * ends the wait, as the desk does by closing its end of the channel.
     */
    WORKER(ThreadingModel.WORKER) {
        @Override
        <R> R choose(Select<R> select) throws InterruptedException {
            return select.run();
        }
    };

    private static final int FIRST_JDK_WITH_VIRTUAL_THREADS = 21;

    private final ThreadingModel model;

    Threads(ThreadingModel model) {
        this.model = model;
    }

    ThreadingModel model() {
        return model;
    }

    boolean isAvailable() {
        return this == WORKER || Runtime.version().feature() >= FIRST_JDK_WITH_VIRTUAL_THREADS;
    }

    /** Waits for the first of several operations on the calling verticle's thread. */
    abstract <R> R choose(Select<R> select) throws InterruptedException;
}
