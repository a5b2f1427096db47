package io.millrace;

import static java.lang.ref.Reference.reachabilityFence;
import static java.util.Objects.requireNonNull;

import io.millrace.internal.BlockingGuards;
import io.millrace.internal.ChannelCore;
import io.millrace.internal.HandleState;
import io.millrace.internal.HandleState.Side;
import io.millrace.spi.PendingReceive;
import io.millrace.spi.Waker;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

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
// Each operation ends in a reachabilityFence: a handle is not forgotten as long as one of its operations runs.
public final class Receiver<T> implements AutoCloseable, Iterable<T> {
    /** More than a list made without a capacity promises room for, which it has only when it is used: too late, under the lock. */
    private static final int UNPROMISED = 11;

    final ChannelCore<T> core;
    final HandleState handle;

    /** The first receiver of a new channel. */
    Receiver(ChannelCore<T> core) {
        this.core = core;
        this.handle = core.openFirst(Side.RECEIVER, this);
    }

    private Receiver(Receiver<T> original) {
        this.core = original.core;
        this.handle = core.duplicate(original.handle, this);
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
        mayWait("receiveAsync");
        try {
            return core.receive(handle, this);
        } finally {
            reachabilityFence(this);
        }
    }

    /**
     * Receives a message if there is one now. Never waits, and never overtakes a receive that waits.
     *
     * @return a {@link ReceiveResult.Received}, {@link ReceiveResult.Empty} or {@link ReceiveResult.Disconnected}
     * @throws IllegalStateException if this handle was closed
     */
    public ReceiveResult<T> tryReceive() {
        try {
            return core.tryReceive(handle);
        } finally {
            reachabilityFence(this);
        }
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
        mayWait("receiveAsync");
        try {
            return core.tryReceive(handle, this, nanos);
        } finally {
            reachabilityFence(this);
        }
    }

    private void mayWait(String asyncMethod) throws InterruptedException {
        core.requireOpen(handle);
        BlockingGuards.check(asyncMethod);
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
        try {
            return core.receiveAsync(handle, this);
        } finally {
            reachabilityFence(this);
        }
    }

    /**
     * Receives several messages as one operation; waits for the first, and takes the others that are there. As many
     * waiting sends as places come free complete.
     *
     * @param max how many at most
     * @return at least one message, oldest first, in a list that is the caller's own
     * @throws InterruptedException if the thread was interrupted before a message was handed to it: none was received
     * @throws DisconnectedException if the channel is disconnected and drained
     * @throws IllegalArgumentException if max is less than 1
     * @throws IllegalStateException if this handle was closed, or this thread must not wait (then use {@link
     *     #receiveManyAsync})
     */
    public List<T> receiveMany(int max) throws InterruptedException {
        requireAtLeast(1, max);
        mayWait("receiveManyAsync");
        try {
            return core.receiveMany(handle, this, max);
        } finally {
            reachabilityFence(this);
        }
    }

    /**
     * Receives several messages without waiting: the future completes once there is one, with that and the others that are
     * there. It is ended as that of {@link #receiveAsync}.
     *
     * @param max how many at most
     * @return completes with at least one message, oldest first
     * @throws IllegalArgumentException if max is less than 1
     * @throws IllegalStateException if this handle was closed
     */
    public CompletableFuture<List<T>> receiveManyAsync(int max) {
        requireAtLeast(1, max);
        try {
            return core.receiveManyAsync(handle, this, max);
        } finally {
            reachabilityFence(this);
        }
    }

    /**
     * Moves messages that are there now, those of waiting sends included, into a collection. Never waits.
     *
     * @param target gets the messages, oldest first: an {@link ArrayList} without a detour, which allocates nothing while
     *     it has room; any other with no lock held, and if it throws, those that it did not take go back in front
     * @param max how many at most
     * @return how many
     * @throws IllegalArgumentException if max is negative
     * @throws IllegalStateException if this handle was closed
     */
    public int drainTo(Collection<? super T> target, int max) {
        requireNonNull(target, "target");
        requireAtLeast(0, max);
        if (target.getClass() == ArrayList.class) {
            return takeInto((ArrayList<? super T>) target, max);
        }
        List<T> messages = takeNow(max);
        int added = 0;
        try {
            for (T message : messages) {
                target.add(message);
                added++;
            }
        } finally {
            if (added < messages.size()) {
                core.returnToFront(messages.subList(added, messages.size()));
            }
        }
        return added;
    }

