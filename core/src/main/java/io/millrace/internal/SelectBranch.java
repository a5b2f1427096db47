package io.millrace.internal;

import io.millrace.SendResult;
import io.millrace.internal.HandleState.Side;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One of the operations that a select waits for, and what follows when it is chosen. It may be used in many runs; what
 * belongs to one run is in its {@link Waiter}.
 *
 * <p>All methods but {@link #follow} and {@link #undo} run under the lock of the branch's channel.
 *
 * @param <T> the type of the channel's messages
 * @param <R> the type of the select's result
 */
public abstract class SelectBranch<T, R> {
    /** What a chosen branch moved, where it is not a message. */
    private static final Object NOTHING = new Object();

    final ChannelCore<T> core;
    private final HandleState handle;
    private final Object owner;

    private SelectBranch(ChannelCore<T> core, HandleState handle, Object owner) {
        this.core = core;
        this.handle = handle;
        this.owner = owner;
    }

    /** Receives a message. */
    public static <T, R> SelectBranch<T, R> receive(
            ChannelCore<T> core, HandleState handle, Object owner, Function<? super T, ? extends R> then) {
        return new Receive<>(core, handle, owner, then);
    }

    /** Sends a message. */
    public static <T, R> SelectBranch<T, R> send(
            ChannelCore<T> core, HandleState handle, Object owner, T message, Supplier<? extends R> then) {
        return new Send<>(core, handle, owner, message, then);
    }

    /** Waits until nothing is left to receive. */
    public static <T, R> SelectBranch<T, R> terminated(
            ChannelCore<T> core, HandleState handle, Object owner, Supplier<? extends R> then) {
        return new Terminated<>(core, handle, owner, then);
    }

    /** Waits until either side is gone. */
    public static <T, R> SelectBranch<T, R> disconnected(
            ChannelCore<T> core, HandleState handle, Object owner, Supplier<? extends R> then) {
        return new Disconnected<>(core, handle, owner, then);
    }

    /** Refuses a handle that was closed. */
    public final void requireOpen() {
        core.requireOpen(handle);
    }

    /** Does the operation if that needs no waiting: what was moved, or null if it is not ready. */
    abstract @Nullable Object attempt();

    /** Whether waiting for it may come to something. */
    abstract boolean canBecomeReady();

    /** Puts the branch in line for a run. */
    abstract void join(Waiter<T> waiter);

    /** The message that a waiter of this branch carries. */
    @Nullable T message() {
        return null;
    }

    /** What the waiter of this branch moved, once it was chosen and the run has taken the channel's lock since. */
    Object moved(Waiter<T> waiter) {
        return NOTHING;
    }

    /** Gives back what a chosen branch received and nobody will get; without the lock. */
    void undo(Object moved) {}

    /** Runs what follows the choice of this branch. */
    abstract R follow(Object moved);

    final Waiter<T> newWaiter(SelectRun<R> run) {
        return new Waiter<>(owner, message(), run);
    }

    private static final class Receive<T, R> extends SelectBranch<T, R> {
        private final Function<? super T, ? extends R> then;

        Receive(ChannelCore<T> core, HandleState handle, Object owner, Function<? super T, ? extends R> then) {
            super(core, handle, owner);
            this.then = then;
        }

        @Override
        @Nullable Object attempt() {
            requireOpen();
            return core.take();
        }

        @Override
        boolean canBecomeReady() {
            return !core.tellTerminated();
        }

        @Override
        void join(Waiter<T> waiter) {
            core.join(Side.RECEIVER, waiter);
        }

        @Override
        Object moved(Waiter<T> waiter) {
            T received = waiter.message;
            if (received == null) {
                throw new IllegalStateException("a chosen receive has no message");
            }
            return received;
        }

        @Override
        @SuppressWarnings("unchecked")
        void undo(Object moved) {
            core.giveBackNow((T) moved);
        }

        @Override
        @SuppressWarnings("unchecked")
        R follow(Object moved) {
            return then.apply((T) moved);
        }
    }

    private static final class Send<T, R> extends SelectBranch<T, R> {
        private final T message;
        private final Supplier<? extends R> then;

        Send(ChannelCore<T> core, HandleState handle, Object owner, T message, Supplier<? extends R> then) {
            super(core, handle, owner);
            this.message = message;
            this.then = then;
        }

        @Override
        @Nullable Object attempt() {
            requireOpen();
            return core.offer(message) == SendResult.SENT ? NOTHING : null;
        }

        @Override
        boolean canBecomeReady() {
            return !core.isDisconnected();
        }

        @Override
        void join(Waiter<T> waiter) {
            core.join(Side.SENDER, waiter);
        }

        @Override
        T message() {
            return message;
        }

        @Override
        R follow(Object moved) {
            return then.get();
        }
    }

    private static final class Terminated<T, R> extends SelectBranch<T, R> {
        private final Supplier<? extends R> then;

        Terminated(ChannelCore<T> core, HandleState handle, Object owner, Supplier<? extends R> then) {
            super(core, handle, owner);
            this.then = then;
        }

        @Override
        @Nullable Object attempt() {
            requireOpen();
            return core.tellTerminated() ? NOTHING : null;
        }

        @Override
        boolean canBecomeReady() {
            return true;
        }

        @Override
        void join(Waiter<T> waiter) {
            core.watchTermination(waiter);
        }

        @Override
        R follow(Object moved) {
            return then.get();
        }
    }

    private static final class Disconnected<T, R> extends SelectBranch<T, R> {
        private final Supplier<? extends R> then;

        Disconnected(ChannelCore<T> core, HandleState handle, Object owner, Supplier<? extends R> then) {
            super(core, handle, owner);
            this.then = then;
        }

        @Override
        @Nullable Object attempt() {
            requireOpen();
            return core.tellDisconnected() ? NOTHING : null;
        }

        @Override
        boolean canBecomeReady() {
            return true;
        }

        @Override
        void join(Waiter<T> waiter) {
            core.watchDisconnect(waiter);
        }

        @Override
        R follow(Object moved) {
            return then.get();
        }
    }
}
