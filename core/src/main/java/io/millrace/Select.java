package io.millrace;

import static java.util.Objects.requireNonNull;

import io.millrace.internal.SelectBranch;
import io.millrace.internal.SelectCore;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Waits for the first of several operations; exactly one takes effect.
 *
 * <p>A select is put together by one thread; then any number of threads may run it, any number of times. A receive or send
 * branch whose channel is disconnected (and, to receive, drained) takes no part. The same channel may stand in several
 * branches, sends and receives mixed; a select never meets itself, but selects meet each other.
 *
 * <p>A branch that is not chosen has no effect at all: its message is neither sent nor consumed. While the select waits its
 * branches stand in the lines of their channels, first come, first served, beside all other waiters. What follows the
 * choice, {@code then}, runs with no lock held, after all other branches were withdrawn; what it throws is thrown by
 * {@link #run}, or completes the future of {@link #runAsync}.
 *
 * <p>The way in which several channels are locked is that of Go's select; the shape is crossbeam-channel's.
 *
 * @param <R> the type of the result
 */
public final class Select<R> {
    private final SelectCore<R> core;

    private Select(SelectCore<R> core) {
        this.core = core;
    }

    /**
     * Starts a select that takes any of the branches that are ready, at random.
     *
     * @param <R> the type of the result
     * @return a new select without branches
     */
    public static <R> Select<R> fair() {
        return new Select<>(SelectCore.fair());
    }

    /**
     * Starts a select that takes the first ready branch in the order added, as of one instant over all branches.
     *
     * @param <R> the type of the result
     * @return a new select without branches
     */
    public static <R> Select<R> biased() {
        return new Select<>(SelectCore.biased());
    }

    /**
     * Adds a branch that receives a message.
     *
     * @param receiver the receiver
     * @param then makes the result from the message
     * @param <T> the type of the messages
     * @return this select
     * @throws IllegalStateException if the receiver was closed
     */
    public <T> Select<R> receive(Receiver<T> receiver, Function<? super T, ? extends R> then) {
        core.add(SelectBranch.receive(receiver.core, receiver.handle, receiver, requireNonNull(then, "then")));
        return this;
    }

    /**
     * Adds a branch that sends a message, the same in each run.
     *
     * @param sender the sender
     * @param message the message
     * @param then makes the result after the message was taken
     * @param <T> the type of the messages
     * @return this select
     * @throws IllegalStateException if the sender was closed
     */
    public <T> Select<R> send(Sender<T> sender, T message, Supplier<? extends R> then) {
        requireNonNull(message, "message");
        core.add(SelectBranch.send(sender.core, sender.handle, sender, message, requireNonNull(then, "then")));
        return this;
    }

    /**
     * Adds a branch that is ready when nothing is left to receive: when {@link Receiver#isTerminated()}.
     *
     * @param receiver the receiver
     * @param then makes the result
     * @return this select
     * @throws IllegalStateException if the receiver was closed
     */
    public Select<R> disconnected(Receiver<?> receiver, Supplier<? extends R> then) {
        core.add(SelectBranch.terminated(receiver.core, receiver.handle, receiver, requireNonNull(then, "then")));
        return this;
    }

    /**
     * Adds a branch that is ready when sending has become impossible: when {@link Sender#isDisconnected()}.
     *
     * @param sender the sender
     * @param then makes the result
     * @return this select
     * @throws IllegalStateException if the sender was closed
     */
    public Select<R> disconnected(Sender<?> sender, Supplier<? extends R> then) {
        core.add(SelectBranch.disconnected(sender.core, sender.handle, sender, requireNonNull(then, "then")));
        return this;
    }

    /**
     * Says what to do when no branch became ready in a time, counted from the start of each run.
     *
     * @param timeout of any size; zero or less looks once, as of one instant over all branches
     * @param then makes the result
     * @return this select
     * @throws IllegalStateException if this select has a timeout or an otherwise
     */
    public Select<R> timeout(Duration timeout, Supplier<? extends R> then) {
        core.timeout(Deadlines.nanos(timeout), requireNonNull(then, "then"));
        return this;
    }

    /**
     * Says what to do when no branch is ready now, as of one instant over all branches. Such a select never waits.
     *
     * @param then makes the result
     * @return this select
     * @throws IllegalStateException if this select has a timeout or an otherwise
     */
    public Select<R> otherwise(Supplier<? extends R> then) {
        core.otherwise(requireNonNull(then, "then"));
        return this;
    }

    /**
     * Waits until one branch was chosen, and returns what its {@code then} makes, run on this thread.
     *
     * @return the result of the chosen branch, of the timeout or of the otherwise
     * @throws InterruptedException if the thread was interrupted before a branch was chosen: none took effect
     * @throws DisconnectedException if no branch can ever become ready, and there is no timeout and no otherwise
     * @throws IllegalStateException if this select is empty, a handle was closed, or this thread must not wait (then use
     *     {@link #runAsync})
     */
    public R run() throws InterruptedException {
        return core.run();
    }

    /**
     * Does the same without a thread. {@code then} runs on this thread if a branch is ready now, else on the thread that
     * made it ready; after a timeout on the common pool. Ending the future in any other way, by {@code cancel}, {@code
     * orTimeout}, {@code complete} and so on, withdraws all branches, unless one was chosen before.
     *
     * @return completes with the result, or with DisconnectedException as {@link #run} throws it
     * @throws IllegalStateException if this select is empty, or a handle was closed
     */
    public CompletableFuture<R> runAsync() {
        return core.runAsync();
    }
}
