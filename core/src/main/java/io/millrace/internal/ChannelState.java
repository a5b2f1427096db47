package io.millrace.internal;

import io.millrace.ChannelStats;
import io.millrace.Overflow;
import io.millrace.SendResult;
import io.millrace.internal.HandleState.Side;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The state of one channel and how it moves. Every method runs under the lock, except {@link #release}, which ends the
 * critical section and then does what must not be done inside it.
 *
 * <pre>
 *   senders (line)  -->  buffer, at most capacity  -->  receivers (line)
 *
 *   offer:  a receiver waits?  hand the message over    take:  a message is buffered?  take it, and the first
 *           room?              append                                 waiting sender's message moves up
 *           else               FULL: the caller may queue      a sender waits?  take its message (rendezvous)
 *                                                             else  nothing: the caller may queue
 * </pre>
 *
 * <p><b>Idea.</b> After flume: one lock, one buffer, two lines of waiters. Unlike flume, a message is handed over to the
 * waiter itself, whatever waits there (thread, future or waker), so that a wake-up carries its outcome, nothing can be
 * stolen, and a party that leaves had either received or not.
 *
 * <p><b>Ordering.</b> Receivers wait only while nothing is buffered, senders only while the buffer is full; so whoever
 * finds no line in front of him is next, and each line is first come, first served.
 *
 * <p><b>Claim.</b> A waiter's operation is decided by whoever takes it out of its line. Its outcome is written before the
 * lock is released, its party is woken after it.
 *
 * <p><b>Disconnect.</b> A side is connected while it has an open handle or a waiter in line, and was not ended by {@code
 * close} or {@code cancel}. When the senders have ended, what is buffered and what waiting senders hold can still be
 * received; then the receivers in line are told. When the receivers have ended, the buffer becomes undelivered and the
 * senders in line are told. Both are asked each time that a handle closes or a waiter leaves, and only after the messages
 * of the senders that moved up have been placed.
 *
 * <p><b>Not invariants.</b> The buffer may stand above the capacity by messages that were put back. A side without handles
 * may still have waiters. {@code sent} counts accepted messages, so a waiting send is not in it.
 *
 * @param <T> the type of the messages
 */
abstract class ChannelState<T> extends SpinLock {
    /** The bound of a channel that has none. */
    static final int UNBOUNDED = -1;

    private final int bound;
    /** The bound, or more than there can ever be. */
    private final int capacity;

    private final Overflow overflow;
    private final @Nullable Consumer<? super T> onUndelivered;
    private final Parker parker;

    private final Segments<T> buffer;
    private final WaiterLine<T> senders = new WaiterLine<>();
    private final WaiterLine<T> receivers = new WaiterLine<>();
    private int senderHandles = 1;
    private int receiverHandles = 1;

    /** No message is accepted any more. */
    private boolean sendersEnded;
    /** Nobody will receive any more: nothing is buffered and nothing waits. */
    private boolean receiversEnded;
    /** Somebody was told that nothing will ever come: a message that is put back would come too late. */
    private boolean receiversTold;

    private boolean cancelled;
    private @Nullable Throwable cause;
    private @Nullable DisconnectFuture disconnectFuture;

    private long sent;
    private long undelivered;

    // What the critical section leaves to release().
    private @Nullable Waiter<T> firstWoken;
    private @Nullable Waiter<T> lastWoken;
    private @Nullable ArrayList<T> lost;
    private boolean justDisconnected;

    ChannelState(int bound, Overflow overflow, @Nullable Consumer<? super T> onUndelivered, Tuning tuning) {
        this.bound = bound;
        this.capacity = bound == UNBOUNDED ? Integer.MAX_VALUE : bound;
        this.overflow = overflow;
        this.onUndelivered = onUndelivered;
        this.parker = tuning.parker();
        this.buffer = new Segments<>(Math.max(1, Math.min(capacity, tuning.segmentLength())));
    }

    // Messages

    /** Sends without waiting. FULL: the caller may {@link #join} the line, still under the same lock hold. */
    final SendResult offer(T message) {
        if (sendersEnded || receiversEnded) {
            return SendResult.DISCONNECTED;
        }
        Waiter<T> receiver = receivers.first();
        if (receiver != null) {
            handOver(receiver, message);
            sent++;
            return SendResult.SENT;
        }
        if (buffer.size() < capacity) {
            buffer.reserve();
            buffer.addLast(message);
            sent++;
            return SendResult.SENT;
        }
        return switch (overflow) {
            case WAIT -> SendResult.FULL;
            case DROP_LATEST -> {
                reserveLost(1);
                lose(message);
                sent++;
                yield SendResult.SENT;
            }
            case DROP_OLDEST -> {
                reserveLost(1);
                buffer.reserve();
                lose(buffer.removeFirst());
                buffer.addLast(message);
                sent++;
                yield SendResult.SENT;
            }
        };
    }

    /** Receives without waiting. Null: nothing is there; if not {@link #isTerminated}, the caller may {@link #join}. */
    final @Nullable T take() {
        Waiter<T> sender = senders.first();
        T message;
        if (buffer.size() > 0) {
            if (sender != null) {
                buffer.reserve();
            }
            message = buffer.removeFirst();
            if (sender != null) {
                moveUp();
            }
        } else if (sender != null) {
            message = acceptFrom(sender);
        } else {
            return null;
        }
        if (sendersEnded || senderHandles == 0) {
            settleSenders();
        }
        return message;
    }

    /** Lets the first waiting senders' messages into the room that came free. */
    private void moveUp() {
        Waiter<T> sender;
        while (buffer.size() < capacity && (sender = senders.first()) != null) {
            buffer.reserve();
            buffer.addLast(acceptFrom(sender));
        }
    }

    private T acceptFrom(Waiter<T> sender) {
        T message = sender.message;
        if (message == null) {
            throw new IllegalStateException("a waiting sender has no message");
        }
        sender.message = null;
        endInLine(sender, Outcome.DONE);
        sent++;
        return message;
    }

    private void handOver(Waiter<T> receiver, T message) {
        receiver.message = message;
        endInLine(receiver, Outcome.DONE);
        settleReceivers();
    }

    /** Returns a message that was received to the front. */
    final void putBack(Waiter<T> ticket) {
        T message = ticket.message;
        if (ticket.outcome() != Outcome.DONE || message == null) {
            throw new IllegalStateException("no message to put back: the receive is " + ticket.outcome());
        }
        Waiter<T> receiver = receivers.first();
        if (receiver != null) {
            handOver(receiver, message);
        } else if (receiversEnded || receiversTold) {
            reserveLost(1);
            lose(message);
        } else {
            buffer.addFirst(message);
        }
        ticket.message = null;
        ticket.end(Outcome.PUT_BACK);
    }

    /** Makes sure that {@link #lose} allocates nothing for so many messages. */
    private void reserveLost(int messages) {
        if (onUndelivered != null) {
            if (lost == null) {
                lost = new ArrayList<>(messages);
            } else {
                lost.ensureCapacity(lost.size() + messages);
            }
        }
    }

    private void lose(T message) {
        if (lost != null) {
            lost.add(message);
        }
        undelivered++;
    }

    // Waiters

    /** Puts a waiter at the end of its side's line. */
    final void join(Side side, Waiter<T> waiter) {
        (side == Side.SENDER ? senders : receivers).add(waiter);
    }

    /**
     * Takes a waiter out of its line because its party wants no more.
     *
     * @return false if its operation had ended before
     */
    final boolean withdraw(Waiter<T> waiter) {
        WaiterLine<T> line = waiter.line;
        if (line == null) {
            return false;
        }
        line.remove(waiter);
        waiter.message = null;
        waiter.end(Outcome.WITHDRAWN);
        if (line == senders) {
            settleSenders();
        } else {
            settleReceivers();
        }
        return true;
    }

    /** Takes a waiter out of its line, decides its outcome, and leaves its party to be woken by {@link #release}. */
    private void endInLine(Waiter<T> waiter, Outcome how) {
        WaiterLine<T> line = waiter.line;
        if (line == null) {
            throw new IllegalStateException("a waiter that is in no line cannot be ended");
        }
        line.remove(waiter);
        waiter.end(how);
        Waiter<T> last = lastWoken;
        lastWoken = waiter;
        if (last == null) {
            firstWoken = waiter;
        } else {
            last.behind = waiter;
        }
    }

    private void disconnectAll(WaiterLine<T> line) {
        Waiter<T> waiter;
        while ((waiter = line.first()) != null) {
            if (line == senders) {
                waiter.message = null;
            } else {
                receiversTold = true;
            }
            endInLine(waiter, Outcome.DISCONNECTED);
        }
    }

    // Handles and ends

    final void openHandle(Side side) {
        if (side == Side.SENDER) {
            senderHandles++;
        } else {
            receiverHandles++;
        }
    }

    final void closeHandle(HandleState handle) {
        if (handle.isClosed()) {
            return;
        }
        handle.close();
        if (handle.side == Side.SENDER) {
            senderHandles--;
            settleSenders();
        } else {
            receiverHandles--;
            settleReceivers();
        }
    }

    /** Ends the senders' side if nobody is left on it, then tells the receivers in line if nothing can come. */
    private void settleSenders() {
        if (senderHandles == 0 && senders.isEmpty() && !sendersEnded) {
            sendersEnded = true;
            justDisconnected = true;
        }
        if (isTerminated() && !receivers.isEmpty()) {
            disconnectAll(receivers);
            settleReceivers();
        }
    }

    /** Ends the receivers' side if nobody is left on it. */
    private void settleReceivers() {
        if (receiverHandles == 0 && receivers.isEmpty() && !receiversEnded) {
            endReceivers();
        }
    }

    private void endReceivers() {
        reserveLost(buffer.size());
        receiversEnded = true;
        justDisconnected = true;
        while (buffer.size() > 0) {
            lose(buffer.removeFirst());
        }
        disconnectAll(senders);
        disconnectAll(receivers);
        settleSenders();
    }

    /** Ends the senders' side; what is buffered or waits stays receivable. False: the channel had ended before. */
    final boolean close(@Nullable Throwable reason) {
        if (isDisconnected()) {
            return false;
        }
        cause = reason;
        sendersEnded = true;
        justDisconnected = true;
        settleSenders();
        return true;
    }

    /** Ends both sides. False: it was cancelled before. */
    final boolean cancel(@Nullable Throwable reason) {
        if (cancelled) {
            return false;
        }
        cancelled = true;
        if (!isDisconnected()) {
            cause = reason;
        }
        sendersEnded = true;
        endReceivers();
        return true;
    }

    final boolean isDisconnected() {
        return sendersEnded || receiversEnded;
    }

    /** Nothing can be received any more. */
    final boolean isTerminated() {
        return receiversEnded || (sendersEnded && buffer.size() == 0 && senders.isEmpty());
    }

    /** As {@link #isTerminated}, asked by a receiver that will be told the answer. */
    final boolean tellTerminated() {
        boolean terminated = isTerminated();
        receiversTold |= terminated;
        return terminated;
    }

    final @Nullable Throwable cause() {
        return cause;
    }

    final DisconnectFuture disconnectFuture() {
        DisconnectFuture future = disconnectFuture;
        if (future == null) {
            future = new DisconnectFuture();
            disconnectFuture = future;
            justDisconnected = isDisconnected();
        }
        return future;
    }

    // Figures

    final int size() {
        return Math.min(buffer.size(), capacity);
    }

    final boolean isFull() {
        return bound != UNBOUNDED && buffer.size() >= capacity;
    }

    final OptionalInt bound() {
        return bound == UNBOUNDED ? OptionalInt.empty() : OptionalInt.of(bound);
    }

    final int handles(Side side) {
        return side == Side.SENDER ? senderHandles : receiverHandles;
    }

    final ChannelStats stats(String name) {
        int size = size();
        return new ChannelStats(
                name,
                bound(),
                size,
                senderHandles,
                receiverHandles,
                senders.size(),
                receivers.size(),
                sent,
                sent - undelivered - size,
                undelivered,
                isDisconnected());
    }

    // The end of the critical section

    /**
     * Releases the lock, then wakes those whose operations have ended (threads first, so that slow foreign code delays
     * nobody), reports what was lost, and announces the disconnect.
     */
    final void release() {
        Waiter<T> first = firstWoken;
        List<T> messages = lost;
        boolean disconnected = justDisconnected;
        if (first == null && messages == null && !disconnected) {
            unlock();
            return;
        }
        DisconnectFuture announced = disconnected ? disconnectFuture : null;
        firstWoken = null;
        lastWoken = null;
        lost = null;
        justDisconnected = false;
        unlock();
        if (first != null) {
            wakeAll(first);
        }
        if (messages != null && onUndelivered != null) {
            for (T message : messages) {
                Resumption.run(() -> onUndelivered.accept(message));
            }
        }
        if (announced != null) {
            Resumption.run(() -> announced.disconnect(cause));
        }
    }

    private void wakeAll(Waiter<T> first) {
        if (first.behind == null) {
            first.wake(parker);
            return;
        }
        for (Waiter<T> waiter = first; waiter != null; waiter = waiter.behind) {
            if (waiter.thread != null) {
                waiter.wake(parker);
            }
        }
        Waiter<T> next;
        for (Waiter<T> waiter = first; waiter != null; waiter = next) {
            next = waiter.behind;
            waiter.behind = null;
            if (waiter.thread == null) {
                waiter.wake(parker);
            }
        }
    }

    /** Asserts the invariants of the design; for tests. */
    final void checkState() {
        buffer.checkInvariants();
        senders.checkInvariants("senders");
        receivers.checkInvariants("receivers");
        Invariants.hold(receivers.isEmpty() || buffer.size() == 0, "I2: a receiver waits while a message is buffered");
        Invariants.hold(senders.isEmpty() || buffer.size() >= capacity, "I3: a sender waits while the buffer has room");
        Invariants.hold(senders.isEmpty() || receivers.isEmpty(), "I3: a sender and a receiver wait for each other");
        Invariants.hold(sent >= undelivered + buffer.size(), "I4: more messages left the channel than entered it");
        Invariants.hold(
                !receiversEnded || (buffer.size() == 0 && senders.isEmpty() && receivers.isEmpty()),
                "I5: something stays after the receivers have gone");
        Invariants.hold(!isTerminated() || receivers.isEmpty(), "I5: a receiver waits for what cannot come");
        Invariants.hold(
                sendersEnded || senderHandles > 0 || !senders.isEmpty(), "I5: nobody sends, nobody was told so");
        Invariants.hold(
                receiversEnded || receiverHandles > 0 || !receivers.isEmpty(),
                "I5: nobody receives, nobody was told so");
        Invariants.hold(firstWoken == null && lost == null && !justDisconnected, "the lock is held");
    }
}
