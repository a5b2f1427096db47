package io.millrace.internal;

import io.millrace.DisconnectedException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * What a select waits for, and how its runs go. Made by one thread; once made, any number of threads may run it.
 *
 * @param <R> the type of the result
 */
public final class SelectCore<R> {
    /** The common pool, or as CompletableFuture has it, a thread each where that has none. */
    private static final Executor TIMEOUT_EXECUTOR =
            ForkJoinPool.getCommonPoolParallelism() > 0 ? ForkJoinPool.commonPool() : SelectCore::runOnThread;

    private final boolean fair;
    private final List<SelectBranch<?, R>> branches = new ArrayList<>();
    private ChannelCore<?>[] cores = {};
    private int[] orderAdded = {};
    private @Nullable Supplier<? extends R> otherwise;
    private @Nullable Supplier<? extends R> onTimeout;
    private long timeoutNanos;

    private SelectCore(boolean fair) {
        this.fair = fair;
    }

    /** A select that takes any of the ready branches. */
    public static <R> SelectCore<R> fair() {
        return new SelectCore<>(true);
    }

    /** A select that takes the first ready branch in the order added. */
    public static <R> SelectCore<R> biased() {
        return new SelectCore<>(false);
    }

    /** Adds a branch. */
    public void add(SelectBranch<?, R> branch) {
        branch.requireOpen();
        branches.add(branch);
        cores = branches.stream()
                .map(each -> each.core)
                .distinct()
                .sorted(Comparator.comparingLong(ChannelCore::number))
                .toArray(ChannelCore<?>[]::new);
        orderAdded = IntStream.range(0, branches.size()).toArray();
    }

    /** Says what to do when the time runs out. */
    public void timeout(long nanos, Supplier<? extends R> then) {
        requireNoEnd("timeout");
        timeoutNanos = nanos;
        onTimeout = then;
    }

    /** Says what to do when nothing is ready. */
    public void otherwise(Supplier<? extends R> then) {
        requireNoEnd("otherwise");
        otherwise = then;
    }

    private void requireNoEnd(String added) {
        if (onTimeout != null || otherwise != null) {
            String present = onTimeout != null ? "timeout" : "otherwise";
            throw new IllegalStateException(
                    "a select has at most one timeout or otherwise: " + added + " after " + present);
        }
    }

    /** Waits for one of the branches as a thread. */
    public R run() throws InterruptedException {
        requireRunnable();
        if (otherwise == null) {
            BlockingGuards.check("runAsync");
        }
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        SelectRun<R> run = new SelectRun<>(this, new Waiter<>(this, null, Thread.currentThread()));
        try {
            if (!run.start()) {
                awaitEnd(run);
            }
        } catch (Throwable failure) {
            run.abandon();
            throw failure;
        }
        return run.follow();
    }

    private void awaitEnd(SelectRun<R> run) throws InterruptedException {
        long nanos = hasTimeout() ? timeoutNanos : Waiting.FOREVER;
        Waiting waiting = cores.length > 0 ? cores[0].waiting() : new Waiting(Tuning.DEFAULT, null);
        boolean ended = waiting.await(run.party(), this, nanos) || !run.choose(SelectRun.Ending.TIMED_OUT);
        run.withdrawAll();
        if (!ended && Thread.interrupted()) {
            throw new InterruptedException();
        }
    }

    /** Waits for one of the branches as a future. */
    public CompletableFuture<R> runAsync() {
        requireRunnable();
        SelectFuture<R> future = new SelectFuture<>(this);
        try {
            if (future.run().start()) {
                future.completeFromOutcome();
            } else if (hasTimeout() && timeoutNanos < Waiting.FOREVER) {
                startTimer(future);
            }
        } catch (Throwable failure) {
            future.abandon();
            throw failure;
        }
        return future;
    }

    private void startTimer(SelectFuture<R> future) {
        // The timer thread that all futures of the JVM share. Completing the timer by hand takes it out there.
        CompletableFuture<Boolean> timer =
                new CompletableFuture<Boolean>().completeOnTimeout(true, timeoutNanos, TimeUnit.NANOSECONDS);
        // Not thenAcceptAsync: where the common pool has a single thread, that makes a new one for each call.
        timer.thenAccept(timedOut -> TIMEOUT_EXECUTOR.execute(future::timeOut));
        future.whenComplete((result, failure) -> timer.cancel(false));
    }

    private static void runOnThread(Runnable task) {
        Thread thread = new Thread(task, "millrace-select-timeout");
        thread.setDaemon(true);
        thread.start();
    }

    private void requireRunnable() {
        if (branches.isEmpty() && otherwise == null && onTimeout == null) {
            throw new IllegalStateException(
                    "a select needs at least one branch, a timeout or an otherwise: it has none");
        }
        for (SelectBranch<?, R> branch : branches) {
            branch.requireOpen();
        }
    }

    List<SelectBranch<?, R>> branches() {
        return branches;
    }

    /** The channels of the branches, each once, in the order in which they are locked. */
    ChannelCore<?>[] cores() {
        return cores;
    }

    boolean hasTimeout() {
        return onTimeout != null;
    }

    /** The order in which a run looks at the branches: as added, or shuffled anew. */
    int[] order() {
        if (!fair) {
            return orderAdded;
        }
        int[] order = orderAdded.clone();
        ThreadLocalRandom random = ThreadLocalRandom.current();
        for (int last = order.length - 1; last > 0; last--) {
            int chosen = random.nextInt(last + 1);
            int swapped = order[chosen];
            order[chosen] = order[last];
            order[last] = swapped;
        }
        return order;
    }

    /** Whether any branch that is found ready will do, whatever becomes of those looked at before. */
    boolean looksOneByOne() {
        return fair && otherwise == null && !(hasTimeout() && timeoutNanos <= 0) && cores.length > 1;
    }

    SelectRun.@Nullable Ending endingIfNothingIsReady() {
        if (otherwise != null) {
            return SelectRun.Ending.OTHERWISE;
        }
        return hasTimeout() && timeoutNanos <= 0 ? SelectRun.Ending.TIMED_OUT : null;
    }

    R follow(SelectRun.@Nullable Ending ending) {
        if (ending == SelectRun.Ending.OTHERWISE && otherwise != null) {
            return otherwise.get();
        }
        if (ending == SelectRun.Ending.TIMED_OUT && onTimeout != null) {
            return onTimeout.get();
        }
        throw disconnected();
    }

    private DisconnectedException disconnected() {
        ChannelCore<?> first = branches.get(0).core;
        return new DisconnectedException(
                "no branch of the select can ever become ready, its first channel " + first.name() + " is disconnected",
                first.cause());
    }
}
