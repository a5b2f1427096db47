package io.millrace.internal;

import io.millrace.spi.Waker;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Runs foreign code (wakers, futures' dependents, handlers of undelivered messages) on the thread that made progress
 * possible, with no lock held.
 *
 * <p>Such code often sends or receives and so resumes others, which do the same. Beyond a depth the rest is put off until
 * the outermost call returns, so that futures which answer each other need no stack; a thread that is about to wait on a
 * channel first runs what it has put off, since it may be waiting for just that.
 *
 * <p>Nothing is left out because memory is short: what cannot be put off runs at once.
 */
final class Resumption {
    private static final int MAX_DEPTH = 16;
    private static final ThreadLocal<@Nullable Resumption> CURRENT = new ThreadLocal<>();

    private final Queue<Waker> putOff = new ArrayDeque<>();
    private int depth;

    private Resumption() {}

    /** Runs it now, or puts it off where too many such calls stand on this thread's stack. */
    static void run(Waker waker) {
        Resumption current = current();
        if (current == null) {
            runReporting(waker);
        } else if (current.depth < MAX_DEPTH || !current.putOff(waker)) {
            current.runNow(waker);
            if (current.depth == 0) {
                current.runPutOff();
            }
        }
    }

    /** As {@link #run(Waker)}, for code that needs an argument; it allocates nothing but what it puts off. */
    static <A> void run(Consumer<? super A> code, A argument) {
        Resumption current = current();
        if (current == null) {
            runReporting(code, argument);
        } else if (current.depth < MAX_DEPTH || !current.putOff(code, argument)) {
            current.depth++;
            try {
                runReporting(code, argument);
            } finally {
                current.depth--;
            }
            if (current.depth == 0) {
                current.runPutOff();
            }
        }
    }

    /** This thread's own, or null if memory is too short for its first one. */
    private static @Nullable Resumption current() {
        try {
            Resumption current = CURRENT.get();
            if (current == null) {
                current = new Resumption();
                CURRENT.set(current);
            }
            return current;
        } catch (OutOfMemoryError goOnWithoutOne) {
            return null;
        }
    }

    private boolean putOff(Waker waker) {
        try {
            return putOff.add(waker);
        } catch (OutOfMemoryError runItNow) {
            return false;
        }
    }

    private <A> boolean putOff(Consumer<? super A> code, A argument) {
        try {
            return putOff.add(() -> code.accept(argument));
        } catch (OutOfMemoryError runItNow) {
            return false;
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
            runReporting(waker);
        } finally {
            depth--;
        }
    }

    private static void runReporting(Waker waker) {
        try {
            waker.wake();
        } catch (Throwable failure) {
            report(failure);
        }
    }

    private static <A> void runReporting(Consumer<? super A> code, A argument) {
        try {
            code.accept(argument);
        } catch (Throwable failure) {
            report(failure);
        }
    }

    /** Gives what foreign code threw, or what could not be told of for want of memory, to this thread's uncaught-exception handler. */
    static void report(Throwable failure) {
        Thread thread = Thread.currentThread();
        try {
            thread.getUncaughtExceptionHandler().uncaughtException(thread, failure);
        } catch (Throwable nowhereToGo) {
            // Dropped, as by the JVM for a thread that dies: the peer whose operation got us here must not see it, nor
            // may it keep those who come next from being woken. Not added to the other either: that takes memory.
        }
    }
}
