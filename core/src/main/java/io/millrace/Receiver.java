package io.millrace;

import static java.util.Objects.requireNonNull;

import io.millrace.internal.BlockingGuards;
import io.millrace.internal.ChannelCore;
import io.millrace.internal.HandleState;
import io.millrace.internal.HandleState.Side;
import io.millrace.spi.PendingReceive;
import io.millrace.spi.Waker;
import java.time.Duration;
import java.time.Instant;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;

/**
 * A handle that receives messages from a channel. Any number of threads may use one handle; {@link #duplicate} makes
 * another one, with a lifetime of its own. When the last one is closed, buffered messages become undelivered and senders
 * are told.
 *
 * <p>Operations refuse a handle that was closed with IllegalStateException, also the asynchronous ones, at once. Queries
 * (size, counts, stats) go on working after {@link #close}.
 *
 * <p>What a thread did before it sent a message happens-before what another does after it received that message.
 *
 * @param <T> the type of the messages
 */
public final class Receiver<T> implements AutoCloseable {
    final ChannelCore<T> core;
    private final HandleState handle;

    Receiver(ChannelCore<T> core, HandleState handle) {
        this.core = core;
        this.handle = handle;
    }

    /**
     * Receives a message; waits until there is one.
     *
     * @return the oldest message
     * @throws InterruptedException if the thread was interrupted before a message was handed to it: none was received
     * @throws DisconnectedException if the channel is disconnected and drained
     * @throws IllegalStateException if this handle was closed, or this thread must not wait (then use {@link
     *     #receiveAsync})
     */
    public T receive() throws InterruptedException {
        mayWait();
        return core.receive(handle, this);
    }

    /**
     * Receives a message if there is one now. Never waits, and never overtakes a receive that waits.
     *
     * @return a {@link ReceiveResult.Received}, {@link ReceiveResult.Empty} or {@link ReceiveResult.Disconnected}
     * @throws IllegalStateException if this handle was closed
     */
    public ReceiveResult<T> tryReceive() {
        return core.tryReceive(handle);
    }

    /**
     * Receives a message; waits at most for the given time.
     *
     * @param timeout of any size; zero or less makes one attempt
     * @return a {@link ReceiveResult.Received}, {@link ReceiveResult.TimedOut} or {@link ReceiveResult.Disconnected}
     * @throws InterruptedException if the thread was interrupted before a message was handed to it: none was received
     * @throws IllegalStateException if this handle was closed, or this thread must not wait (then use {@link
     *     #receiveAsync})
     */
    public ReceiveResult<T> tryReceive(Duration timeout) throws InterruptedException {
        return receiveWithin(Deadlines.nanos(timeout));
    }

    /**
     * Receives a message; waits at most until the given instant.
     *
     * @param deadline by the system clock as it stands at the call; one that has passed makes one attempt
     * @return a {@link ReceiveResult.Received}, {@link ReceiveResult.TimedOut} or {@link ReceiveResult.Disconnected}
     * @throws InterruptedException if the thread was interrupted before a message was handed to it: none was received
     * @throws IllegalStateException if this handle was closed, or this thread must not wait (then use {@link
     *     #receiveAsync})
     */
    public ReceiveResult<T> tryReceive(Instant deadline) throws InterruptedException {
        return receiveWithin(Deadlines.nanosUntil(deadline));
    }

    private ReceiveResult<T> receiveWithin(long nanos) throws InterruptedException {
        mayWait();
        return core.tryReceive(handle, this, nanos);
    }

    private void mayWait() throws InterruptedException {
        core.requireOpen(handle);
        BlockingGuards.check("receiveAsync");
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
    }

    /**
     * Receives a message without waiting: the future completes with it now or, on the thread that sent it, later. Ending
     * the future in any other way, by {@code cancel}, {@code orTimeout}, {@code complete} and so on, takes it out of the
     * line, so that it consumes nothing, unless a message was handed to it before: then it completes with that message. A
     * disconnect completes it with {@link DisconnectedException}.
     *
     * <p>Cancelling a future derived from it, such as {@code receiveAsync().thenApply(f)}, does not cancel the receive.
     *
     * @return completes with the message
     * @throws IllegalStateException if this handle was closed
     */
    public CompletableFuture<T> receiveAsync() {
        return core.receiveAsync(handle, this);
    }

    /**
     * Receives a message without waiting, for adapters: it is received when this returns, or the operation is in line.
     *
     * @param waker called once a peer has ended the operation, if it was not done when returned
     * @return the operation
     * @throws IllegalStateException if this handle was closed
     */
    public PendingReceive<T> receive(Waker waker) {
        requireNonNull(waker, "waker");
        return core.receive(handle, this, waker);
    }

    /**
     * Makes another handle on the same channel, to be closed on its own.
     *
     * @return a new, open handle
     * @throws IllegalStateException if this handle was closed
     */
    public Receiver<T> duplicate() {
        return new Receiver<>(core, core.duplicate(handle));
    }

    /**
     * Closes this handle; without effect when it is closed. Its receives that wait in line keep waiting, and keep the side
     * connected until they end.
     */
    @Override
    public void close() {
        core.close(handle);
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
     * Tells whether no more messages will be sent; what was sent before may still be there.
     *
     * @return true if no sender is left, or the channel was closed
     */
    public boolean isDisconnected() {
        return core.isDisconnectedNow();
    }

    /**
     * Tells whether nothing is left to receive.
     *
     * @return true if the channel is disconnected and drained
     */
    public boolean isTerminated() {
        return core.isTerminatedNow();
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
        return (isClosed() ? "closed Receiver of " : "Receiver of ") + core;
    }
}
