package io.millrace.internal;

import io.millrace.ChannelStats;
import io.millrace.DisconnectedException;
import io.millrace.Overflow;
import io.millrace.ReceiveResult;
import io.millrace.SendResult;
import io.millrace.internal.HandleState.Side;
import io.millrace.spi.ChannelProbe;
import io.millrace.spi.PendingReceive;
import io.millrace.spi.PendingSend;
import io.millrace.spi.ProgressListener;
import io.millrace.spi.WaitListener;
import io.millrace.spi.Waker;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The operations of one channel: each takes the lock once, moves the {@link ChannelState}, and releases it; whoever must
 * wait has joined his line in that same lock hold.
 *
 * <p><b>Blocking.</b> Every wait has the same four steps: try; join the line; wait until woken, late or interrupted; if not
 * woken, withdraw. A thread that waits for one message, or for room for one, may linger and try once more before it joins
 * ({@link Waiting}). A withdrawal that comes too late finds the outcome that a peer decided, and the operation says so.
 *
 * <p><b>Memory.</b> What a thread did before a send happens-before what another does after the matching receive: through
 * the lock, or through the outcome of a waiter that a message was handed to.
 *
 * @param <T> the type of the messages
 */
public final class ChannelCore<T> extends ChannelState<T> implements ChannelProbe {
    /** The time of a wait without an end. */
    public static final long FOREVER = Waiting.FOREVER;

    /** The capacity of a channel without a bound. */
    public static final int UNBOUNDED = ChannelState.UNBOUNDED;

    private static final AtomicLong CHANNELS = new AtomicLong();

    static {
        BlockingGuards.find();
        useForTheFirstTime();
    }

    private final long number = CHANNELS.incrementAndGet();

    /** The given name, or one made up when somebody asks for it; each thread that does makes up the same. */
    private @Nullable String name;

    /**
     * Makes the core of a new channel, without handles.
     *
     * @param name its name, or null
     * @param capacity messages it buffers at most, {@link #UNBOUNDED} for no bound
     * @param overflow what a send to the full channel does
     * @param onUndelivered gets each accepted message that no receiver will get, or null
     */
    public ChannelCore(
            @Nullable String name, int capacity, Overflow overflow, @Nullable Consumer<? super T> onUndelivered) {
        this(name, capacity, overflow, onUndelivered, Tuning.DEFAULT);
    }

    ChannelCore(
            @Nullable String name,
            int capacity,
            Overflow overflow,
            @Nullable Consumer<? super T> onUndelivered,
            Tuning tuning) {
        super(capacity, overflow, onUndelivered, tuning);
        this.name = name;
    }

    /**
     * Has the JVM set up what would else be used for the first time under the lock, between two steps that belong together, where
     * the stack or the memory for that may be short.
     */
    private static void useForTheFirstTime() {
        Waiter<Line> waiter = new Waiter<>(Line.SENDERS, null, Thread.currentThread());
        waiter.end(Outcome.DONE);
        waiter.wakeIfRunning();
        new Waiting(Tuning.DEFAULT, null).isWorthLingering();
    }

    /** Asks or changes something under the lock; where speed counts, operations spell it out. */
    private <R> R locked(Supplier<R> action) {
        lock();
        try {
            return action.get();
        } finally {
            release();
        }
    }

    private void change(Runnable action) {
        lock();
        try {
            action.run();
        } finally {
            release();
        }
    }

    // Sending

    /** Sends if that needs no waiting: SENT, FULL or DISCONNECTED. */
    public SendResult trySend(HandleState handle, T message) {
        lock();
        try {
            requireOpen(handle);
            return offer(message);
        } finally {
            release();
        }
    }

    /** Sends, waiting at most so long: SENT, TIMED_OUT or DISCONNECTED. */
    public SendResult send(HandleState handle, Object owner, T message, long nanos) throws InterruptedException {
        Waiter<T> waiter = null;
        for (boolean lingered = false; waiter == null; lingered = true) {
            if (lingered) {
                linger();
            }
            lock();
            try {
                requireOpen(handle);
                if (lingered) {
                    judgeLinger(Side.SENDER);
                }
                SendResult result = offer(message);
                if (result != SendResult.FULL) {
                    return result;
                }
                if (nanos <= 0) {
                    return SendResult.TIMED_OUT;
                }
                if (lingered || !isWorthLingering()) {
                    waiter = new Waiter<>(owner, message, Thread.currentThread());
                    join(Side.SENDER, waiter);
                }
            } finally {
                release();
            }
        }
        return switch (awaitEnd(waiter, nanos)) {
            case DONE -> SendResult.SENT;
            case DISCONNECTED -> SendResult.DISCONNECTED;
            default -> SendResult.TIMED_OUT;
        };
    }

