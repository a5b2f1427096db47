package io.millrace.vertx;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import io.netty.channel.EventLoop;
import io.vertx.core.Closeable;
import io.vertx.core.Completable;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.ThreadingModel;
import io.vertx.core.Vertx;
import io.vertx.core.internal.CloseFuture;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.spi.metrics.PoolMetrics;
import io.vertx.core.spi.metrics.VertxMetrics;
import java.lang.ref.Cleaner;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A Vert.x context that owns handles and operations, and the queue through which they get their turn on it. The only
 * class that uses Vert.x internals.
 *
 * <p><b>Idea.</b> There is one for each context (duplicates share their root's), found in the context's own data. Wakers
 * put a task into its queue, and the first one schedules {@link #serve}; so one scheduled drain serves what any number of
 * wakers brought.
 *
 * <pre>
 *   waker (any thread)    tasks.add(task); if (nothing is scheduled) schedule serve on the context
 *   serve (the context)   run tasks while the turn lasts; if some are left: yield, then serve again
 * </pre>
 *
 * <p><b>Turn.</b> A turn ends after {@link Turn#MESSAGES} messages or {@link Turn#NANOS}. An event loop has one for all its
 * contexts, and a new one begins only behind a timer of the event loop: Netty runs its task queue until it is empty, so a task
 * that schedules a task, here or between two contexts of one loop, would keep the loop from its sockets. Other models go on
 * behind the other events of their context, and when their time is over through the event loop too, so that contexts that are
 * always busy share the threads of their pool.
 *
 * <p><b>Order.</b> Tasks run in the order in which they were added, one at a time; on a virtual-thread context a task may
 * suspend itself in {@code Future.await()}, and those behind it go on meanwhile.
 *
 * <p><b>End.</b> When the context's verticle is undeployed, or Vert.x closes, every handle and operation is told by
 * {@link Owned#ownerGone()}; from then on {@link #execute} refuses. A task that was queued may never run (Vert.x drops
 * those of a closed worker context), so whoever is told settles without it.
 */
final class OwnerContext {
    /** How many operations may complete inside their calls, one from within the other, before the stack is left. */
    static final int CALLS = 128;

    /** A handle, an operation or a stream that ends with its context. */
    interface Owned {
        /** The number as of {@link #nextInLine} of what it waits for in a channel; 0: it waits for nothing. */
        long inLineSince();

        /** Ends it: its context runs no more. Called on any thread, with no lock held, possibly more than once. */
        void ownerGone();
    }

    /** What one thread keeps. */
    private static final class OfThread {
        /** If it is an event loop: the turn of all its contexts. */
        final Turn turn = new Turn();

        /** How many operations may still complete inside their calls, each of which may come from within the one before. */
        int callsLeft = CALLS;

        private boolean renewing;
        private final Runnable renewal = () -> {
            renewing = false;
            renewCalls();
        };

        /** The context that called last here; it is likely to call again. */
        @Nullable WeakReference<OwnerContext> lastCaller;

        /** The stack is that of a new task, or a new message. */
        void renewCalls() {
            callsLeft = CALLS;
        }

        /** Lets an event loop renew the calls when it has left this event. */
        void renewCallsAfterThisEvent(EventLoop loop) {
            if (!renewing) {
                renewing = true;
                loop.execute(renewal);
            }
        }
    }

    /** How a turn comes about. */
    private enum Beginning {
        /** There was nothing to do before; on an event loop, for this context. */
        WOKEN,
        /** The one before has yielded to everything else on its thread. */
        RESTED,
        /** The one before has yielded to the other events of its context only; its time goes on. */
        WITHOUT_REST
    }

    private static final ThreadLocal<OfThread> OF_THREAD = ThreadLocal.withInitial(OfThread::new);

    private static final Cleaner CLEANER = Cleaner.create();

    private final WeakReference<OwnerContext> weakly = new WeakReference<>(this);
    private final ContextInternal root;
    private final boolean onEventLoop;
    private final boolean suspends;

    private final TaskQueue tasks = new TaskQueue();
    private final AtomicBoolean scheduled = new AtomicBoolean();
    private final Turn ownTurn = new Turn(); // unless on an event loop
    private final Runnable serve = taskOf(Beginning.WOKEN);
    private final Runnable serveRested = taskOf(Beginning.RESTED);
    private final Runnable serveWithoutRest = taskOf(Beginning.WITHOUT_REST);

    private final Set<Owned> handles;
    private final OwnedList operations = new OwnedList();
    private final AtomicLong inLine = new AtomicLong();
    private volatile boolean gone;

    // Owned by: the context
    private boolean serving;
    private long turns;

    private OwnerContext(ContextInternal root) {
        this.root = root;
        this.onEventLoop = root.threadingModel() == ThreadingModel.EVENT_LOOP;
        this.suspends = root.threadingModel() == ThreadingModel.VIRTUAL_THREAD;
        // A verticle closes also the handles that it lost. Elsewhere they would pile up until Vert.x closes, so there
        // they may become unreachable, for the core to notice.
        this.handles = Collections.synchronizedSet(
                Collections.newSetFromMap(isVerticle() ? new IdentityHashMap<>() : new WeakHashMap<>()));
        Farewell farewell = new Farewell(weakly);
        CloseFuture end = root.closeFuture();
        if (end.add(farewell)) {
            // contexts made outside of verticles come and go while the hook list of their Vert.x stays
            CLEANER.register(this, () -> end.remove(farewell));
        } else {
            gone = true;
        }
    }

    /** The hook on the context's end. It does not hold the context, which would live as long as its Vert.x then. */
    private static final class Farewell implements Closeable {
        private final WeakReference<OwnerContext> owner;

        Farewell(WeakReference<OwnerContext> owner) {
            this.owner = owner;
        }

        @Override
        public void close(Completable<Void> completion) {
            OwnerContext context = owner.get();
            if (context == null) {
                completion.succeed();
            } else {
                context.end(completion);
            }
        }
    }

    private boolean isVerticle() {
        return root.deploymentID() != null;
    }

    // ---- Where a call comes from

    /** The context of the calling thread; a thread that has none gets a new event-loop context, as always in Vert.x. */
    static OwnerContext current(Vertx vertx) {
        return of(((VertxInternal) vertx).getOrCreateContext().unwrap());
    }

    /** The context of the calling thread, or this one for a thread that has none. */
    OwnerContext caller() {
        ContextInternal current = ContextInternal.current();
        if (current == null) {
            return this;
        }
        ContextInternal currentRoot = current.unwrap();
        if (currentRoot == root) {
            return this;
        }
        OfThread thread = OF_THREAD.get();
        OwnerContext last = thread.lastCaller == null ? null : thread.lastCaller.get();
        if (last != null && last.root == currentRoot) {
            return last;
        }
        OwnerContext found = of(currentRoot);
        thread.lastCaller = found.weakly;
        return found;
    }

    /** A new event-loop context that is no verticle's and lives until Vert.x closes: for callers that have none. */
    static OwnerContext ofItsOwn(Vertx vertx) {
        return of(((VertxInternal) vertx).createEventLoopContext());
    }

    private static OwnerContext of(ContextInternal root) {
        return (OwnerContext) root.contextData().computeIfAbsent(OwnerContext.class, key -> new OwnerContext(root));
    }

    /** Runs an action when a Vert.x instance begins to close, before its verticles stop. */
    static void whenClosing(Vertx vertx, Runnable action) {
        Closeable hook = completion -> {
            action.run();
            completion.succeed();
        };
        if (!((VertxInternal) vertx).closeFuture().add(hook)) {
            throw new IllegalStateException("vertx is closed");
        }
    }

    /** Metrics of a pool, for the metrics of a Vert.x instance; null if it has none. */
    @SuppressWarnings("unchecked") // what it hands out it gets back
    static @Nullable PoolMetrics<Object, Object> poolMetrics(Vertx vertx, String type, String name, int maxSize) {
        VertxMetrics metrics = ((VertxInternal) vertx).metrics();
        return metrics == null ? null : (PoolMetrics<Object, Object>) metrics.createPoolMetrics(type, name, maxSize);
    }

    // ---- Futures

    /** A promise of the calling context, duplicates kept; of the root if the call comes from elsewhere. */
    <R> Promise<R> promise() {
        return callingContext().promise();
    }

    /** A completed future of the calling context. */
    <R> Future<R> succeeded(@Nullable R value) {
        return callingContext().succeededFuture(value);
    }

    /** A failed future of the calling context. */
    <R> Future<R> failed(Throwable failure) {
        return callingContext().failedFuture(failure);
    }

    private ContextInternal callingContext() {
        ContextInternal current = ContextInternal.current();
        return current != null && current.unwrap() == root ? current : root;
    }

    /**
     * Completes a promise; if its context runs no more, there is nobody left to be told.
     *
     * @return false if it was completed before, or nobody is left
     */
    static <R> boolean completeIfPossible(Promise<R> promise, @Nullable R result) {
        try {
            return promise.tryComplete(result);
        } catch (RejectedExecutionException contextIsGone) {
            assert promise.future().isComplete();
            return false;
        } catch (RuntimeException | Error thrownByTheExceptionHandler) {
            uncaught(thrownByTheExceptionHandler);
            return true;
        }
    }

    /**
     * Fails a promise; if its context runs no more, there is nobody left to be told.
     *
     * @return false if it was completed before, or nobody is left
     */
    static boolean failIfPossible(Promise<?> promise, Throwable failure) {
        try {
            return promise.tryFail(failure);
        } catch (RejectedExecutionException contextIsGone) {
            assert promise.future().isComplete();
            return false;
        } catch (RuntimeException | Error thrownByTheExceptionHandler) {
            uncaught(thrownByTheExceptionHandler);
            return true;
        }
    }

    // ---- Turns on the context

    /**
     * Queues a task for this context; never runs it inside the call.
     *
     * @return false if the context runs no more; then the task is not run
     */
    boolean execute(Runnable task) {
        if (gone) {
            return false;
        }
        tasks.add(task);
        if (scheduled.get()) {
            return true; // whoever unsets it looks at the tasks after that
        }
        if (serving && root.inThread() && !suspends) { // read by other threads too, for which inThread says no
            return true; // serve looks again before it ends
        }
        // a context that wakes itself gets no new time: it could keep its thread for ever
        return !scheduled.compareAndSet(false, true)
                || schedule(!onEventLoop && root.inThread() ? serveWithoutRest : serve);
    }

    /**
     * Queues a task behind all other events of this context, those that are not queued here included; a turn that is over
     * yields first. Not for event loops, whose other events would keep it from the sockets.
     *
     * @return false if the context runs no more; then the task is not run
     */
    boolean executeBehindOthers(Runnable task) {
        assert !onEventLoop;
        if (gone) {
            return false;
        }
        if (!root.inThread()) {
            return execute(task);
        }
        // seldom: where tasks suddenly take long, those who share the pool wait for a few of them
        if (!ownTurn.isTimeOver(true)) {
            return schedule(() -> run(task));
        }
        tasks.add(() -> schedule(() -> run(task))); // in whatever turn that comes, the other events come before
        if (scheduled.compareAndSet(false, true)) {
            yieldThenServe();
        }
        return true;
    }

    private boolean schedule(Runnable run) {
        try {
            root.executor().execute(run);
            return true;
        } catch (RejectedExecutionException vertxIsClosed) {
            return false;
        }
    }

    /** A task that takes a turn, as one event of this context around all others: Vert.x looks at the clock for the outermost. */
    private Runnable taskOf(Beginning beginning) {
        Runnable takeTurn = () -> takeTurn(beginning);
        return () -> root.dispatch(takeTurn);
    }

    private void takeTurn(Beginning beginning) {
        OfThread thread = OF_THREAD.get();
        Turn turn = turn(thread);
        switch (beginning) {
            case RESTED -> turn.begin();
            case WOKEN -> {
                if (onEventLoop) {
                    turn.resume(); // its other contexts may have taken their part of the turn
                } else {
                    turn.begin();
                }
            }
            case WITHOUT_REST -> turn.renewMessages();
        }
        turns++;
        scheduled.set(false);
        serving = true;
        try {
            Runnable task;
            while (turn.mayServeAnother(onEventLoop) && (task = nextTask()) != null) {
                thread.renewCalls();
                if (suspends && !tasks.isEmpty() && scheduled.compareAndSet(false, true)) {
                    schedule(serveWithoutRest); // the task may await what stands behind it
                }
                run(task);
            }
        } finally {
            serving = false;
        }
        if (onEventLoop) {
            turn.suspend();
        }
        if (!tasks.isEmpty() && scheduled.compareAndSet(false, true)) {
            if (onEventLoop || turn.isTimeOver(false)) {
                yieldThenServe();
            } else {
                schedule(serveWithoutRest);
            }
        }
    }

    /** The turn of this context on its thread. */
    private Turn turn(OfThread thread) {
        return onEventLoop ? thread.turn : ownTurn;
    }

    private @Nullable Runnable nextTask() {
        if (!suspends) {
            return tasks.poll();
        }
        synchronized (tasks) { // after a timed await Vert.x lets two threads of such a context run at once
            return tasks.poll();
        }
    }

    private void run(Runnable task) {
        try {
            task.run();
        } catch (Throwable failure) {
            report(failure);
        }
    }

    private void yieldThenServe() {
        try {
            // execute would come before the sockets: Netty empties its queue of tasks first
            root.nettyEventLoop().schedule(onEventLoop ? serveRested : () -> schedule(serveRested), 0, NANOSECONDS);
        } catch (RejectedExecutionException vertxIsClosed) {
            gone = true;
        }
    }

    boolean isEventLoop() {
        return onEventLoop;
    }

    /** How many turns there have been. On the context only. */
    long turns() {
        assert root.inThread();
        return turns;
    }

    /** Whether a task that serves a message after the other may serve one more in this turn. On the context only. */
    boolean mayServeAnother() {
        assert root.inThread();
        OfThread thread = OF_THREAD.get();
        thread.renewCalls();
        return turn(thread).mayServeAnother(onEventLoop);
    }

    /**
     * Whether an operation that is done when it begins may complete inside the call. Not ahead of what is queued; and
     * not for ever: a loop of such calls takes a turn now and then, and a recursion through their futures leaves the stack.
     */
    boolean mayCompleteAtOnce() {
        return tasks.isEmpty() && (!root.inThread() || mayCompleteAtOnce(OF_THREAD.get()));
    }

    private boolean mayCompleteAtOnce(OfThread thread) {
        return thread.callsLeft > 0 && (!onEventLoop || thread.turn.hasMessagesLeft());
    }

    /** An operation was done when it began, and completed inside the call. */
    void completedAtOnce() {
        if (!root.inThread()) {
            return;
        }
        OfThread thread = OF_THREAD.get();
        thread.callsLeft--;
        if (onEventLoop) {
            thread.turn.count();
            if (thread.callsLeft < CALLS / 2) {
                renewCallsAfterThisEvent(thread);
            }
        }
    }

    private void renewCallsAfterThisEvent(OfThread thread) {
        try {
            thread.renewCallsAfterThisEvent(root.nettyEventLoop());
        } catch (RejectedExecutionException vertxIsClosed) {
            gone = true;
        }
    }

    /** Calls a handler with a message, as an event of its own, on a duplicate of this context. On the context only. */
    <E> void dispatch(E message, Handler<E> handler) {
        assert root.inThread();
        try {
            root.duplicate().dispatch(message, handler);
        } catch (RuntimeException | Error thrownByTheExceptionHandler) {
            uncaught(thrownByTheExceptionHandler);
        }
    }

    /** Calls a handler as an event of this context itself. On the context only. */
    <E> void dispatchHere(@Nullable E event, Handler<E> handler) {
        assert root.inThread();
        try {
            root.dispatch(event, handler);
        } catch (RuntimeException | Error thrownByTheExceptionHandler) {
            uncaught(thrownByTheExceptionHandler);
        }
    }

    /** Gives a failure that nobody handles to the context's exception handler. */
    void report(Throwable failure) {
        try {
            root.reportException(failure);
        } catch (RuntimeException | Error thrownByTheExceptionHandler) {
            uncaught(thrownByTheExceptionHandler);
        }
    }

    /** What the context's exception handler threw: the context goes on, as after a thread that dies. */
    private static void uncaught(Throwable failure) {
        Thread thread = Thread.currentThread();
        thread.getUncaughtExceptionHandler().uncaughtException(thread, failure);
    }

    /** Calls a handler on this context, also while the context ends, if it still can. */
    <E> void tell(@Nullable E event, Handler<E> handler) {
        try {
            root.executor().execute(() -> root.dispatch(event, handler));
        } catch (RejectedExecutionException contextIsGone) {
            assert gone;
        }
    }

    /** Runs an action after a time, on the event loop of this context; the result cancels it. Null: it will never run. */
    @Nullable Runnable after(Duration delay, Runnable action) {
        long nanos;
        try {
            nanos = delay.toNanos();
        } catch (ArithmeticException longerThanTwoCenturies) {
            return null;
        }
        try {
            java.util.concurrent.Future<?> timer = root.nettyEventLoop().schedule(action, nanos, NANOSECONDS);
            return () -> timer.cancel(false);
        } catch (RejectedExecutionException vertxIsClosed) {
            return null; // the context has ended, and what it waits for with it
        }
    }

    // ---- Ends

    /** A number for what begins to wait in a channel: greater than that of all that began before. */
    long nextInLine() {
        return inLine.incrementAndGet();
    }

    /** Whether this context runs no more of what is queued here. */
    boolean isGone() {
        return gone;
    }

    /** Adds a handle that ends with this context. False: the context has ended. */
    boolean addHandle(Owned handle) {
        handles.add(handle);
        // looked at after adding: either the end finds it in the set, or it finds the end here
        if (gone) {
            handles.remove(handle);
            return false;
        }
        return true;
    }

    /** Adds an operation that ends with this context. False: the context has ended. */
    boolean addOperation(OwnedList.Node operation) {
        operations.add(operation);
        if (gone) { // looked at after adding, as above
            operations.remove(operation);
            return false;
        }
        return true;
    }

    void removeHandle(Owned handle) {
        handles.remove(handle);
    }

    void removeOperation(OwnedList.Node operation) {
        operations.remove(operation);
    }

    private void end(Completable<Void> completion) {
        gone = true;
        record Ending(Owned owned, long inLineSince) {}
        List<Ending> endings = new ArrayList<>();
        operations.all().forEach(operation -> endings.add(new Ending(operation, operation.inLineSince())));
        synchronized (handles) {
            handles.forEach(handle -> endings.add(new Ending(handle, handle.inLineSince())));
        }
        // messages that go back stand first, each before the last: so the youngest goes back first; handles close last
        endings.sort(Comparator.comparingLong(Ending::inLineSince).reversed());
        endings.forEach(ending -> run(ending.owned()::ownerGone));
        if (!isVerticle()) {
            completion.succeed();
            return;
        }
        // behind the tasks that tell the verticle's own futures and handlers: Vert.x drops what is queued after this
        Runnable ended = () -> completion.succeed();
        if (!schedule(ended)) {
            completion.succeed();
        }
    }

    @Override
    public String toString() {
        return root.threadingModel() + " context" + (gone ? ", gone" : "");
    }
}
