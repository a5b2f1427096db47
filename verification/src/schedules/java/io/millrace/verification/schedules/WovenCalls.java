package io.millrace.verification.schedules;

import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * What woven code calls: {@link #point} before each step that other threads may see, and in place of whatever asks the
 * clock, the dice or a pool of threads a method of the same name. On a thread of no schedule they do what the original does.
 */
public final class WovenCalls {
    private WovenCalls() {}

    /** Another thread may go on here. */
    public static void point() {
        Schedule schedule = Schedule.ofCaller();
        if (schedule != null) {
            schedule.point();
        }
    }

    /** Instead of Thread's. */
    public static void yield() {
        Schedule schedule = Schedule.ofCaller();
        if (schedule == null) {
            Thread.yield();
        } else {
            schedule.spin();
        }
    }

    /** Instead of Thread's. */
    public static void onSpinWait() {
        WovenCalls.yield();
    }

    /** Instead of Runtime's: one, as there is, and whatever the machine has. */
    public static int availableProcessors(Runtime runtime) {
        return 1;
    }

    /** Instead of System's. */
    public static long nanoTime() {
        Schedule schedule = Schedule.ofCaller();
        return schedule == null ? System.nanoTime() : schedule.nanoTime();
    }

    /** Instead of Instant's. */
    public static Instant now() {
        Schedule schedule = Schedule.ofCaller();
        return schedule == null ? Instant.now() : Instant.EPOCH.plusNanos(schedule.nanoTime());
    }

    /** Instead of LockSupport's. */
    public static void park(@Nullable Object blocker) {
        Schedule schedule = Schedule.ofCaller();
        if (schedule == null) {
            LockSupport.park(blocker);
        } else {
            schedule.park(blocker);
        }
    }

    /** Instead of LockSupport's. */
    public static void parkNanos(@Nullable Object blocker, long nanos) {
        Schedule schedule = Schedule.ofCaller();
        if (schedule == null) {
            LockSupport.parkNanos(blocker, nanos);
        } else {
            schedule.parkNanos(blocker, nanos);
        }
    }

    /** Instead of ThreadLocalRandom's. */
    public static int nextInt(ThreadLocalRandom random, int bound) {
        Schedule schedule = Schedule.ofCaller();
        return schedule == null ? random.nextInt(bound) : schedule.random(bound);
    }

    /** Instead of Executor's: the task is an actor of its own. */
    public static void execute(Executor executor, Runnable task) {
        Schedule schedule = Schedule.ofCaller();
        if (schedule == null) {
            executor.execute(task);
        } else {
            schedule.actor("task", task::run).start();
        }
    }

    /** Instead of CompletableFuture's. */
    public static <T> CompletableFuture<T> completeOnTimeout(
            CompletableFuture<T> future, T value, long time, TimeUnit unit) {
        Schedule schedule = Schedule.ofCaller();
        return schedule == null
                ? future.completeOnTimeout(value, time, unit)
                : onTimeout(schedule, future, unit.toNanos(time), () -> future.complete(value));
    }

    /** Instead of CompletableFuture's. */
    public static <T> CompletableFuture<T> orTimeout(CompletableFuture<T> future, long time, TimeUnit unit) {
        Schedule schedule = Schedule.ofCaller();
        return schedule == null
                ? future.orTimeout(time, unit)
                : onTimeout(
                        schedule,
                        future,
                        unit.toNanos(time),
                        () -> future.completeExceptionally(new TimeoutException()));
    }

    private static <T> CompletableFuture<T> onTimeout(
            Schedule schedule, CompletableFuture<T> future, long nanos, Script action) {
        if (!future.isDone()) {
            // on a thread of its own, as CompletableFuture's timer has one
            Schedule.Timer timer =
                    schedule.after(nanos, () -> schedule.actor("timer", action).start());
            future.whenComplete((result, failure) -> schedule.forget(timer));
        }
        return future;
    }
}