    /** Sends, completing a future when the channel took the message. */
    public CompletableFuture<Void> sendAsync(HandleState handle, Object owner, T message) {
        WaiterFuture.OfSend<T> future = new WaiterFuture.OfSend<>(this);
        SendResult result;
        lock();
        try {
            requireOpen(handle);
            result = offer(message);
            if (result == SendResult.FULL) {
                join(Side.SENDER, future.newWaiter(owner, message));
            }
        } finally {
            release();
        }
        if (result == SendResult.SENT) {
            future.settle(null);
        } else if (result == SendResult.DISCONNECTED) {
            future.settleExceptionally(disconnected());
        }
        return future;
    }

    /** Sends, calling a waker when a peer has ended the operation. */
    public PendingSend<T> send(HandleState handle, Object owner, T message, Waker waker) {
        SendTicket<T> ticket = new SendTicket<>(this, owner, message, waker);
        lock();
        try {
            requireOpen(handle);
            switch (offer(message)) {
                case SENT -> ticket.endUnqueued(null, Outcome.DONE);
                case DISCONNECTED -> ticket.endUnqueued(null, Outcome.DISCONNECTED);
                default -> join(Side.SENDER, ticket);
            }
        } finally {
            release();
        }
        return ticket;
    }

    /** Sends as many as need no waiting, in order, and tells how many. */
    public int trySendAll(HandleState handle, T[] messages) {
        lock();
        try {
            requireOpen(handle);
            return offerAll(messages);
        } finally {
            release();
        }
    }

    private int offerAll(T[] messages) {
        int taken = 0;
        while (taken < messages.length && offer(messages[taken]) == SendResult.SENT) {
            taken++;
        }
        return taken;
    }

    /** Sends all in order, waiting as long as it takes, and tells how many were sent before an interrupt or disconnect. */
    public int sendAll(HandleState handle, Object owner, T[] messages) throws InterruptedException {
        SendAllWaiter<T> waiter = null;
        int taken;
        lock();
        try {
            requireOpen(handle);
            taken = offerAll(messages);
            if (taken < messages.length && !isDisconnected()) {
                waiter = new SendAllWaiter<>(owner, messages, taken, Thread.currentThread());
                join(Side.SENDER, waiter);
            }
        } finally {
            release();
        }
        if (waiter != null) {
            waitOrWithdraw(waiter, FOREVER);
            taken = waiter.taken();
            if (taken == 0 && waiter.outcome() == Outcome.WITHDRAWN && Thread.interrupted()) {
                throw new InterruptedException();
            }
        }
        if (taken == 0 && messages.length > 0) {
            throw disconnected();
        }
        return taken;
    }

    /** Sends without waiting, displacing the oldest message of a full channel, which is returned. */
    public @Nullable T forceSend(HandleState handle, Object owner, T message) {
        lock();
        try {
            requireOpen(handle);
            if (!tellDisconnected()) {
                return force(owner, message);
            }
        } finally {
            release();
        }
        throw disconnected();
    }

    // Receiving

    /** Receives if that needs no waiting: a message, Empty or Disconnected. */
    public ReceiveResult<T> tryReceive(HandleState handle) {
        T message;
        boolean terminated;
        lock();
        try {
            requireOpen(handle);
            message = take();
            terminated = message == null && tellTerminated();
        } finally {
            release();
        }
        if (message != null) {
            return received(message);
        }
        return terminated ? new ReceiveResult.Disconnected<>(cause()) : new ReceiveResult.Empty<>();
    }

    /** The result of a receive that has taken a message. */
    private ReceiveResult<T> received(T message) {
        try {
            return new ReceiveResult.Received<>(message);
        } catch (Throwable tooShort) {
            giveBackNow(message);
            throw tooShort;
        }
    }

    /** Receives, waiting as long as it takes; throws DisconnectedException when nothing will ever come. */
    public T receive(HandleState handle, Object owner) throws InterruptedException {
        Waiter<T> waiter = null;
        boolean terminated = false;
        for (boolean lingered = false; waiter == null && !terminated; lingered = true) {
            if (lingered) {
                linger();
            }
            lock();
            try {
                requireOpen(handle);
                if (lingered) {
                    judgeLinger(Side.RECEIVER);
                }
                T message = take();
                if (message != null) {
                    return message;
                }
                terminated = tellTerminated();
                if (!terminated && (lingered || !isWorthLingering())) {
                    waiter = new Waiter<>(owner, null, Thread.currentThread());
                    join(Side.RECEIVER, waiter);
                }
            } finally {
                release();
            }
        }
        if (waiter != null && awaitEnd(waiter, FOREVER) == Outcome.DONE && waiter.message != null) {
            return waiter.message;
        }
        throw disconnected();
    }

