package io.millrace.vertx;

import static java.util.Objects.requireNonNull;

import io.millrace.DisconnectedException;
import io.millrace.SendResult;
import io.millrace.Sender;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.streams.WriteStream;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A sending handle on a channel, bound to the Vert.x context that made it.
 *
 * <p><b>Waiting.</b> No method waits. A future completes when the channel has accepted the message: it has room for it,
 * or a receiver has it. Messages of one sender are accepted in the order in which they were sent.
 *
 * <p><b>Threads.</b> Every method may be called from any thread. A future completes on the context that made the call,
 * duplicated contexts included; where the calling thread has no context, on the context of this handle. Handlers run on
 * the context of this handle. An operation that is done at once may return a completed future. Sends that this handle's own
 * context calls are accepted, and complete, in the order of the calls.
 *
 * <p><b>Giving up.</b> A send ends early by its timeout, or when the future ends that was given to it. One claim decides
 * whether that or a receiver came first, so a message whose send failed was not sent. To stop listening to its future does not
 * end it: after {@link Future#timeout} or a timed {@link Future#await} the message still waits, and is sent when there is room.
 *
 * <p><b>End.</b> When the channel is disconnected (its last receiver is gone, or it was closed), sends fail with
 * {@link DisconnectedException}. The handle is closed with the verticle that made it; sends that wait then fail with
 * {@link CancellationException}, and their messages were not sent, unless they had been accepted before. Sending on a closed
 * handle is refused with an {@link IllegalStateException}, thrown at once.
 *
 * <p><b>Memory.</b> What a thread did before it sent happens-before what a receiver does with the message. The message is
 * passed as it is, without codec or copy: it belongs to the receiver from then on.
 *
 * <p>As a {@link WriteStream} it takes every message; {@link #writeQueueFull} counts this handle's own messages that the
 * channel has not accepted yet.
 *
 * @param <T> the type of the messages
 */
public final class VertxSender<T> implements WriteStream<T> {
    /** How many messages may wait before {@link #writeQueueFull} says so, unless it is set. */
    public static final int DEFAULT_WRITE_QUEUE_MAX_SIZE = 16;

    private final OwnerContext owner;
    private final Sender<T> sender;
    private final Operations operations;

    // Guarded by: this; no code of others runs under it
    private int waiting;
    private int untold; // of those that waited
    private int maxSize = DEFAULT_WRITE_QUEUE_MAX_SIZE;
    private boolean wasFull;
    private boolean toldDisconnect;
    private @Nullable Handler<Void> drainHandler;
    private @Nullable Handler<Throwable> exceptionHandler;
    private volatile @Nullable Promise<Void> ending; // read without the lock too

    VertxSender(OwnerContext owner, Sender<T> sender) {
        this.owner = owner;
        this.sender = sender;
        this.operations = new Operations(owner, "sender", this::closeNow);
        operations.open();
    }

    /**
     * Sends a message; the future completes when the channel has accepted it.
     *
     * @param message the message
     * @return a future that fails with {@link DisconnectedException} if the channel is or gets disconnected before, and
     *     with {@link CancellationException} if this handle or the calling context is closed before
     * @throws IllegalStateException if this handle is closed
     */
    public Future<Void> send(T message) {
        return begin(message, Limit.NONE);
    }

    /**
     * Sends a message, unless the channel does not accept it in time.
     *
     * @param message the message
     * @param timeout how long to wait; zero or less: one attempt
     * @return a future as of {@link #send(Object)}, that also fails with {@link TimeoutException}: then the message was
     *     not sent
     * @throws IllegalStateException if this handle is closed
     */
    public Future<Void> send(T message, Duration timeout) {
        requireNonNull(timeout, "timeout");
        if (!timeout.isZero() && !timeout.isNegative()) {
            return begin(message, Limit.of(timeout));
        }
        return switch (trySend(message)) {
            case SENT -> owner.caller().succeeded(null);
            case FULL, TIMED_OUT -> owner.caller().failed(new TimeoutException("timed out after " + timeout));
            case DISCONNECTED -> {
                DisconnectedException failure = SendOperation.disconnected(sender, message);
                disconnected(failure);
                yield owner.caller().failed(failure);
            }
        };
    }

    /**
     * Sends a message, unless a future ends before the channel accepts it, however that ends: then the message is withdrawn.
     * For example, a promise that is completed to stop all sends that wait, or {@code vertx.timer(1, SECONDS)}; where time is
     * all that matters, {@link #send(Object, Duration)} is cheaper, since its timer ends with it. To cancel such a timer withdraws
     * the message, too. Any number of sends may share one future, which may live as long as the program.
     *
     * @param message the message
     * @param until the future; if it has ended already, the message is not sent even if there is room
     * @return a future as of {@link #send(Object)}, that fails with {@link CancellationException} also when the message was
     *     withdrawn: then it was not sent; its cause is what the other future failed with, if it did
     * @throws IllegalStateException if this handle is closed
     */
    public Future<Void> sendUntil(T message, Future<?> until) {
        requireNonNull(message, "message");
        requireNonNull(until, "until");
        if (until.isComplete()) {
            requireNotEnded();
            sender.trySendAll(List.of()); // sends nothing, and refuses a closed handle
            return owner.caller().failed(Until.cancellation(until.cause()));
        }
        return begin(message, Limit.of(until));
    }

    /**
     * Sends a message if the channel accepts it now. It does not overtake sends that wait.
     *
     * @param message the message
     * @return {@link SendResult#SENT}, {@link SendResult#FULL} or {@link SendResult#DISCONNECTED}
     * @throws IllegalStateException if this handle is closed
     */
    public SendResult trySend(T message) {
        requireNonNull(message, "message");
        requireNotEnded();
        return sender.trySend(message);
    }

    private Future<Void> begin(T message, Limit limit) {
        requireNonNull(message, "message");
        requireNotEnded();
        OwnerContext caller = owner.caller();
        if (operations.mayCompleteAtOnce(caller) && sender.trySend(message).isSent()) {
            caller.completedAtOnce();
            return caller.succeeded(null);
        }
        return new SendOperation<>(operations, caller, sender, message, this).begin(limit);
    }

    private void requireNotEnded() {
        if (ending != null) {
            throw new IllegalStateException("sender was ended");
        }
    }

    /**
     * The core's handle behind this one: for its queries, and to make duplicates for threads outside of Vert.x. It is closed
     * with this handle.
     *
     * @return the core's sender, always the same one
     */
    public Sender<T> sender() {
        return sender;
    }

    /**
     * Closes this handle now. Its sends that wait fail with {@link CancellationException}, unless their messages have been
     * accepted already. Other handles are untouched; when the last sender of a channel is closed, its receivers get what
     * is left and then the end.
     *
     * @return a future of the calling context, completed when the handle is closed; closing again changes nothing
     */
    public Future<Void> close() {
        Future<Void> closed = owner.caller().succeeded(null);
        closeNow();
        return closed;
    }

    private void closeNow() {
        operations.close();
        sender.close();
        finishEnd();
    }

    // ---- WriteStream

    /**
     * Same as {@link #send(Object)}: the message is always taken, also when {@link #writeQueueFull} says true.
     *
     * @param message the message
     * @return a future as of {@link #send(Object)}
     */
    @Override
    public Future<Void> write(T message) {
        return send(message);
    }

    /**
     * Takes no more messages, and closes this handle when those that it was given are accepted or have failed. Other
     * handles are untouched.
     *
     * @return a future of the context that called first, completed when the handle is closed
     */
    @Override
    public Future<Void> end() {
        Promise<Void> end = owner.caller().promise();
        boolean now;
        synchronized (this) {
            if (ending != null) {
                return ending.future();
            }
            ending = end;
            now = untold == 0;
        }
        if (now) {
            closeNow();
        }
        return end.future();
    }

    /**
     * Sends a last message and {@linkplain #end() ends}, also when that message fails.
     *
     * @param message the message
     * @return a future of the context that called, completed when the handle is closed; it fails as that of
     *     {@link #send(Object)}
     */
    @Override
    public Future<Void> end(T message) {
        Future<Void> sent = send(message);
        return end().compose(closed -> sent);
    }

    /**
     * Sets how many messages may wait before {@link #writeQueueFull} says true.
     *
     * @param maxSize the number of messages, at least 1
     * @return this
     */
    @Override
    public VertxSender<T> setWriteQueueMaxSize(int maxSize) {
        if (maxSize < 1) {
            throw new IllegalArgumentException("maxSize must be >= 1: " + maxSize);
        }
        synchronized (this) {
            this.maxSize = maxSize;
            wasFull = wasFull || waiting >= maxSize;
        }
        tellIfDrained();
        return this;
    }

    /**
     * Tells whether so many messages of this handle wait to be accepted that one should stop writing until the drain
     * handler is called.
     *
     * @return true if it is full
     */
    @Override
    public synchronized boolean writeQueueFull() {
        return waiting >= maxSize;
    }

    /**
     * Sets what is called, on this handle's context, each time when after having been full no more than half of the
     * maximum waits. If it is not full now, it is called soon.
     *
     * @param handler the handler, or null for none
     * @return this
     */
    @Override
    public VertxSender<T> drainHandler(@Nullable Handler<Void> handler) {
        synchronized (this) {
            drainHandler = handler;
            if (handler == null || wasFull) {
                return this;
            }
        }
        owner.tell(null, handler);
        return this;
    }

    /**
     * Sets what is called, on this handle's context, once, when a message fails because the channel is disconnected.
     *
     * @param handler the handler, or null for none
     * @return this
     */
    @Override
    public synchronized VertxSender<T> exceptionHandler(@Nullable Handler<Throwable> handler) {
        exceptionHandler = handler;
        return this;
    }

    /** A message of this handle begins to wait. */
    synchronized void messageWaits() {
        waiting++;
        untold++;
        wasFull = wasFull || waiting >= maxSize;
    }

    /** A message that waited has been accepted or has failed. */
    void messageEnded() {
        synchronized (this) {
            waiting--;
        }
        tellIfDrained();
    }

    /** The future of a message that waited has completed. */
    void messageTold() {
        boolean last;
        synchronized (this) {
            untold--;
            last = untold == 0 && ending != null;
        }
        if (last) {
            closeNow();
        }
    }

    private void tellIfDrained() {
        Handler<Void> told;
        synchronized (this) {
            if (!wasFull || waiting > maxSize / 2) {
                return;
            }
            wasFull = false;
            told = drainHandler;
        }
        if (told != null) {
            owner.tell(null, told);
        }
    }

    /** A message has failed because the channel is disconnected. */
    void disconnected(Throwable failure) {
        Handler<Throwable> told;
        synchronized (this) {
            if (toldDisconnect) {
                return;
            }
            toldDisconnect = true;
            told = exceptionHandler;
        }
        if (told != null) {
            owner.tell(failure, told);
        }
    }

    private void finishEnd() {
        Promise<Void> end;
        synchronized (this) {
            end = ending;
        }
        if (end != null) {
            OwnerContext.completeIfPossible(end, null);
        }
    }

    @Override
    public String toString() {
        return "Vertx" + sender;
    }
}
