package io.millrace.vertx;

import io.millrace.ReceiveResult;
import io.millrace.ReceiveResult.Disconnected;
import io.millrace.ReceiveResult.Received;
import io.millrace.Receiver;
import io.millrace.spi.PendingReceive;
import io.vertx.core.Handler;
import java.util.concurrent.CancellationException;
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
 * <p><b>State.</b> {@code active} means that a run is queued or under way; whoever sets it queues the run, and the run
 * clears it together with its decision to stop, so no change of the demand and no wake-up is lost. {@code waiting} is the
 * one receive that stands in the channel's line; it belongs to whoever takes it out of the field. No code of others runs
 * under the lock.
 */
final class Drain<T> implements Runnable, OwnerContext.Owned {
    private final Operations handle;
    private final Receiver<T> receiver;

    // Guarded by: this
    private @Nullable Handler<T> handler;
    private @Nullable Handler<Void> endHandler;
    private @Nullable Handler<Throwable> exceptionHandler;
    private long demand = Long.MAX_VALUE;
    private boolean active;
    private @Nullable PendingReceive<T> waiting;
    private long waitingSince;
    private Phase phase = Phase.OPEN;

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
            handler = newHandler;
            if (newHandler == null) {
                unwanted = takeWaiting();
            }
        }
        withdraw(unwanted);
        schedule();
    }

    void pause() {
        PendingReceive<T> unwanted;
        synchronized (this) {
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
        return handler == null || demand == 0 || phase != Phase.OPEN;
    }

    private static <T> void withdraw(@Nullable PendingReceive<T> unwanted) {
        if (unwanted != null && !unwanted.cancel()) {
            ReceiveOperation.putBack(unwanted);
        }
    }

    /** Queues a run if there is something to do for it. If the context is gone, it closes the receiver. */
    private void schedule() {
        synchronized (this) {
            if (active || isIdle()) {
                return;
            }
            active = true;
        }
        handle.owner().execute(this);
    }

    @Override
    public void run() {
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
            synchronized (this) {
                to = handler;
                if (to == null || isIdle()) { // another thread took the demand away
                    active = false;
                    to = null;
                } else if (!next.isDone()) {
                    active = false;
                    waiting = next;
                    waitingSince = since;
                    return;
                } else if (demand != Long.MAX_VALUE) {
                    demand--;
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
            handle.owner().dispatch(received.message(), to);
        } while (handle.owner().mayServeAnother());
        handle.owner().execute(this);
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

    private void end(@Nullable Throwable cause) {
        Handler<Void> toldEnd;
        Handler<Throwable> toldCause;
        synchronized (this) {
            active = false;
            if (phase != Phase.OPEN) {
                return; // another thread closed the receiver just now
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
