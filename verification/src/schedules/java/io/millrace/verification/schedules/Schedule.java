package io.millrace.verification.schedules;

import java.lang.reflect.Constructor;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * One order in which the threads of a scenario take their steps, decided by a seed.
 *
 * <p><b>Idea.</b> The actors are virtual threads whose executor is this schedule, so that all of them run on the one thread
 * that plays it, one at a time. The woven code (see {@link Weaver}) announces each step that others may see, by {@link
 * #point}; there the schedule may let another actor go on. The same seed makes the same decisions, and nothing else has a
 * say: time is a figure here, and random numbers come from the seed.
 *
 * <p><b>Decisions.</b> Half the seeds walk at random: at each step, with a probability that the seed chose for the whole
 * schedule, any other actor goes on. The other half go by priorities, after PCT (Burckhardt et al., 2010): the first of the
 * actors that can go on does, and at a step, with a small probability, the running one becomes the last; this reaches the
 * bugs that need few changes of thread in a long run. Unlike in PCT the number of changes is not fixed in advance.
 *
 * <p><b>Time</b> stands still while actors run, and moves to the next deadline when none can, or at any step, with a
 * probability that the seed chose: so a timeout meets its peer in any order.
 *
 * <p><b>Parking.</b> In a quarter of the schedules a park now and then returns for no reason, as it may.
 *
 * <p><b>Ends.</b> When no actor can go on and none waits for a time, those that have not ended are stuck: a deadlock or a
 * lost wake-up. When the steps exceed a limit, they turn in circles.
 */
final class Schedule {
    private static final int MOST_STEPS = 50_000;
    private static final Constructor<?> BUILDER = findBuilder();

    /** The one being played. Plays take turns; threads that belong to none see it and are told apart by {@link #running}. */
    private static @Nullable Schedule current;

    private final Thread player = Thread.currentThread();
    private final long seed;
    private final SplittableRandom random;
    private final boolean byPriority;
    private final int switchMask;
    private final int clockMask;
    private final boolean parksMayReturn;

    private final List<Actor> actors = new ArrayList<>();
    private final List<Actor> ready = new ArrayList<>();
    private final PriorityQueue<Timer> timers =
            new PriorityQueue<>(Comparator.comparingLong(Timer::deadline).thenComparingLong(Timer::number));
    private final @Nullable List<String> trace;

    private @Nullable Actor running;
    private boolean gaveWay;
    private @Nullable Throwable failure;
    private long lowestPriority;
    private long now;
    private int steps;
    private long ticks;
    private int living;
    private long decisions;

    /** What happens when a time has come. */
    record Timer(long deadline, long number, Runnable action) {}

    /** A virtual thread, and its executor. */
    private final class Actor implements Executor {
        final Thread thread;
        private @Nullable Runnable rest;
        private boolean begun;
        long priority = random.nextInt(1 << 16);

        Actor(String name, Script script) {
            thread = newThread(this, name, () -> {
                try {
                    script.run();
                } catch (Throwable thrown) {
                    fail(thrown);
                } finally {
                    living--;
                }
            });
        }

        /** It can go on: called when it starts, when it gave way, and when it was unparked. */
        @Override
        public void execute(Runnable next) {
            Thread caller = Thread.currentThread();
            if (current != Schedule.this || (caller != player && (running == null || caller != running.thread))) {
                fail(new IllegalStateException(thread.getName() + " was woken by a thread of no schedule: " + caller));
                return;
            }
            if (!begun) {
                begun = true;
                living++;
            }
            rest = next;
            ready.add(this);
        }

        void goOn() {
            Runnable next = rest;
            rest = null;
            if (next != null) {
                next.run();
            }
        }
    }

    Schedule(long seed, boolean traced) {
        this.seed = seed;
        this.random = new SplittableRandom(seed);
        this.trace = traced ? new ArrayList<>() : null;
        this.byPriority = random.nextBoolean();
        this.switchMask = byPriority ? mask(3, 8) : mask(1, 6);
        this.clockMask = mask(2, 7);
        this.parksMayReturn = random.nextInt(4) == 0;
    }

    /** A mask that a random number passes once in 2^n times, n between the two. */
    private int mask(int least, int most) {
        return (1 << random.nextInt(least, most + 1)) - 1;
    }

    private static Constructor<?> findBuilder() {
        try {
            Constructor<?> found = Class.forName("java.lang.ThreadBuilders$VirtualThreadBuilder")
                    .getDeclaredConstructor(Executor.class);
            found.setAccessible(true);
            return found;
        } catch (ReflectiveOperationException missing) {
            throw new ExceptionInInitializerError(missing);
        }
    }

    private Thread newThread(Executor executor, String name, Runnable task) {
        try {
            return ((Thread.Builder.OfVirtual) BUILDER.newInstance(executor))
                    .name(name)
                    .uncaughtExceptionHandler((thread, thrown) -> fail(thrown))
                    .unstarted(task);
        } catch (ReflectiveOperationException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** The schedule that the calling thread is an actor of, or null. */
    static @Nullable Schedule ofCaller() {
        Schedule playing = current;
        if (playing == null) {
            return null;
        }
        Actor actor = playing.running;
        return actor != null && actor.thread == Thread.currentThread() ? playing : null;
    }

    /** Adds an actor, which begins when the schedule is played next. */
    Thread actor(String name, Script script) {
        Actor added = new Actor(name, script);
        actors.add(added);
        return added.thread;
    }

    /** Lets the new actors run until all have ended, or one has failed, or none can go on. */
    void play() throws Throwable {
        current = this;
        try {
            for (Actor actor : List.copyOf(actors)) {
                if (!actor.begun) {
                    actor.thread.start();
                }
            }
            while (living > 0 && failure == null) {
                if (ready.isEmpty()) {
                    if (timers.isEmpty()) {
                        fail(new StuckException("no actor can go on", stuck()));
                    } else {
                        nextDeadline();
                    }
                } else {
                    Actor next = pick();
                    running = next;
                    next.goOn();
                    running = null;
                }
            }
        } finally {
            running = null;
            current = null;
        }
        if (failure != null) {
            throw failure;
        }
    }

    private void fail(Throwable thrown) {
        if (failure == null) {
            failure = thrown;
        } else if (failure != thrown) {
            failure.addSuppressed(thrown);
        }
    }

    private Actor pick() {
        int chosen = 0;
        if (byPriority) {
            for (int i = 1; i < ready.size(); i++) {
                if (ready.get(i).priority > ready.get(chosen).priority) {
                    chosen = i;
                }
            }
        } else if (ready.size() > 1) {
            // the last to come has just given way
            chosen = random.nextInt(ready.size() - (gaveWay ? 1 : 0));
        }
        gaveWay = false;
        Actor picked = ready.remove(chosen);
        decisions = decisions * 31 + actors.indexOf(picked) + 1;
        if (trace != null) {
            trace.add("%6d  %s".formatted(steps, picked.thread.getName()));
        }
        return picked;
    }

    // Called by the running actor

    /** The running actor is about to do what others may see. */
    void point() {
        countStep();
        if (ready.isEmpty() && timers.isEmpty()) {
            return;
        }
        int dice = random.nextInt();
        if (!timers.isEmpty() && (dice >>> 16 & clockMask) == 0) {
            nextDeadline();
        }
        boolean changes = (dice & switchMask) == 0;
        if (byPriority) {
            if (changes) {
                becomeLast();
            }
            changes = isPreempted();
        }
        if (changes && !ready.isEmpty()) {
            giveWay();
        }
    }

    /** The running actor turns in circles until another one has done something. */
    void spin() {
        countStep();
        if (ready.isEmpty() && !timers.isEmpty()) {
            nextDeadline();
        }
        if (!ready.isEmpty()) {
            becomeLast();
            giveWay();
        }
    }

    private void countStep() {
        if (++steps > MOST_STEPS) {
            fail(new StuckException("more than " + MOST_STEPS + " steps", stuck()));
        }
        if (failure != null) {
            LockSupport.park(); // for ever: the schedule has ended
        }
    }

    private void giveWay() {
        if (trace != null) {
            trace.add("%6d  %s stops before %s"
                    .formatted(steps, Thread.currentThread().getName(), place()));
        }
        gaveWay = true;
        Thread.yield();
    }

    private static String place() {
        return StackWalker.getInstance()
                .walk(frames -> frames.filter(frame -> !frame.getClassName().equals(Schedule.class.getName())
                                && !frame.getClassName().equals(WovenCalls.class.getName()))
                        .findFirst()
                        .map(StackWalker.StackFrame::toString)
                        .orElse("its end"));
    }

    private void becomeLast() {
        if (running != null) {
            running.priority = --lowestPriority;
        }
    }

    private boolean isPreempted() {
        for (Actor actor : ready) {
            if (running != null && actor.priority > running.priority) {
                return true;
            }
        }
        return false;
    }

    long nanoTime() {
        return now;
    }

    int random(int bound) {
        return random.nextInt(bound);
    }

    long tick() {
        return ++ticks;
    }

    void park(@Nullable Object blocker) {
        point();
        if (!returnsForNoReason()) {
            LockSupport.park(blocker);
        }
    }

    void parkNanos(@Nullable Object blocker, long nanos) {
        point();
        if (nanos > 0 && !returnsForNoReason()) {
            Thread parking = Thread.currentThread();
            Timer timer = after(nanos, () -> LockSupport.unpark(parking));
            LockSupport.park(blocker);
            timers.remove(timer);
        }
    }

    private boolean returnsForNoReason() {
        return parksMayReturn && random.nextInt(4) == 0;
    }

    /** Has something done when the time has come: short, and on whatever thread is at it. */
    Timer after(long nanos, Runnable action) {
        long deadline = now + nanos < now ? Long.MAX_VALUE : now + nanos;
        Timer timer = new Timer(deadline, tick(), action);
        timers.add(timer);
        return timer;
    }

    void forget(Timer timer) {
        timers.remove(timer);
    }

    private void nextDeadline() {
        Timer next = timers.poll();
        if (next != null) {
            now = Math.max(now, next.deadline);
            if (trace != null) {
                trace.add("%6d  time moves to %d ns".formatted(steps, now));
            }
            next.action.run();
        }
    }

    // For reports

    /** Equal for runs that made the same decisions. */
    long decisions() {
        return decisions * 31 + steps;
    }

    String describe() {
        return "seed " + seed + (byPriority ? ", by priority, last once in " : ", at random, another once in ")
                + (switchMask + 1) + " steps, " + steps + " steps";
    }

    List<String> trace() {
        return trace == null ? List.of() : trace;
    }

    private String stuck() {
        StringBuilder text = new StringBuilder();
        for (Actor actor : actors) {
            if (actor.thread.isAlive()) {
                text.append('"')
                        .append(actor.thread.getName())
                        .append("\" ")
                        .append(actor.thread.getState())
                        .append('\n');
                for (StackTraceElement frame : actor.thread.getStackTrace()) {
                    text.append("    at ").append(frame).append('\n');
                }
            }
        }
        return text.toString();
    }

    /** Actors that will never end, with their stacks. */
    static final class StuckException extends RuntimeException {
        private static final long serialVersionUID = 1;

        StuckException(String problem, String stacks) {
            super(problem + ":\n" + stacks);
        }
    }
}