    /**
     * Receives all messages that are there now, those of waiting sends included. Never waits.
     *
     * @return the messages, oldest first, perhaps none, in a list that is the caller's own
     * @throws IllegalStateException if this handle was closed
     */
    public List<T> drain() {
        return takeNow(Integer.MAX_VALUE);
    }

    /** Into a list that runs no foreign code, so that it may be filled under the lock. */
    @SuppressWarnings("NonApiType") // no other will do
    private int takeInto(ArrayList<? super T> target, int max) {
        if (target.isEmpty()) {
            target.ensureCapacity(UNPROMISED);
        }
        try {
            return core.takeNow(handle, target, max);
        } finally {
            reachabilityFence(this);
        }
    }

    private List<T> takeNow(int max) {
        try {
            return core.takeNow(handle, max);
        } finally {
            reachabilityFence(this); // or it could be found forgotten while it takes
        }
    }

    private static void requireAtLeast(int least, int max) {
        if (max < least) {
            throw new IllegalArgumentException("max must be >= " + least + ": " + max);
        }
    }

    /**
     * Iterates over the messages; waits for each. It ends when the channel is disconnected and drained. {@link
     * Iterator#hasNext} has to take a message ahead, which {@code next} then returns: an iterator that is dropped after
     * {@code hasNext} takes that message along. A for-each loop that is left early loses none.
     *
     * <p>{@code hasNext} and {@code next} throw {@link DisconnectedException} at the end of a channel that was closed with
     * a cause, and IllegalStateException on a thread that is interrupted (its flag stays set) or must not wait.
     *
     * @return a new iterator
     * @throws IllegalStateException if this handle was closed
     */
    @Override
    public Iterator<T> iterator() {
        core.requireOpen(handle);
        return new MessageIterator<>(this::receiveUnlessEnded);
    }

    /**
     * Streams the messages; waits for each, and ends as {@link #iterator} does. No message is taken before the stream asks
     * for it, so that one which stops early loses none. It does not split.
     *
     * @return a new, sequential stream
     * @throws IllegalStateException if this handle was closed
     */
    public Stream<T> stream() {
        core.requireOpen(handle);
        return StreamSupport.stream(new MessageSpliterator<>(this::receiveUnlessEnded), false);
    }

    /**
     * Iterates over the messages that are there; never waits, and ends as soon as nothing is there. Its {@code hasNext}
     * takes a message ahead.
     *
     * @return can be iterated any number of times
     * @throws IllegalStateException if this handle was closed
     */
    public Iterable<T> available() {
        core.requireOpen(handle);
        return () -> new MessageIterator<>(() -> tryReceive().orNull());
    }

    private @Nullable T receiveUnlessEnded() {
        try {
            return receive();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for a message of " + core.name(), interrupted);
        } catch (DisconnectedException ended) {
            if (ended.getCause() != null) {
                throw ended;
            }
            return null;
        }
    }

    /**
     * Returns a publisher of the messages, each of which goes to one subscriber: subscribers compete for them as receivers
     * do. Each subscription has a handle of its own, a {@link #duplicate} of this one, from its start to its end. It takes
     * a message only when its subscriber has asked for one; it completes when the channel is disconnected and drained, with
     * an error if that had a cause. Subscribers are called one call at a time, on the thread that sent the message or asked
     * for it.
     *
     * @return a publisher; subscribers that come after the close of this handle get an error
     * @throws IllegalStateException if this handle was closed
     */
    public Flow.Publisher<T> publisher() {
        core.requireOpen(handle);
        return new MessagePublisher<>(this);
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
        try {
            return core.receive(handle, this, waker);
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
    public Receiver<T> duplicate() {
        try {
            return new Receiver<>(this);
        } finally {
            reachabilityFence(this);
        }
    }

    /**
     * Closes this handle; without effect when it is closed. Its receives that wait in line keep waiting, and keep the side
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
