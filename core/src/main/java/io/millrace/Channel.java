package io.millrace;

import io.millrace.internal.ChannelCore;
import io.millrace.spi.ChannelProbe;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A queue of messages that any number of senders and receivers share. Each message goes to one receiver.
 *
 * <p>A channel buffers up to its capacity; with capacity 0, a <em>rendezvous</em>, a send completes when a receiver has
 * the message. Whoever finds it full or empty may wait as a thread, as a future or through a waker, all in one line,
 * served first come, first served.
 *
 * <p>What a thread did before it sent a message happens-before what another does after it received that message.
 *
 * <p>The channel holds its first two handles, {@link #sender()} and {@link #receiver()}; more are made with {@code
 * duplicate()}. When all handles of one side are closed the channel is <em>disconnected</em>: without senders, receivers
 * drain what is there and are then told; without receivers, what is buffered becomes undelivered and senders are told. All
 * methods may be called from any thread, and none of them waits.
 *
 * <p>The shape of the API, and of the algorithm beneath it, is that of Rust's flume.
 *
 * @param <T> the type of the messages
 */
public final class Channel<T> {
    final ChannelCore<T> core;
    private final Sender<T> sender;
    private final Receiver<T> receiver;

    private Channel(ChannelCore<T> core) {
        this.core = core;
        this.sender = new Sender<>(core);
        this.receiver = new Receiver<>(core);
    }

    /**
     * Makes a channel that buffers a number of messages.
     *
     * @param capacity how many messages at most; 0 makes a rendezvous
     * @param <T> the type of the messages
     * @return a new channel
     * @throws IllegalArgumentException if the capacity is negative
     */
    public static <T> Channel<T> bounded(int capacity) {
        return Channel.<T>builder().capacity(capacity).build();
    }

    /**
     * Makes a channel that buffers nothing: a send completes when a receiver has the message.
     *
     * @param <T> the type of the messages
     * @return a new channel
     */
    public static <T> Channel<T> rendezvous() {
        return bounded(0);
    }

    /**
     * Makes a channel that buffers without a bound: a send never waits. Nothing holds back senders that are faster than
     * their receivers but the memory's end; prefer a bound.
     *
     * @param <T> the type of the messages
     * @return a new channel
     */
    public static <T> Channel<T> unbounded() {
        return Channel.<T>builder().unbounded().build();
    }

    /**
     * Starts the description of a channel: a rendezvous without a given name, unless told otherwise.
     *
     * @param <T> the type of the messages
     * @return a new builder
     */
    public static <T> Builder<T> builder() {
        return new Builder<>();
    }

    /**
     * Returns the channel's first sender handle.
     *
     * @return always the same handle, open or closed
     */
    public Sender<T> sender() {
        return sender;
    }

    /**
     * Returns the channel's first receiver handle.
     *
     * @return always the same handle, open or closed
     */
    public Receiver<T> receiver() {
        return receiver;
    }

    /**
     * Ends sending: later sends fail, sends that wait in line complete as receivers come, receivers drain what is there
     * and are then told that the channel is disconnected.
     *
     * @return true if this call closed it; false if it was disconnected before
     */
    public boolean close() {
        return core.closeChannel(null);
    }

    /**
     * Ends sending as {@link #close()} does, and gives the reason: the cause of the exception that receivers see after
     * the last message.
     *
     * @param cause the reason
     * @return true if this call closed it; false if it was disconnected before: then this cause is not used
     */
    public boolean close(Throwable cause) {
        return core.closeChannel(Objects.requireNonNull(cause, "cause"));
    }

    /**
     * Ends both sides at once: what is buffered becomes undelivered, and every waiting operation fails.
     *
     * @return true unless it was cancelled before
     */
    public boolean cancel() {
        return core.cancelChannel(null);
    }

    /**
     * Ends both sides as {@link #cancel()} does, and gives the reason.
     *
     * @param cause the reason; not used where the channel had ended before, with or without a cause
     * @return true unless it was cancelled before
     */
    public boolean cancel(Throwable cause) {
        return core.cancelChannel(Objects.requireNonNull(cause, "cause"));
    }

    /**
     * Returns the future of the channel's end. It completes once either side is gone for good, exceptionally if a cause
     * was given; its dependents run on the thread that ended the channel, with no lock held. Nobody else can complete it:
     * to wait for a limited time, use a {@link CompletableFuture#copy()} of it.
     *
     * @return always the same future
     */
    public CompletableFuture<Void> disconnected() {
        return core.whenDisconnected();
    }

    /**
     * Returns the channel's figures, all as of one instant.
     *
     * @return the figures
     */
    public ChannelStats stats() {
        return core.statsNow();
    }

    /**
     * Returns a look at this channel for what measures it, such as an adapter to a metrics library.
     *
     * @return always the same object, reachable as long as this channel or any of its handles is
     */
    public ChannelProbe probe() {
        return core;
    }

    @Override
    public String toString() {
        return "Channel " + core;
    }

    /**
     * Describes a channel, then makes it.
     *
     * @param <T> the type of the messages
     */
    public static final class Builder<T> {
        private @Nullable String name;
        private int capacity;
        private Overflow overflow = Overflow.WAIT;
        private @Nullable Consumer<? super T> onUndelivered;

        private Builder() {}

        /**
         * Names the channel in statistics, exceptions and {@code toString}.
         *
         * @param name the name
         * @return this builder
         */
        public Builder<T> name(String name) {
            this.name = Objects.requireNonNull(name, "name");
            return this;
        }

        /**
         * Bounds the buffer.
         *
         * @param capacity how many messages it holds at most; 0 makes a rendezvous
         * @return this builder
         * @throws IllegalArgumentException if the capacity is negative
         */
        public Builder<T> capacity(int capacity) {
            if (capacity < 0) {
                throw new IllegalArgumentException("capacity must be >= 0: " + capacity);
            }
            this.capacity = capacity;
            return this;
        }

        /**
         * Leaves the buffer without a bound.
         *
         * @return this builder
         */
        public Builder<T> unbounded() {
            this.capacity = ChannelCore.UNBOUNDED;
            return this;
        }

        /**
         * Says what a send to the full channel does.
         *
         * @param overflow {@link Overflow#WAIT} by default
         * @return this builder
         */
        public Builder<T> overflow(Overflow overflow) {
            this.overflow = Objects.requireNonNull(overflow, "overflow");
            return this;
        }

        /**
         * Names who gets each accepted message that no receiver will get: dropped on overflow, or left behind when the
         * last receiver has gone or the channel is cancelled. It gets each of them exactly once, on the thread that
         * dropped it, with no lock held; it must not block. What it throws goes to that thread's uncaught-exception
         * handler.
         *
         * @param onUndelivered called with each such message
         * @return this builder
         */
        public Builder<T> onUndelivered(Consumer<? super T> onUndelivered) {
            this.onUndelivered = Objects.requireNonNull(onUndelivered, "onUndelivered");
            return this;
        }

        /**
         * Makes the channel.
         *
         * @return a new channel
         * @throws IllegalArgumentException if messages are to be dropped on overflow and the capacity is 0
         */
        public Channel<T> build() {
            if (overflow != Overflow.WAIT && capacity == 0) {
                throw new IllegalArgumentException("overflow " + overflow + " needs a capacity >= 1: 0");
            }
            return new Channel<>(new ChannelCore<>(name, capacity, overflow, onUndelivered));
        }
    }
}