    /** Receives, waiting at most so long: a message, TimedOut or Disconnected. */
    public ReceiveResult<T> tryReceive(HandleState handle, Object owner, long nanos) throws InterruptedException {
        T message = null;
        Waiter<T> waiter = null;
        boolean ended = false;
        boolean terminated = false;
        for (boolean lingered = false; !ended && waiter == null; lingered = true) {
            if (lingered) {
                linger();
            }
            lock();
            try {
                requireOpen(handle);
                if (lingered) {
                    judgeLinger(Side.RECEIVER);
                }
                message = take();
                terminated = message == null && tellTerminated();
                ended = message != null || terminated || nanos <= 0;
                if (!ended && (lingered || !isWorthLingering())) {
                    waiter = new Waiter<>(owner, null, Thread.currentThread());
                    join(Side.RECEIVER, waiter);
                }
            } finally {
                release();
            }
        }
        if (waiter != null) {
            terminated = awaitEnd(waiter, nanos) == Outcome.DISCONNECTED;
            message = waiter.message;
        }
        if (message != null) {
            return received(message);
        }
        return terminated ? new ReceiveResult.Disconnected<>(cause()) : new ReceiveResult.TimedOut<>();
    }

    /** Receives, completing a future with the message. */
    public CompletableFuture<T> receiveAsync(HandleState handle, Object owner) {
        WaiterFuture.OfReceive<T> future = new WaiterFuture.OfReceive<>(this);
        T message;
        boolean terminated = false;
        lock();
        try {
            requireOpen(handle);
            message = take();
            if (message == null) {
                terminated = tellTerminated();
                if (!terminated) {
                    join(Side.RECEIVER, future.newWaiter(owner, null));
                }
            }
        } finally {
            release();
        }
        if (message != null) {
            future.settle(message);
        } else if (terminated) {
            future.settleExceptionally(disconnected());
        }
        return future;
    }

    /** Receives, calling a waker when a peer has ended the operation. */
    public PendingReceive<T> receive(HandleState handle, Object owner, Waker waker) {
        ReceiveTicket<T> ticket = new ReceiveTicket<>(this, owner, waker);
        lock();
        try {
            requireOpen(handle);
            T message = take();
            if (message != null) {
                ticket.endUnqueued(message, Outcome.DONE);
            } else if (tellTerminated()) {
                ticket.endUnqueued(null, Outcome.DISCONNECTED);
            } else {
                join(Side.RECEIVER, ticket);
            }
        } finally {
            release();
        }
        return ticket;
    }

    /** Receives up to so many, waiting for the first. */
    public List<T> receiveMany(HandleState handle, Object owner, int max) throws InterruptedException {
        ArrayList<T> batch = newBatch(max);
        Waiter<T> waiter = null;
        lock();
        try {
            requireOpen(handle);
            takeInto(batch, 0, max);
            if (batch.isEmpty() && !tellTerminated()) {
                waiter = new Waiter<>(owner, null, Thread.currentThread());
                join(Side.RECEIVER, waiter);
            }
        } finally {
            release();
        }
        if (waiter != null && awaitEnd(waiter, FOREVER) == Outcome.DONE) {
            topUp(batch, waiter, max);
        }
        if (batch.isEmpty()) {
            throw disconnected();
        }
        return batch;
    }

    /** Receives up to so many, completing a future once there is one. */
    public CompletableFuture<List<T>> receiveManyAsync(HandleState handle, Object owner, int max) {
        WaiterFuture.OfReceiveMany<T> future = new WaiterFuture.OfReceiveMany<>(this, max);
        ArrayList<T> batch = newBatch(max);
        boolean terminated = false;
        lock();
        try {
            requireOpen(handle);
            takeInto(batch, 0, max);
            if (batch.isEmpty()) {
                terminated = tellTerminated();
                if (!terminated) {
                    join(Side.RECEIVER, future.newWaiter(owner, null));
                }
            }
        } finally {
            release();
        }
        if (!batch.isEmpty()) {
            future.settle(batch);
        } else if (terminated) {
            future.settleExceptionally(disconnected());
        }
        return future;
    }

