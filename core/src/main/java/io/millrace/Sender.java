package io.millrace;

import static java.lang.ref.Reference.reachabilityFence;
import static java.util.Objects.requireNonNull;

import io.millrace.internal.BlockingGuards;
import io.millrace.internal.ChannelCore;
import io.millrace.internal.HandleState;
import io.millrace.internal.HandleState.Side;
import io.millrace.spi.PendingSend;
import io.millrace.spi.Waker;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A handle that sends messages to a channel. Any number of threads may use one handle; {@link #duplicate} makes another
 * one, with a lifetime of its own. When the last one is closed, receivers drain what is there and are then told.
 *
 * <p>Operations refuse null messages with NullPointerException, and a handle that was closed with
 * IllegalStateException, also the asynchronous ones, at once. Queries (size, counts, stats) go on working after {@link
 * #close}.
 *
 * <p>What a thread did before it sent a message happens-before what another does after it received that message.
 *
 * @param <T> the type of the messages
 */
// Each operation ends in a reachabilityFence: a handle is not forgotten as long as one of its operations runs.
public final class Sender<T> implements AutoCloseable {
    final ChannelCore<T> core;
    final HandleState handle;

    /** The first sender of a new channel. */
    Sender(ChannelCore<T> core) {
        this.core = core;
        this.handle = core.openFirst(Side.SENDER, this);
    }

    /** One more sender, closed from the start if the channel has none. */
    Sender(WeakSender<T> weak) {
        this.core = weak.core;
        this.handle = core.openBesideOthers(Side.SENDER, this);
    }

    private Sender(Sender<T> original) {
        this.core = original.core;
        this.handle = core.duplicate(original.handle, this);
    }

    /**
     * Sends a message; waits while the channel is full, at a rendezvous until a receiver has it.
     *
     * @param message the message
     * @throws InterruptedException if the thread was interrupted before the message was taken: it was not sent
     * @throws DisconnectedException if no receiver is left, or the channel was closed: it was not sent
     * @throws IllegalStateException if this handle was closed, or this thread must not wait (then use {@link
     *     #sendAsync})
     */
    public void send(T message) throws InterruptedException {
        if (sendWithin(message, ChannelCore.FOREVER) == SendResult.DISCONNECTED) {
            throw core.disconnected();
        }
    }

    /**
     * Sends a message if the channel takes it now. Never waits, and never overtakes a send that waits.
     *
     * @param message the message
     * @return SENT, FULL or DISCONNECTED
     * @throws IllegalStateException if this handle was closed
     */
    public SendResult trySend(T message) {
        requireNonNull(message, "message");
        try {
            return core.trySend(handle, message);
        } finally {
            reachabilityFence(this);
        }
    }

    /**
     * Sends a message; waits at most for the given time.
     *
     * @param message the message
     * @param timeout of any size; zero or less makes one attempt
     * @return SENT, TIMED_OUT or DISCONNECTED; for the latter two the message was not sent
     * @throws InterruptedException if the thread was interrupted before the message was taken: it was not sent
     * @throws IllegalStateException if this handle was closed, or this thread must not wait (then use {@link
     *     #sendAsync})
     */
    public SendResult trySend(T message, Duration timeout) throws InterruptedException {
        return sendWithin(message, Deadlines.nanos(timeout));
    }

    /**
     * Sends a message; waits at most until the given instant.
     *
     * @param message the message
     * @param deadline by the system clock as it stands at the call; one that has passed makes one attempt
     * @return SENT, TIMED_OUT or DISCONNECTED; for the latter two the message was not sent
     * @throws InterruptedException if the thread was interrupted before the message was taken: it was not sent
     * @throws IllegalStateException if this handle was closed, or this thread must not wait (then use {@link
     *     #sendAsync})
     */
    public SendResult trySend(T message, Instant deadline) throws InterruptedException {
        return sendWithin(message, Deadlines.nanosUntil(deadline));
    }

    private SendResult sendWithin(T message, long nanos) throws InterruptedException {
        requireNonNull(message, "message");
        mayWait();
        try {
            return core.send(handle, this, message, nanos);
        } finally {
            reachabilityFence(this);
        }
    }

    private void mayWait() throws InterruptedException {
        core.requireOpen(handle);
        BlockingGuards.check("sendAsync");
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
    }

    /**
     * Sends a message without waiting: it is sent or stands in line when this returns. The future completes when the
     * channel took the message, on the thread that made room. Ending the future in any other way, by {@code cancel},
     * {@code orTimeout}, {@code complete} and so on, takes the message out of the line, unless it was taken before: then
     * the future completes normally. A disconnect completes it with {@link DisconnectedException}.
     *
     * @param message the message
     * @return completes when the message was taken
     * @throws IllegalStateException if this handle was closed
     */
    public CompletableFuture<Void> sendAsync(T message) {
        requireNonNull(message, "message");
        try {
            return core.sendAsync(handle, this, message);
        } finally {
            reachabilityFence(this);
        }
    }

    /**
     * Sends messages in order, as one operation that keeps its place in line until its last message is taken; waits as
     * long as that takes.
     *
     * @param messages the messages
     * @return how many were sent: all; or fewer, but at least one, when the thread was interrupted (its interrupt flag is
     *     set then) or the channel was disconnected in the middle
     * @throws InterruptedException if the thread was interrupted before the first one was taken: none was sent
     * @throws DisconnectedException if no receiver is left, or the channel was closed, before the first one was taken
     * @throws NullPointerException if a message is null: none was sent
     * @throws IllegalStateException if this handle was closed, or this thread must not wait (then use {@link
     *     #sendAsync})
     */
    public int sendAll(Collection<? extends T> messages) throws InterruptedException {
        T[] inOrder = toArray(messages);
        mayWait();
        try {
            return core.sendAll(handle, this, inOrder);
        } finally {
            reachabilityFence(this);
        }
    }

    /**
     * Sends messages in order as long as the channel takes them now. Never waits.
     *
     * @param messages the messages
     * @return how many were sent, counted from the first
     * @throws NullPointerException if a message is null: none was sent
     * @throws IllegalStateException if this handle was closed
     */
    public int trySendAll(Collection<? extends T> messages) {
        try {
            return core.trySendAll(handle, toArray(messages));
        } finally {
            reachabilityFence(this);
        }
    }

    @SuppressWarnings("unchecked")
    private static <T> T[] toArray(Collection<? extends T> messages) {
        T[] inOrder = (T[]) messages.toArray();
        for (T message : inOrder) {
            requireNonNull(message, "message");
        }
        return inOrder;
    }

    /**
     * Sends a message whatever the room. Never waits: where the channel is full the oldest message makes way and is
     * returned. Sends that wait in line are not overtaken: the first of them moves up, and this message goes to the end of
     * the line, where nobody waits on it. At a rendezvous it is sent into a waiting receiver, or else comes back itself.
     *
     * @param message the message
     * @return the displaced message, which no receiver will get, or null if none was
     * @throws DisconnectedException if no receiver is left, or the channel was closed: it was not sent
     * @throws IllegalStateException if this handle was closed
     */
    public @Nullable T forceSend(T message) {
        requireNonNull(message, "message");
        try {
            return core.forceSend(handle, this, message);
        } finally {
            reachabilityFence(this);
        }
    }

    /**
     * Sends a message without waiting, for adapters: it is sent or stands in line when this returns.
     *
     * @param message the message
     * @param waker called once a peer has ended the operation, if it was not done when returned
     * @return the operation
     * @throws IllegalStateException if this handle was closed
     */
    public PendingSend<T> send(T message, Waker waker) {
        requireNonNull(message, "message");
        requireNonNull(waker, "waker");
        try {
            return core.send(handle, this, message, waker);
        } finally {
            reachabilityFence(this);
        }
    }

    /**
     * Makes another handle on the same channel, to be closed on its own.
     *
     * @return a new, open handle
     * @throws IllegalStateException if this handle was closed
     */
    public Sender<T> duplicate() {
        try {
            return new Sender<>(this);
        } finally {
            reachabilityFence(this);
        }
    }

    /**
     * Makes a handle that does not count: it keeps the channel's senders' side no longer connected, and must be upgraded to
     * send.
     *
     * @return a weak handle on the same channel
     * @throws IllegalStateException if this handle was closed
     */
    public WeakSender<T> downgrade() {
        try {
            core.requireOpen(handle);
            return new WeakSender<>(core);
        } finally {
            reachabilityFence(this);
        }
    }

    /**
     * Closes this handle; without effect when it is closed. Its sends that wait in line keep waiting, and keep the side
     * connected until they end.
     */
    @Override
    public void close() {
        core.closeHandle(handle);
    }

    /**
     * Tells whether this handle was closed.
     *
     * @return true after {@link #close}
     */
    public boolean isClosed() {
        return handle.isClosed();
    }

    /**
     * Tells whether sending has become impossible.
     *
     * @return true if no receiver is left, or the channel was closed
     */
    public boolean isDisconnected() {
        return core.isDisconnectedNow();
    }

    /**
     * Returns how many messages are buffered.
     *
     * @return never more than the capacity; 0 for a rendezvous
     */
    public int size() {
        return core.sizeNow();
    }

    /**
     * Tells whether nothing is buffered.
     *
     * @return true if the size is 0; always true for a rendezvous
     */
    public boolean isEmpty() {
        return core.sizeNow() == 0;
    }

    /**
     * Tells whether the buffer is full.
     *
     * @return true if the size is the capacity; always true for a rendezvous
     */
    public boolean isFull() {
        return core.isFullNow();
    }

    /**
     * Returns the channel's capacity.
     *
     * @return 0 for a rendezvous, empty for an unbounded channel
     */
    public OptionalInt capacity() {
        return core.capacityBound();
    }

    /**
     * Returns the number of open sender handles.
     *
     * @return the number now
     */
    public int senderCount() {
        return core.handlesNow(Side.SENDER);
    }

    /**
     * Returns the number of open receiver handles.
     *
     * @return the number now
     */
    public int receiverCount() {
        return core.handlesNow(Side.RECEIVER);
    }

    /**
     * Tells whether another handle stands on the same channel.
     *
     * @param other the other handle
     * @return true if it does
     */
    public boolean sameChannel(Sender<?> other) {
        return core == other.core;
    }

    /**
     * Tells whether another handle stands on the same channel.
     *
     * @param other the other handle
     * @return true if it does
     */
    public boolean sameChannel(Receiver<?> other) {
        return core == other.core;
    }

    /**
     * Returns the channel's figures, all as of one instant.
     *
     * @return the figures
     */
    public ChannelStats stats() {
        return core.statsNow();
    }

    @Override
    public String toString() {
        return (isClosed() ? "closed Sender of " : "Sender of ") + core;
    }
}
