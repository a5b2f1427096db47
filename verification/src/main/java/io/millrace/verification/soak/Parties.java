package io.millrace.verification.soak;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** The threads of the soak, every other one virtual where there are such. What one throws makes the soak fail. */
final class Parties {
    /** What a thread does again and again, until the soak is over; an interrupt ends one turn of it. */
    interface Turn {
        void take() throws InterruptedException;
    }

    private static final @Nullable Method START_VIRTUAL = findStartVirtual();

    private final List<Thread> threads = new ArrayList<>();
    private final Queue<String> failures = new ConcurrentLinkedQueue<>();
    private final LongAdder interrupted = new LongAdder();
    private volatile boolean over;

    private static @Nullable Method findStartVirtual() {
        try {
            return Runtime.version().feature() >= 21
                    ? Thread.class.getMethod("startVirtualThread", Runnable.class)
                    : null;
        } catch (NoSuchMethodException impossible) {
            throw new LinkageError("a JVM of 21 or newer without virtual threads", impossible);
        }
    }

    /** Starts one more thread. */
    void start(String name, Turn turn) throws ReflectiveOperationException {
        Runnable turns = () -> {
            while (!over) {
                try {
                    turn.take();
                } catch (InterruptedException endOfTheTurn) {
                    interrupted.increment();
                } catch (Throwable failure) {
                    fail(name, failure);
                    return;
                }
            }
        };
        if (START_VIRTUAL != null && threads.size() % 2 == 1) {
            threads.add((Thread) START_VIRTUAL.invoke(null, turns));
        } else {
            Thread thread = new Thread(turns, name);
            thread.start();
            threads.add(thread);
        }
    }

    void fail(String where, Throwable failure) {
        StringBuilder text = new StringBuilder(where + ": " + failure);
        for (StackTraceElement element : failure.getStackTrace()) {
            text.append("\n    ").append(element);
        }
        failures.add(text.toString());
    }

    /** What went wrong in threads. */
    List<String> failures() {
        return List.copyOf(failures);
    }

    /** How many turns were ended by an interrupt. */
    long interrupted() {
        return interrupted.sum();
    }

    int size() {
        return threads.size();
    }

    /** Interrupts one of them. */
    void interruptOne(SplittableRandom random) {
        threads.get(random.nextInt(threads.size())).interrupt();
    }

    /** Ends them all; the names and stacks of those that do not end in time. */
    List<String> end() throws InterruptedException {
        over = true;
        List<String> stuck = new ArrayList<>();
        long limit = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        for (Thread thread : threads) {
            while (thread.isAlive() && System.nanoTime() < limit) {
                thread.interrupt(); // nobody else releases those who wait
                thread.join(10);
            }
            if (thread.isAlive()) {
                stuck.add(thread + " does not end, in " + List.of(thread.getStackTrace()));
            }
        }
        return stuck;
    }
}