    /** Receives up to so many of those that are there, waiting senders' messages included. */
    public List<T> takeNow(HandleState handle, int max) {
        ArrayList<T> batch = newBatch(max);
        takeNow(handle, batch, max);
        return batch;
    }

    /** As {@link #takeNow(HandleState, int)}, behind what is in a list, and tells how many. It is filled under the lock. */
    @SuppressWarnings("NonApiType") // its capacity is ensured before a message is taken
    public int takeNow(HandleState handle, ArrayList<? super T> target, int max) {
        lock();
        try {
            requireOpen(handle);
            int before = target.size();
            takeInto(target, before, max);
            return target.size() - before;
        } finally {
            release();
        }
    }

    /** Moves the message that a waiter received into a batch, and those that are there; for the first who asks. */
    @SuppressWarnings("NonApiType") // its capacity is ensured before a message is taken
    void topUp(ArrayList<T> batch, Waiter<T> received, int max) {
        lock();
        try {
            T first = received.message;
            if (first != null) {
                batch.add(first);
                received.message = null;
                takeInto(batch, 0, max);
            }
        } finally {
            release();
        }
    }

    /** A list with room for the first message, so that what a peer hands over has a place. */
    @SuppressWarnings("NonApiType") // its capacity is ensured before a message is taken
    static <T> ArrayList<T> newBatch(int max) {
        return new ArrayList<>(Math.min(max, 8));
    }

    /** Takes messages, until there are so many behind those from before, or as long as there is memory to hold them. */
    @SuppressWarnings("NonApiType") // its capacity is ensured before a message is taken
    private void takeInto(ArrayList<? super T> batch, int before, int max) {
        while (batch.size() - before < max) {
            T message;
            try {
                batch.ensureCapacity(batch.size() + 1);
                message = take();
            } catch (OutOfMemoryError full) {
                if (batch.size() == before) {
                    throw full;
                }
                return; // what was taken must not be lost; the rest stays where it is
            }
            if (message == null) {
                return;
            }
            batch.add(message);
        }
    }

    /** Returns messages that were received to the front, in their order. */
    public void returnToFront(List<T> messages) {
        int next = 0;
        int end = messages.size();
        lock();
        try {
            while (next < end && returnToReceiver(messages.get(next))) {
                next++;
            }
            while (next < end && putInFront(messages.get(end - 1))) {
                end--;
            }
            if (next < end) {
                countLost(end - next);
            }
        } finally {
            release();
        }
        for (; next < end; next++) {
            reportUndelivered(messages.get(next));
        }
    }

    /** Returns a message to the front that was taken for somebody who cannot get it. */
    void giveBackNow(T message) {
        boolean returned;
        lock();
        try {
            returned = giveBack(message);
        } finally {
            release();
        }
        if (!returned) {
            reportUndelivered(message);
        }
    }

    // Waiting

    private Outcome awaitEnd(Waiter<T> waiter, long nanos) throws InterruptedException {
        if (waitOrWithdraw(waiter, nanos) && Thread.interrupted()) {
            throw new InterruptedException();
        }
        return waiter.outcome();
    }

    /** True if the operation was withdrawn, because the time ran out or the thread was interrupted. */
    private boolean waitOrWithdraw(Waiter<T> waiter, long nanos) {
        try {
            return !waiting().await(waiter, this, nanos) && withdrawNow(waiter);
        } catch (Throwable failure) {
            abandon(waiter);
            throw failure;
        }
    }

    /** Ends a receive whose party has gone: nothing may be handed to it, nor be lost with it. */
    public void giveUp(PendingReceive<T> receive) {
        abandon((ReceiveTicket<T>) receive);
    }

    /** Its party cannot go on, for want of stack or memory: nothing may be handed to it, nor be lost with it. */
    private void abandon(Waiter<T> waiter) {
        T received = withdrawNow(waiter) ? null : waiter.message;
        if (received != null) {
            giveBackNow(received);
        }
    }

    /** Takes a waiter out of its line; false if its operation had ended before. */
    boolean withdrawNow(Waiter<T> waiter) {
        boolean withdrawn;
        lock();
        try {
            withdrawn = withdraw(waiter);
        } finally {
            release();
        }
        if (withdrawn) {
            waiter.recordEnd();
        }
        return withdrawn;
    }

    void putBackNow(ReceiveTicket<T> ticket) {
        T message;
        boolean returned;
        lock();
        try {
            message = takeBack(ticket);
            returned = giveBack(message);
        } finally {
            release();
        }
        if (!returned) {
            reportUndelivered(message);
        }
    }

