package io.millrace.vertx;

import static java.util.Objects.requireNonNull;

import io.millrace.ReceiveResult;
import io.millrace.ReceiveResult.Disconnected;
import io.millrace.ReceiveResult.Received;
import io.millrace.Receiver;
import io.millrace.spi.PendingReceive;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import java.util.concurrent.CancellationException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The read stream of one receiver: takes messages while there is demand, and hands them to the handler on the receiver's
 * context.
 *
 * <pre>
 *   run (the context)   while there is demand: receive; done: hand over. Else wait: the waker schedules the next run
 *                       the turn is over: run again in the next one
 *   pause, handler(null), close (any thread)   take the demand away; the waiting receive is cancelled, or its message
 *                       put back
 * </pre>
 *
 * <p><b>Places.</b> {@link #process} hands a message over only into a free place, which it leaves when its future ends.
 * The end of the channel, found while places are taken, is left for the run that the last of them schedules. Where
 * handlers may block or await, each message is an event of its own, behind what the context has queued: so an undeploy
 * comes between two messages, and a handler that awaits does not hold up the other places.
 *
 * <p><b>State.</b> {@code active} means that a run is queued or under way; whoever sets it queues the run, and the run
 * clears it together with its decision to stop, so no change of the demand and no wake-up is lost. {@code waiting} is the
 * one receive that stands in the channel's line; it belongs to whoever takes it out of the field. {@code flowing} tells a run
 * under way that the demand is without end, so that it need not count nor lock for each message; whoever changes anything
 * takes it away, and finds at most one more message on its way to the handler. No code of others runs under the lock.
 */
final class Drain<T> implements Runnable, OwnerContext.Owned {
    /** The places of a plain handler, which are not counted. */
    private static final int UNLIMITED = 0;

    private final Operations handle;
    private final Receiver<T> receiver;

    // Guarded by: this
    private @Nullable Handler<T> handler;
    private int places = UNLIMITED;
    private int taken;
    private @Nullable Handler<Void> endHandler;
    private @Nullable Handler<Throwable> exceptionHandler;
    private long demand = Long.MAX_VALUE;
    private boolean active;
    private @Nullable PendingReceive<T> waiting;
    private long waitingSince;
    private Phase phase = Phase.OPEN;
    private volatile boolean flowing; // read without the lock

    private enum Phase {
        OPEN,
        /** Disconnected and drained, and no end handler was there to be told. */
        END_UNTOLD,
        ENDED
    }

    Drain(Operations handle, Receiver<T> receiver) {
        this.handle = handle;
        this.receiver = receiver;
        handle.owner().addHandle(this); // if the context has ended, the handle closes this
    }

    @Override
    public synchronized long inLineSince() {
        return waiting == null ? 0 : waitingSince;
    }

    @Override
    public void ownerGone() {
        close();
    }

    void handler(@Nullable Handler<T> newHandler) {
        PendingReceive<T> unwanted = null;
        synchronized (this) {
            if (newHandler != null && places != UNLIMITED) {
                throw new IllegalStateException("process was called: it excludes a handler");
            }
            flowing = false;
            handler = newHandler;
            places = UNLIMITED;
            if (newHandler == null) {
                unwanted = takeWaiting();
            }
        }
        withdraw(unwanted);
        schedule();
    }

    void process(int concurrency, Function<? super T, Future<?>> processor) {
        synchronized (this) {
            if (handler != null) {
                throw new IllegalStateException(
                        (places == UNLIMITED ? "a handler is set" : "process was called") + ": it excludes process");
            }
            handler = message -> processIn(processor, message);
            places = concurrency;
        }
        schedule();
    }

    private void processIn(Function<? super T, Future<?>> processor, T message) {
        Future<?> end;
        try {
            end = requireNonNull(processor.apply(message), "the future that the handler returned");
        } catch (Throwable failure) {
            leavePlace(failure);
            return;
        }
        if (end.isComplete()) {
            leavePlace(end.cause());
        } else {
            end.onComplete(result -> leavePlace(result.cause()));
        }
    }

    /** A place becomes free; a failure is told before, so that it comes before the end of the stream. */
    private void leavePlace(@Nullable Throwable failure) {
        if (failure == null) {
            leavePlace();
        } else if (!handle.owner().execute(() -> {
            tellFailure(failure);
            leavePlace();
        })) {
            handle.owner().tell(failure, handle.owner()::report);
        }
    }

    private void leavePlace() {
        schedule(1);
    }

    private void tellFailure(Throwable failure) {
        Handler<Throwable> told;
        synchronized (this) {
            told = phase == Phase.OPEN ? exceptionHandler : null; // after a close it was called for the last time
        }
        handle.owner().dispatchHere(failure, told == null ? handle.owner()::report : told);
    }

    void pause() {
        PendingReceive<T> unwanted;
        synchronized (this) {
            flowing = false;
            demand = 0;
            unwanted = takeWaiting();
        }
        withdraw(unwanted);
    }

    void fetch(long amount) {
        if (amount < 0) {
            throw new IllegalArgumentException("amount must be >= 0: " + amount);
        }
        synchronized (this) {
            demand = amount > Long.MAX_VALUE - demand ? Long.MAX_VALUE : demand + amount;
        }
        schedule();
    }

    void endHandler(@Nullable Handler<Void> newHandler) {
        synchronized (this) {
            endHandler = newHandler;
            if (newHandler == null || phase != Phase.END_UNTOLD) {
                return;
            }
            phase = Phase.ENDED;
        }
        handle.owner().tell(null, newHandler);
    }

    synchronized void exceptionHandler(@Nullable Handler<Throwable> newHandler) {
        exceptionHandler = newHandler;
    }

    /** Ends the stream because its receiver is closed: who reads it learns that it did not come to its end. */
    void close() {
        PendingReceive<T> unwanted;
        Handler<Throwable> told = null;
        synchronized (this) {
            if (phase == Phase.OPEN && handler != null) {
                told = exceptionHandler;
            }
            flowing = false;
            phase = Phase.ENDED;
            unwanted = takeWaiting();
        }
        withdraw(unwanted);
        handle.owner().removeHandle(this);
        if (told != null) {
            handle.owner().tell(new CancellationException("the receiver was closed"), told);
        }
    }

    private @Nullable PendingReceive<T> takeWaiting() {
        PendingReceive<T> taken = waiting;
        waiting = null;
        return taken;
    }

    private boolean isIdle() {
        return handler == null || demand == 0 || phase != Phase.OPEN || (places != UNLIMITED && taken >= places);
    }

    private static <T> void withdraw(@Nullable PendingReceive<T> unwanted) {
        if (unwanted != null && !unwanted.cancel()) {
            ReceiveOperation.putBack(unwanted);
        }
    }

    private void schedule() {
        schedule(0);
    }

    /**
     * Queues a run if there is something to do for it, after so many places have been left. If the context is gone, there is
     * none: its end closes this.
     */
    private void schedule(int placesLeft) {
        boolean behindOthers;
        synchronized (this) {
            taken -= placesLeft;
            if (active || isIdle()) {
                return;
            }
            active = true;
            behindOthers = oneEventEach();
        }
        if (behindOthers) {
            handle.owner().executeBehindOthers(this);
        } else {
            handle.owner().execute(this);
        }
    }

    /** Whether each message is an event of its own, behind the other events of the context. */
    private boolean oneEventEach() {
        return places != UNLIMITED && !handle.owner().isEventLoop();
    }

    /** Hands over a message, the only one of this event, if it is there without a wait in line; false: it is not. */
    private boolean handOverOne() {
        Handler<T> to;
        synchronized (this) {
            to = handler;
            if (!flowing || waiting != null || to == null || isIdle() || !oneEventEach()) {
                return false;
            }
            taken++;
        }
        T message = receiveNow();
        boolean othersToo;
        synchronized (this) {
            if (message == null) {
                taken--;
                return false;
            }
            othersToo = !isIdle();
            active = othersToo;
        }
        if (othersToo) { // before the handler, which may block or await
            handle.owner().executeBehindOthers(this);
        }
        handle.owner().dispatch(message, to);
        return true;
    }

    @Override
    public void run() {
        if (!handle.owner().isEventLoop() && handOverOne()) {
            return;
        }
        do {
            PendingReceive<T> next;
            long since;
            boolean idle;
            synchronized (this) {
                since = waitingSince;
                next = takeWaiting();
                idle = isIdle();
                active = !idle;
            }
            if (idle) {
                withdraw(next);
                return;
            }
            if (next == null) {
                since = handle.owner().nextInLine();
                next = receive();
                if (next == null) {
                    return;
                }
            }
            Handler<T> to;
            boolean lastOfRun = false;
            boolean counted;
            synchronized (this) {
                to = handler;
                counted = places != UNLIMITED;
                if (to == null || isIdle()) { // another thread took the demand away
                    active = false;
                    to = null;
                } else if (!next.isDone()) {
                    active = false;
                    waiting = next;
                    waitingSince = since;
                    return;
                } else if (next.result() instanceof Received) {
                    flowing = demand == Long.MAX_VALUE;
                    if (!flowing) {
                        demand--;
                    }
                    if (counted) {
                        taken++;
                    }
                    if (oneEventEach()) {
                        active = false;
                        lastOfRun = true;
                    }
                }
            }
            if (to == null) {
                withdraw(next);
                return;
            }
            ReceiveResult<T> result = next.result();
            if (!(result instanceof Received<T> received)) {
                end(((Disconnected<T>) result).cause());
                return;
            }
            if (lastOfRun) {
                schedule(); // the other places; before the handler, which may block or await
                handle.owner().dispatch(received.message(), to);
                return;
            }
            handle.owner().dispatch(received.message(), to);
            flow(to, counted);
        } while (handle.owner().mayServeAnother());
        handle.owner().execute(this);
    }

    /** Hands over what is there without a wait in line, as long as nobody changes anything and the turn lasts. */
    private void flow(Handler<T> to, boolean counted) {
        while (flowing && handle.owner().mayServeAnother() && (!counted || takePlace())) {
            T message = receiveNow();
            if (message == null) {
                if (counted) {
                    giveBackPlace();
                }
                return;
            }
            handle.owner().dispatch(message, to);
        }
    }

    private synchronized boolean takePlace() {
        boolean free = taken < places;
        taken += free ? 1 : 0;
        return free;
    }

    private synchronized void giveBackPlace() {
        taken--;
    }

    private @Nullable PendingReceive<T> receive() {
        try {
            return receiver.receive(this::schedule);
        } catch (IllegalStateException refused) {
            if (receiver.isClosed()) {
                return null; // another thread closed it just now
            }
            throw refused;
        }
    }

    private @Nullable T receiveNow() {
        try {
            return receiver.tryReceive().orNull();
        } catch (IllegalStateException refused) {
            if (receiver.isClosed()) {
                return null; // another thread closed it just now
            }
            throw refused;
        }
    }

    private void end(@Nullable Throwable cause) {
        Handler<Void> toldEnd;
        Handler<Throwable> toldCause;
        synchronized (this) {
            active = false;
            if (phase != Phase.OPEN || taken > 0) {
                return; // another thread closed the receiver just now; or the last place finds the end again
            }
            toldEnd = endHandler;
            toldCause = exceptionHandler;
            phase = cause == null && toldEnd == null ? Phase.END_UNTOLD : Phase.ENDED;
        }
        if (cause == null) {
            if (toldEnd != null) {
                handle.owner().dispatchHere(null, toldEnd);
            }
        } else if (toldCause != null) {
            handle.owner().dispatchHere(cause, toldCause);
        } else {
            handle.owner().report(cause);
        }
    }
}
