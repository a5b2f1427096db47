package io.millrace.benchmarks.stall;

import io.millrace.benchmarks.stall.StallRival.TryExchange;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;

/**
 * Busy threads put in and take out as fast as they can, and outnumber the CPUs, so that each is preempted again and again, in the
 * middle of an operation too. One more thread, that of an event loop, wakes up now and then, makes a few calls, and looks how
 * long each of them took.
 */
final class StallRun {
    /** Busy threads for each CPU. */
    static final int BUSY_PER_CPU = 8;

    private static final int CALLS_PER_WAKE_UP = 16;
    private static final long SLEEP_NANOS = 50_000;
    private static final Object MESSAGE = new Object();

    private final TryExchange exchange;
    private final Histogram sends = new Histogram(3);
    private final Histogram receives = new Histogram(3);
    private final AtomicReference<Throwable> failure = new AtomicReference<>();
    private volatile boolean stopped;

    StallRun(StallRival rival) {
        exchange = rival.open();
    }

    /** The nanoseconds that each call took to put a message in. */
    Histogram sends() {
        return sends;
    }

    /** The nanoseconds that each call took to take a message out. */
    Histogram receives() {
        return receives;
    }

    /** Runs for so long, after a warm-up that is not measured. */
    void run(long warmUpNanos, long nanos) throws InterruptedException {
        TryExchange busy = exchange.ofBusyThreads();
        List<Thread> threads = new ArrayList<>();
        int busyThreads = BUSY_PER_CPU * Runtime.getRuntime().availableProcessors();
        for (int i = 0; i < busyThreads; i++) {
            Thread thread = new Thread(() -> putInAndTakeOut(busy), "busy " + i);
            thread.setUncaughtExceptionHandler((ended, thrown) -> failure.compareAndSet(null, thrown));
            threads.add(thread);
        }
        // who takes out has put in before: so neither empty nor full is ever met
        for (int i = 0; i < StallRival.CAPACITY / 2; i++) {
            require(busy.trySend(MESSAGE));
        }
        threads.forEach(Thread::start);
        try {
            onAnEventLoop(() -> {
                look(warmUpNanos);
                sends.reset();
                receives.reset();
                look(nanos);
            });
        } finally {
            stopped = true;
            for (Thread thread : threads) {
                thread.join();
            }
        }
        if (failure.get() != null) {
            throw new IllegalStateException("a busy thread died", failure.get());
        }
    }

    private static void onAnEventLoop(Runnable action) {
        Vertx vertx = Vertx.vertx(new VertxOptions().setBlockedThreadCheckInterval(TimeUnit.HOURS.toMillis(1)));
        CompletableFuture<Void> looked = new CompletableFuture<>();
        vertx.runOnContext(start -> {
            try {
                action.run();
                looked.complete(null);
            } catch (Throwable failure) {
                looked.completeExceptionally(failure);
            }
        });
        looked.join();
        vertx.close().await();
    }

    private void putInAndTakeOut(TryExchange busy) {
        while (!stopped) {
            require(busy.trySend(MESSAGE));
            require(busy.tryReceive());
        }
    }

    private void look(long nanos) {
        long start = System.nanoTime();
        while (System.nanoTime() - start < nanos) {
            for (int i = 0; i < CALLS_PER_WAKE_UP; i++) {
                long before = System.nanoTime();
                boolean sent = exchange.trySend(MESSAGE);
                long between = System.nanoTime();
                boolean received = exchange.tryReceive();
                long after = System.nanoTime();
                sends.recordValue(between - before);
                receives.recordValue(after - between);
                require(sent);
                require(received);
            }
            LockSupport.parkNanos(this, SLEEP_NANOS);
        }
    }

    private static void require(boolean moved) {
        if (!moved) {
            throw new IllegalStateException("no room, or no message, though there must be");
        }
    }
}