    // Handles and ends

    /** Opens the first handle of a side. */
    public HandleState openFirst(Side side, Object handle) {
        HandleState opened = new HandleState(this, side, handle);
        change(() -> open(opened));
        return opened;
    }

    /** Opens one more handle on the side of an open one. */
    public HandleState duplicate(HandleState original, Object handle) {
        HandleState added = new HandleState(this, original.side(), handle);
        change(() -> {
            requireOpen(original);
            open(added);
        });
        return added;
    }

    /** Opens a handle if its side has an open one; else it is closed from the start. */
    public HandleState openBesideOthers(Side side, Object handle) {
        HandleState added = new HandleState(this, side, handle);
        change(() -> {
            if (handles(side) == 0) {
                added.close();
            } else {
                open(added);
            }
        });
        return added;
    }

    // Whoever ends something needs no memory for it, so that nobody waits in vain: the lock is spelled out.

    void forget(HandleState handle) {
        lock();
        try {
            forgetHandle(handle);
        } finally {
            release();
        }
    }

    /** Closes a handle; without effect on one that is closed. */
    public void closeHandle(HandleState handle) {
        lock();
        try {
            close(handle);
        } finally {
            release();
        }
    }

    /** Ends the senders' side; true if the channel was open. */
    public boolean closeChannel(@Nullable Throwable reason) {
        lock();
        try {
            return close(reason);
        } finally {
            release();
        }
    }

    /** Ends both sides; true unless that was done before. */
    public boolean cancelChannel(@Nullable Throwable reason) {
        lock();
        try {
            return cancel(reason);
        } finally {
            release();
        }
    }

    /** Completes when either side is gone for good. */
    public CompletableFuture<Void> whenDisconnected() {
        return locked(() -> disconnectFuture());
    }

    /**
     * Refuses an operation on a closed handle. Asked before anything else as a courtesy, and decided under the lock.
     */
    public void requireOpen(HandleState handle) {
        if (handle.isClosed()) {
            throw new IllegalStateException("this " + handle.side().word + " of channel " + name() + " was closed");
        }
    }

    /** Why the channel ended, or null. For those who know that it has. */
    public @Nullable Throwable endCause() {
        return cause();
    }

    /** The exception of an operation that found the channel disconnected. */
    public DisconnectedException disconnected() {
        return new DisconnectedException("channel " + name() + " is disconnected", cause());
    }

    // Figures

    /** The given name, or one made up. */
    @Override
    public String name() {
        String known = name;
        if (known == null) {
            known = "channel-" + number;
            name = known;
        }
        return known;
    }

    /** Channels are locked together in the order of their numbers. */
    long number() {
        return number;
    }

    /** The bound, or empty. */
    public OptionalInt capacityBound() {
        return bound();
    }

    /** Messages buffered now; never more than the capacity. */
    public int sizeNow() {
        return locked(() -> size());
    }

    /** Whether the buffer is at its capacity. */
    public boolean isFullNow() {
        return locked(() -> isFull());
    }

    /** Open handles of one side now. */
    public int handlesNow(Side side) {
        return locked(() -> handles(side));
    }

    /** Whether either side is gone for good. */
    public boolean isDisconnectedNow() {
        return locked(() -> isDisconnected());
    }

    /** Whether nothing can be received any more. */
    public boolean isTerminatedNow() {
        return locked(() -> isTerminated());
    }

    /** As {@link #isTerminatedNow}, for a receiver that goes by the answer: what is put back later becomes undelivered. */
    public boolean tellTerminatedNow() {
        return locked(() -> tellTerminated());
    }

    /** All figures as of one instant. */
    public ChannelStats statsNow() {
        return locked(() -> figures());
    }

    @Override
    public ChannelStats stats() {
        return statsNow();
    }

    @Override
    ChannelProbe probe() {
        return this;
    }

    @Override
    public void addWaitListener(WaitListener listener) {
        Objects.requireNonNull(listener, "listener");
        change(() -> addListener(listener));
    }

    @Override
    public void removeWaitListener(WaitListener listener) {
        Objects.requireNonNull(listener, "listener");
        change(() -> removeListener(listener));
    }

    @Override
    public void addProgressListener(ProgressListener listener) {
        Objects.requireNonNull(listener, "listener");
        change(() -> addListener(listener));
    }

    /** Asserts the invariants of the design; for tests. */
    public void checkInvariants() {
        change(() -> checkState());
    }

    @Override
    public String toString() {
        return locked(() -> describe());
    }
}
