package io.millrace.vertx;

import static java.util.Objects.requireNonNull;

import io.millrace.DisconnectedException;
import io.millrace.ReceiveResult;
import io.millrace.Receiver;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.streams.ReadStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A receiving handle on a channel, bound to the Vert.x context that made it.
 *
 * <p><b>Waiting.</b> No method waits, and no thread of a pool is held while the channel is empty. Receivers are served
 * first come, first served; each message goes to one of them.
 *
 * <p><b>Threads.</b> Every method may be called from any thread. A future completes on the context that made the call,
 * duplicated contexts included; where the calling thread has no context, on the context of this handle. Handlers run on
 * the context of this handle, one at a time, each message as an event of its own (on its own duplicate of the context). An
 * operation that is done at once may return a completed future. Receives that this handle's own context calls get their messages,
 * and complete, in the order of the calls. Handlers may block on worker and virtual-thread contexts; the other events of that
 * context wait meanwhile, except for {@link Future#await()} on virtual threads.
 *
 * <p><b>Giving up.</b> A receive ends early by its timeout, or when the future ends that was given to it. One claim decides
 * whether that or a message came first, so a receive that failed has taken nothing. To stop listening to its future does not end
 * it: after {@link Future#timeout} or a timed {@link Future#await} the receive still stands in line, and takes a message that
 * nobody sees.
 *
 * <p><b>End.</b> When the channel is disconnected and drained, receives fail with {@link DisconnectedException} and the
 * stream ends. The handle is closed with the verticle that made it; receives that wait then fail with
 * {@link CancellationException} and have taken nothing. A message that had been handed over to a context that runs no more
 * goes to the next receiver, first in line. Receiving on a closed handle is refused with an
 * {@link IllegalStateException}, thrown at once.
 *
 * <p><b>Memory.</b> What a thread did before it sent happens-before what a handler or future does with the message.
 *
 * <p>As a {@link ReadStream} it is cold: it takes nothing from the channel before a handler is set, and never more than
 * the handler's demand. Many messages are served in one turn of the context, and after a bounded number of them other
 * events have theirs.
 *
 * @param <T> the type of the messages
 */
public final class VertxReceiver<T> implements ReadStream<T> {
    private final OwnerContext owner;
    private final Receiver<T> receiver;
    private final Operations operations;
    private final Drain<T> drain;
    private final @Nullable PoolReport report;

    VertxReceiver(OwnerContext owner, Receiver<T> receiver, @Nullable PoolReport report) {
        this.owner = owner;
        this.receiver = receiver;
        this.report = report;
        this.operations = new Operations(owner, "receiver", this::closeNow);
        this.drain = new Drain<>(operations, receiver);
        operations.open();
    }

    /**
     * Receives one message.
     *
     * @return a future that fails with {@link DisconnectedException} when the channel is disconnected and drained, and with
     *     {@link CancellationException} if this handle or the calling context is closed before: then it took no message
     * @throws IllegalStateException if this handle is closed
     */
    public Future<T> receive() {
        return begin(message -> message, Limit.NONE);
    }

    /**
     * Receives one message, unless none comes in time.
     *
     * @param timeout how long to wait; zero or less: one attempt
     * @return a future as of {@link #receive()}, that also fails with {@link TimeoutException}: then it took no message
     * @throws IllegalStateException if this handle is closed
     */
    public Future<T> receive(Duration timeout) {
        requireNonNull(timeout, "timeout");
        if (!timeout.isZero() && !timeout.isNegative()) {
            return begin(message -> message, Limit.of(timeout));
        }
        ReceiveResult<T> result = receiver.tryReceive();
        OwnerContext caller = owner.caller();
        if (result.isReceived()) {
            return caller.succeeded(result.get());
        }
        return caller.failed(
                result.isDisconnected()
                        ? ReceiveOperation.disconnected(result)
                        : new TimeoutException("timed out after " + timeout));
    }

    /**
     * Receives one message, unless a future ends before one comes, however that ends: then the receive is withdrawn. For
     * example, a promise that is completed to stop all receives that wait, or {@code vertx.timer(1, SECONDS)}; where time is
     * all that matters, {@link #receive(Duration)} is cheaper, since its timer ends with it. To cancel such a timer withdraws the
     * receive, too. Any number of receives may share one future, which may live as long as the program.
     *
     * @param until the future; if it has ended already, the receive fails, and takes no message even if there is one
     * @return a future as of {@link #receive()}, that fails with {@link CancellationException} also when the receive was
     *     withdrawn: then it took no message; its cause is what the other future failed with, if it did
     * @throws IllegalStateException if this handle is closed
     */
    public Future<T> receiveUntil(Future<?> until) {
        return begin(message -> message, until);
    }

    /**
     * Receives what is there, at least one message and at most so many: waits for the first only.
     *
     * @param max the most messages to take, at least 1
     * @return a future of the messages in their order; it fails as that of {@link #receive()}
     * @throws IllegalStateException if this handle is closed
     */
    public Future<List<T>> receiveMany(int max) {
        requirePositive(max);
        return begin(first -> andThoseBehind(first, max), Limit.NONE);
    }

    /**
     * Receives what is there, at least one message and at most so many, unless a future ends before the first comes.
     *
     * @param max the most messages to take, at least 1
     * @param until the future, as of {@link #receiveUntil(Future)}
     * @return a future of the messages in their order; it fails as that of {@link #receiveUntil(Future)}
     * @throws IllegalStateException if this handle is closed
     */
    public Future<List<T>> receiveManyUntil(int max, Future<?> until) {
        requirePositive(max);
        return begin(first -> andThoseBehind(first, max), until);
    }

    private static void requirePositive(int max) {
        if (max < 1) {
            throw new IllegalArgumentException("max must be >= 1: " + max);
        }
    }

    private List<T> andThoseBehind(T first, int max) {
        List<T> messages = new ArrayList<>(Math.min(max, Math.max(receiver.size(), 0) + 1));
        messages.add(first);
        try {
            receiver.drainTo(messages, max - 1);
        } catch (IllegalStateException refused) {
            if (!receiver.isClosed()) {
                throw refused;
            }
            // by another thread just now; what was received stays so
        }
        return messages;
    }

    /**
     * Receives a message if there is one now. It does not overtake receives that wait.
     *
     * @return the message, or that there is none, or that the channel is disconnected and drained
     * @throws IllegalStateException if this handle is closed
     */
    public ReceiveResult<T> tryReceive() {
        return receiver.tryReceive();
    }

    private <R> Future<R> begin(Function<? super T, ? extends R> then, Future<?> until) {
        requireNonNull(until, "until");
        if (until.isComplete()) {
            receiver.drainTo(new ArrayList<>(), 0); // takes nothing, and refuses a closed handle
            return owner.caller().failed(Until.cancellation(until.cause()));
        }
        return begin(then, Limit.of(until));
    }

    private <R> Future<R> begin(Function<? super T, ? extends R> then, Limit limit) {
        OwnerContext caller = owner.caller();
        if (operations.mayCompleteAtOnce(caller)) {
            T message = receiver.tryReceive().orNull();
            if (message != null) {
                caller.completedAtOnce();
                return caller.succeeded(then.apply(message));
            }
        }
        return new ReceiveOperation<T, R>(operations, caller, receiver, then).begin(limit);
    }

    /**
     * The core's handle behind this one: for its queries, and to make duplicates for threads outside of Vert.x. It is closed
     * with this handle.
     *
     * @return the core's receiver, always the same one
     */
    public Receiver<T> receiver() {
        return receiver;
    }

    /**
     * Closes this handle now. Its receives that wait fail with {@link CancellationException} and have taken nothing. A
     * stream that has not come to its end calls its exception handler with a {@link CancellationException}, so that a
     * pipe does not take it for the end. Other handles are untouched; when the last receiver of a channel is closed, the
     * channel is disconnected, and what it buffers becomes undelivered.
     *
     * @return a future of the calling context, completed when the handle is closed; closing again changes nothing
     */
    public Future<Void> close() {
        Future<Void> closed = owner.caller().succeeded(null);
        closeNow();
        return closed;
    }

    /** Whether this handle was closed, or is being closed. */
    boolean isClosing() {
        return operations.isClosed();
    }

    private void closeNow() {
        operations.close();
        drain.close();
        receiver.close(); // last: what was put back goes to the other receivers
    }

    // ---- ReadStream

    /**
     * Sets what is called with each message, on this handle's context. From then on messages are taken from the channel
     * while there is demand, which is without end until {@link #pause} or {@link #fetch} say otherwise. What the handler
     * throws goes to the context's exception handler and does not stop the stream.
     *
     * @param handler the handler; null takes no more messages, and the receive that waits in the channel is withdrawn. Called on
     *     another thread, the handler that was set before may be running, or about to run, with one more
     * @return this
     * @throws IllegalStateException if {@link #process} was called, and the handler is not null
     */
    @Override
    public VertxReceiver<T> handler(@Nullable Handler<T> handler) {
        drain.handler(report == null || handler == null ? handler : report.inUseWhileHandled(handler));
        return this;
    }

    /**
     * Sets what works on each message, on this handle's context, with so many messages in work at most: a message is taken
     * from the channel only when one of the places is free, and occupies it until the future that the handler returned
     * has ended. Messages are begun in their order; the futures may end in any order and on any thread.
     *
     * <p>On worker and virtual-thread contexts each message is an event behind those that the context has queued, so a verticle
     * that is being undeployed begins no more. A handler that awaits on a virtual thread holds up its own place only.
     *
     * <p>What the handler throws, and the failure of its future, goes to the {@linkplain #exceptionHandler exception handler}, or
     * where there is none, and after this handle was closed, to the context's; it does not stop the others.
     * {@link #pause}, {@link #resume} and {@link #fetch} rule which messages are begun, as for a handler. The
     * {@linkplain #endHandler end handler} is called when the last place has become free. Closing this handle begins no more (but
     * for one that is about to begin, if another thread closes it), and leaves what is in work to itself. {@link #handler handler(null)} withdraws this.
     *
     * @param concurrency the number of places, at least 1
     * @param handler what works on a message; returns when that ends
     * @return this
     * @throws IllegalArgumentException if the concurrency is less than 1
     * @throws IllegalStateException if a handler is set, or this was called before
     */
    public VertxReceiver<T> process(int concurrency, Function<? super T, Future<?>> handler) {
        if (concurrency < 1) {
            throw new IllegalArgumentException("concurrency must be >= 1: " + concurrency);
        }
        requireNonNull(handler, "handler");
        drain.process(concurrency, report == null ? handler : report.inUseWhileProcessed(handler));
        return this;
    }

    /**
     * Takes all demand away. Called by the handler, no further message comes; called on another thread, the handler may be
     * running, or about to run, with one more. Nothing stays taken from the channel meanwhile.
     *
     * @return this
     */
    @Override
    public VertxReceiver<T> pause() {
        drain.pause();
        return this;
    }

    /**
     * Asks for all messages.
     *
     * @return this
     */
    @Override
    public VertxReceiver<T> resume() {
        return fetch(Long.MAX_VALUE);
    }

    /**
     * Asks for so many more messages; {@link Long#MAX_VALUE}, also as a sum, means all.
     *
     * @param amount how many more, at least 0
     * @return this
     */
    @Override
    public VertxReceiver<T> fetch(long amount) {
        drain.fetch(amount);
        return this;
    }

    /**
     * Sets what is called once, on this handle's context, when the channel is disconnected without a cause and the last
     * message was handled; not while the stream is paused. If that has happened already, it is called soon.
     *
     * @param handler the handler, or null for none
     * @return this
     */
    @Override
    public VertxReceiver<T> endHandler(@Nullable Handler<Void> handler) {
        drain.endHandler(handler);
        return this;
    }

    /**
     * Sets what is called once, on this handle's context, in place of the end handler, when the channel is disconnected
     * with a cause and the last message was handled, or with a {@link CancellationException} when this handle is closed
     * before the end. A cause that no handler takes goes to the context's exception handler. Before that it is called with
     * each failure of {@link #process}.
     *
     * @param handler the handler, or null for none
     * @return this
     */
    @Override
    public VertxReceiver<T> exceptionHandler(@Nullable Handler<Throwable> handler) {
        drain.exceptionHandler(handler);
        return this;
    }

    @Override
    public String toString() {
        return "Vertx" + receiver;
    }
}
