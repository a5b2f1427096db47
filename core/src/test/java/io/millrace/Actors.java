package io.millrace;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * The threads of one test. Whatever a thread throws, failed assertions included, fails the test when the threads are
 * joined, which happens after every test at the latest; so does a thread that does not end.
 */
final class Actors implements AfterEachCallback {
    /** What one thread does. */
    @FunctionalInterface
    interface Script {
        void play() throws Throwable;
    }

    private static final @Nullable Object VIRTUAL_BUILDER = virtualBuilder();

    private final List<Thread> threads = new CopyOnWriteArrayList<>();
    private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
    private final long joinSeconds;

    Actors() {
        this(Await.LIMIT_SECONDS);
    }

    Actors(long joinSeconds) {
        this.joinSeconds = joinSeconds;
    }

    Thread start(String name, Script script) {
        Thread thread = new Thread(guarded(script), name);
        thread.setDaemon(true);
        return begin(thread);
    }

    /** Only where {@link #hasVirtualThreads()}. */
    Thread startVirtual(Script script) {
        try {
            Method unstarted = Class.forName("java.lang.Thread$Builder").getMethod("unstarted", Runnable.class);
            return begin((Thread) unstarted.invoke(VIRTUAL_BUILDER, guarded(script)));
        } catch (ReflectiveOperationException e) {
            throw new LinkageError("this JVM has no virtual threads", e);
        }
    }

    static boolean hasVirtualThreads() {
        return VIRTUAL_BUILDER != null;
    }

    private static @Nullable Object virtualBuilder() {
        Optional<Method> ofVirtual = Arrays.stream(Thread.class.getMethods())
                .filter(method -> method.getName().equals("ofVirtual"))
                .findFirst();
        if (ofVirtual.isEmpty()) {
            return null;
        }
        try {
            return ofVirtual.get().invoke(null);
        } catch (IllegalAccessException | InvocationTargetException e) {
            // a preview feature that is switched off
            return null;
        }
    }

    private Thread begin(Thread thread) {
        threads.add(thread);
        thread.start();
        return thread;
    }

    private Runnable guarded(Script script) {
        return () -> {
            try {
                script.play();
            } catch (Throwable failure) {
                failures.add(failure);
            }
        };
    }

    /** Fails the test with something that was caught elsewhere. */
    void report(Throwable failure) {
        failures.add(failure);
    }

    /** Waits for every thread, then throws what any of them threw. */
    void join() {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(joinSeconds);
        for (Thread thread : threads) {
            try {
                thread.join(Math.max(1, TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime())));
            } catch (InterruptedException e) {
                throw new AssertionError("interrupted while joining " + thread, e);
            }
            if (thread.isAlive()) {
                failures.add(stuck(thread));
                // only now: the interrupt ends the thread with a failure of its own, which comes second
                thread.interrupt();
            }
        }
        threads.clear();
        Throwable first = failures.poll();
        if (first != null) {
            AssertionError failed = new AssertionError("an actor failed: " + first, first);
            failures.forEach(failed::addSuppressed);
            failures.clear();
            throw failed;
        }
    }

    private static Throwable stuck(Thread thread) {
        AssertionError stuck = new AssertionError(thread + " did not end, it stands here");
        stuck.setStackTrace(thread.getStackTrace());
        return stuck;
    }

    @Override
    public void afterEach(@Nullable ExtensionContext context) {
        join();
    }
}
