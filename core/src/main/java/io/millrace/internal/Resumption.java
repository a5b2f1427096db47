package io.millrace.internal;

import io.millrace.spi.Waker;
import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * Runs foreign code (wakers, futures' dependents, handlers of undelivered messages) on the thread that made progress
 * possible, with no lock held.
 *
 * <p>Such code often sends or receives and so resumes others, which do the same. Beyond a depth the rest is put off until
 * the outermost call returns, so that futures which answer each other need no stack; a thread that is about to wait on a
 * channel first runs what it has put off, since it may be waiting for just that.
 */
final class Resumption {
    private static final int MAX_DEPTH = 16;
    private static final ThreadLocal<@Nullable Resumption> CURRENT = new ThreadLocal<>();

    private final Queue<Waker> putOff = new ArrayDeque<>();
    private int depth;

    private Resumption() {}

    /** Runs it now, or puts it off where too many such calls stand on this thread's stack. */
    static void run(Waker waker) {
        Resumption current = CURRENT.get();
        if (current == null) {
            current = new Resumption();
            CURRENT.set(current);
        }
        if (current.depth >= MAX_DEPTH) {
            current.putOff.add(waker);
            return;
        }
        current.runNow(waker);
        if (current.depth == 0) {
            current.runPutOff();
        }
    }

    /** Runs what this thread has put off. To be called before the thread waits. */
    static void beforeWaiting() {
        Resumption current = CURRENT.get();
        if (current != null) {
            current.runPutOff();
        }
    }

    private void runPutOff() {
        for (Waker next = putOff.poll(); next != null; next = putOff.poll()) {
            runNow(next);
        }
    }

    private void runNow(Waker waker) {
        depth++;
        try {
            waker.wake();
        } catch (Throwable failure) {
            report(failure);
        } finally {
            depth--;
        }
    }

    /** Gives what foreign code threw to the uncaught-exception handler of this thread. */
    private static void report(Throwable failure) {
        Thread thread = Thread.currentThread();
        try {
            thread.getUncaughtExceptionHandler().uncaughtException(thread, failure);
        } catch (Throwable alsoFailed) {
            // As the JVM does for a thread that dies: what the handler of last resort throws has nowhere to go. The
            // peer whose operation got us here must not see it.
            failure.addSuppressed(alsoFailed);
        }
    }
}
