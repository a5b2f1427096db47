package io.millrace.internal;

import io.millrace.ChannelStats;
import io.millrace.Overflow;
import io.millrace.SendResult;
import io.millrace.internal.HandleState.Side;
import io.millrace.spi.ForgottenHandle;
import io.millrace.spi.WaitListener;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The state of one channel and how it moves. Every method runs under the lock.
 *
 * <pre>
 *   senders (line)  --&gt;  buffer, at most capacity  --&gt;  receivers (line)
 *
 *   offer:  a receiver waits?  hand the message over    take:  a message is buffered?  take it, and the first
 *           room?              append                                 waiting sender's message moves up
 *           else               FULL: the caller may queue      a sender waits?  take its message (rendezvous)
 *                                                             else  nothing: the caller may queue
 * </pre>
 *
 * <p><b>Idea.</b> After flume: one lock, one buffer, two lines of waiters. Unlike flume, a message is handed over to the
 * waiter itself, whatever waits there (thread, future, waker or select), so that a wake-up carries its outcome, nothing can
 * be stolen, and a party that leaves had either received or not.
 *
 * <p><b>Ordering.</b> Receivers wait only while nothing is buffered, senders only while the buffer is full; so whoever
 * finds no line in front of him is next, and each line is first come, first served.
 *
 * <p><b>Claim.</b> A waiter's operation is decided by whoever takes it out of its line. Its outcome is written before the
 * lock is released; a thread that still looks for it sees it at once, any other party is woken after the release. A branch
 * of a select whose run has chosen another one stands in line until it is withdrawn; it is passed over, and counts for
 * nothing when the end of its side is decided.
 *
 * <p><b>Disconnect.</b> A side is connected while it has an open handle or a waiter in line, and was not ended by {@code
 * close} or {@code cancel}. When the senders have ended, what is buffered and what waiting senders hold can still be
 * received; then the receivers in line are told. When the receivers have ended, the buffer becomes undelivered and the
 * senders in line are told. Both are asked each time that a handle closes or a waiter leaves, and only after the messages
 * of the senders that moved up have been placed.
 *
 * <p><b>Not invariants.</b> The buffer may stand above the capacity by messages that were put back. A side without handles
 * may still have waiters. A select may stand in both lines of a rendezvous, and never meets itself. {@code sent} counts
 * accepted messages, so a waiting send is not in it.
 *
 * @param <T> the type of the messages
 */
abstract class ChannelState<T> extends OpenHandles<T> {
    /** The bound of a channel that has none. */
    static final int UNBOUNDED = -1;

    private final int bound;
    private final Overflow overflow;

    private final Segments<T> buffer;

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

    ChannelState(int bound, Overflow overflow, @Nullable Consumer<? super T> onUndelivered, Tuning tuning) {
        super(onUndelivered, tuning, segmentLength(bound, tuning));
        this.bound = bound;
        this.overflow = overflow;
        this.buffer = new Segments<>(segmentLength(bound, tuning));
    }

    private static int segmentLength(int bound, Tuning tuning) {
        return bound == UNBOUNDED ? tuning.segmentLength() : Math.max(1, Math.min(bound, tuning.segmentLength()));
    }

    abstract String name();

    /** The bound, or more than there can ever be. */
    private int capacity() {
        return bound == UNBOUNDED ? Integer.MAX_VALUE : bound;
    }

    // Messages

    /** Sends without waiting. FULL: the caller may {@link #join} the line, still under the same lock hold. */
    final SendResult offer(T message) {
        if (tellDisconnected()) {
            return SendResult.DISCONNECTED;
        }
        if (!isEmpty(Line.RECEIVERS) && handToReceiver(message)) {
            sent++;
            return SendResult.SENT;
        }
        if (receiversEnded) { // the last of them was a branch that its select had left
            return SendResult.DISCONNECTED;
        }
        if (buffer.size() < capacity()) {
            append(message);
            return SendResult.SENT;
        }
        return switch (overflow) {
            case WAIT -> SendResult.FULL;
            case DROP_LATEST -> {
                reserveLost();
                sent++;
                lose(message);
                yield SendResult.SENT;
            }
            case DROP_OLDEST -> {
                reserveLost();
                buffer.reserve();
                lose(buffer.removeFirst());
                append(message);
                yield SendResult.SENT;
            }
        };
    }

    /**
     * Sends to a connected channel without waiting, displacing the oldest message where there is no room.
     *
     * @return the displaced message; the same message where nothing could take its place; else null
     */
    final @Nullable T force(Object owner, T message) {
        ForcedMessage<T> last =
                isEmpty(Line.SENDERS) && buffer.size() <= capacity() ? null : new ForcedMessage<>(this, owner, message);
        buffer.reserve();
        reserveLost();
        if (!isEmpty(Line.RECEIVERS) && handToReceiver(message)) {
            sent++;
            return null;
        }
        if (receiversEnded) { // the last of them was a branch that its select had left
            sent++;
            lose(message);
            return null;
        }
        if (capacity() == 0) {
            return message;
        }
        T displaced = null;
        if (buffer.size() >= capacity()) {
            displaced = buffer.removeFirst();
            countLost(1);
            moveUp();
        }
        if (last == null || buffer.size() < capacity()) {
            append(message);
        } else {
            add(Line.SENDERS, last);
        }
        return displaced;
    }

    private void append(T message) {
        buffer.reserve();
        buffer.addLast(message);
        sent++;
    }

    /** Receives without waiting. Null: nothing is there; if not {@link #tellTerminated}, the caller may {@link #join}. */
    final @Nullable T take() {
        T message;
        if (buffer.size() > 0) {
            if (isEmpty(Line.SENDERS)) {
                message = buffer.removeFirst();
            } else {
                buffer.reserve();
                message = buffer.removeFirst();
                moveUp();
            }
        } else {
            message = isEmpty(Line.SENDERS) ? null : acceptFirst();
        }
        if (sendersEnded || handles(Side.SENDER) == 0) {
            settleSenders();
        }
        return message;
    }

    /** Lets the first waiting senders' messages into the room that came free. */
    private void moveUp() {
        while (buffer.size() < capacity() && !isEmpty(Line.SENDERS)) {
            buffer.reserve();
            T message = acceptFirst();
            if (message != null) {
                buffer.addLast(message);
            }
        }
    }

    /** Takes the message of the first waiting sender; null if none was left but branches that their selects had left. */
    private @Nullable T acceptFirst() {
        Waiter<T> sender = claimFirst(Line.SENDERS);
        if (sender == null) {
            return null;
        }
        T message = sender.takeMessage();
        sent++;
        if (sender.message == null) {
            endInLine(sender, Outcome.DONE);
        }
        return message;
    }

    /** Gives a message to the first of the waiting receivers; false if none was left but branches that their selects had left. */
    private boolean handToReceiver(T message) {
        Waiter<T> receiver = claimFirst(Line.RECEIVERS);
        if (receiver != null) {
            receiver.message = message;
            endInLine(receiver, Outcome.DONE);
        }
        settleReceivers();
        return receiver != null;
    }

    /** Takes the message out of a receive that is to be put back; its party has it no more. */
    final T takeBack(Waiter<T> ticket) {
        T message = ticket.message;
        if (ticket.outcome() != Outcome.DONE || message == null) {
            throw new IllegalStateException("no message to put back: the receive is " + ticket.outcome());
        }
        ticket.message = null;
        ticket.end(Outcome.PUT_BACK);
        return message;
    }

    /**
     * Returns a message that was received to the front, with no memory but for its place there. False: it came too late, or
     * there is none; it counts as undelivered, and is to be {@link #reportUndelivered reported} once the lock is released.
     */
    final boolean giveBack(T message) {
        if (returnToReceiver(message) || putInFront(message)) {
            return true;
        }
        countLost(1);
        return false;
    }

    /** Gives a message that was received to the next receiver. False: there is none in line. */
    final boolean returnToReceiver(T message) {
        return !isEmpty(Line.RECEIVERS) && handToReceiver(message);
    }

    /** Puts a message that was received in front of all others. False: it came too late, or there is no memory for its place. */
    final boolean putInFront(T message) {
        if (receiversEnded || receiversTold) {
            return false;
        }
        try {
            buffer.addFirst(message);
            return true;
        } catch (OutOfMemoryError noPlace) {
            return false;
        }
    }

    private void lose(T message) {
        reportLost(message);
        countLost(1);
    }

    final void countLost(int messages) {
        undelivered += messages;
        try {
            if (Recording.isPossible() && UndeliveredEvent.isOn()) {
                recordLater(new UndeliveredEvent(name(), messages));
            }
        } catch (OutOfMemoryError unrecorded) { // what follows on the loss still has to be done
        }
    }

    // Waiters

    /** Whether a thread that could not go on is to {@link #linger} and try once more before it joins the line. */
    final boolean isWorthLingering() {
        return Waiting.mayLinger(capacity()) && waiting().isWorthLingering();
    }

    /** Lets the others go on alone for a moment; without the lock. */
    final void linger() {
        waiting().linger(capacity());
    }

    /** Learns from what the others have done while a thread of this side lingered. */
    final void judgeLinger(Side side) {
        waiting().judgeLinger(capacity(), side == Side.SENDER ? capacity() - buffer.size() : buffer.size());
    }

    /** Puts a waiter at the end of its side's line. */
    final void join(Side side, Waiter<T> waiter) {
        expectMeetings();
        List<WaitListener> listeners = waitListeners();
        if (Recording.isPossible() && WaitEvent.isOn()) {
            WaitEvent event = new WaitEvent(name(), side == Side.SENDER ? "send" : "receive", waiter.kind(), size());
            waiter.recordWait(new Wait(event, side == Side.SENDER, listeners));
        } else if (!listeners.isEmpty()) {
            waiter.recordWait(new Wait(null, side == Side.SENDER, listeners));
        }
        // last: nobody may stand there whose operation has failed
        add(side == Side.SENDER ? Line.SENDERS : Line.RECEIVERS, waiter);
    }

    /** Puts a branch of a select among those that wait for the receivers' end of the messages. */
    final void watchTermination(Waiter<T> branch) {
        add(Line.TERMINATION_WATCHERS, branch);
        if (isTerminated()) { // another branch of the same select has just seen to that
            fulfilTermination();
        }
    }

    /** Puts a branch of a select among those that wait for the end of either side. */
    final void watchDisconnect(Waiter<T> branch) {
        add(Line.DISCONNECT_WATCHERS, branch);
        if (isDisconnected()) { // another branch of the same select has just seen to that
            fulfil(Line.DISCONNECT_WATCHERS);
        }
    }

    /**
     * Takes a waiter out of its line because its party wants no more.
     *
     * @return false if its operation had ended before
     */
    final boolean withdraw(Waiter<T> waiter) {
        Line line = waiter.line;
        if (line == null) {
            return false;
        }
        drop(waiter, line, Outcome.WITHDRAWN);
        settle();
        return true;
    }

    /** The first waiter whose operation nobody else has ended or will end; it is still in line. */
    private @Nullable Waiter<T> claimFirst(Line line) {
        Waiter<T> waiter;
        while ((waiter = first(line)) != null && !waiter.claim()) {
            drop(waiter, line, Outcome.WITHDRAWN);
        }
        return waiter;
    }

    /** Takes a waiter out of its line without telling its party. */
    private void drop(Waiter<T> waiter, Line line, Outcome how) {
        remove(line, waiter);
        waiter.message = null;
        waiter.end(how);
    }

    /** Takes a waiter out of its line, decides its outcome, and has its party woken, after the lock is released if need be. */
    private void endInLine(Waiter<T> waiter, Outcome how) {
        Line line = waiter.line;
        if (line == null) {
            throw new IllegalStateException("a waiter that is in no line cannot be ended");
        }
        remove(line, waiter);
        waiter.end(how);
        if (!waiter.wakeIfRunning()) {
            wakeLater(waiter);
        }
    }

    /** Ends every operation in a line because the other side is gone. */
    private void disconnectAll(Line line) {
        if (!isEmpty(line)) {
            reportForgotten(line == Line.SENDERS ? Side.RECEIVER : Side.SENDER);
            receiversTold |= line == Line.RECEIVERS;
        }
        Waiter<T> waiter;
        while ((waiter = first(line)) != null) {
            if (waiter instanceof ForcedMessage) {
                sent++;
                countLost(1); // and reported when it is woken
            } else {
                waiter.message = null;
            }
            if (waiter.claimDisconnect()) {
                endInLine(waiter, Outcome.DISCONNECTED);
            } else {
                drop(waiter, line, Outcome.DISCONNECTED);
            }
        }
    }

    /** Ends every branch that waited for the end of the messages, which has come. */
    private void fulfilTermination() {
        receiversTold |= fulfil(Line.TERMINATION_WATCHERS);
    }

    /** Ends every branch that waited for what has come about; false if there was none. */
    private boolean fulfil(Line watchers) {
        boolean any = false;
        Waiter<T> branch;
        while ((branch = claimFirst(watchers)) != null) {
            endInLine(branch, Outcome.DONE);
            any = true;
        }
        return any;
    }

    // Handles and ends

    /** Without effect on a handle that is closed. */
    final void close(HandleState handle) {
        if (!handle.isClosed()) {
            handle.close();
            remove(handle);
            settle();
        }
    }

    /** Counts a handle as closed that nobody can close any more. */
    final void forgetHandle(HandleState handle) {
        if (handle.isClosed()) {
            return;
        }
        try {
            if (handle.side() == Side.SENDER ? !sendersEnded : !receiversEnded) {
                remember(handle);
            }
        } catch (OutOfMemoryError unreported) { // it still has to be closed
        }
        long undeliveredBefore = undelivered;
        close(handle);
        if (undelivered > undeliveredBefore) {
            reportForgotten(Side.RECEIVER);
        }
    }

    /** Somebody was told that a side is gone: reports its handles that nobody closed, each once. */
    private void reportForgotten(Side side) {
        if (anyForgotten()) {
            try {
                List<ForgottenHandle> reports = takeForgotten(side, name());
                if (!reports.isEmpty()) {
                    reportForgotten(reports);
                }
            } catch (OutOfMemoryError unreported) { // those who wait still have to be told
            }
        }
    }

    private void settle() {
        settleSenders();
        settleReceivers();
    }

    /** Ends the senders' side if nobody is left on it, then tells the receivers in line if nothing can come. */
    private void settleSenders() {
        if (handles(Side.SENDER) == 0 && !sendersEnded && hasNobody(Line.SENDERS)) {
            endSenders();
        }
        if (sendersEnded && isTerminated()) {
            disconnectAll(Line.RECEIVERS);
            settleReceivers();
            fulfilTermination();
        }
    }

    private void endSenders() {
        boolean first = !isDisconnected();
        sendersEnded = true;
        announceDisconnect(first);
    }

    /** Ends the receivers' side if nobody is left on it. */
    private void settleReceivers() {
        if (handles(Side.RECEIVER) == 0 && !receiversEnded && (hasNobody(Line.RECEIVERS) || isSelectAlone())) {
            endReceivers(!isDisconnected());
        }
    }

    /** Whether a line is empty, but for branches that their selects have left and will withdraw. */
    private boolean hasNobody(Line line) {
        Waiter<T> waiter = first(line);
        while (waiter != null && waiter.isLeft()) {
            waiter = waiter.behind;
        }
        return waiter == null;
    }

    /** Whether nobody is left but one select that waits to send and to receive here, and never meets itself. */
    private boolean isSelectAlone() {
        return (sendersEnded || handles(Side.SENDER) == 0)
                && capacity() == 0
                && buffer.size() == 0
                && !hasNobody(Line.SENDERS);
    }

    private void endReceivers(boolean first) {
        int left = buffer.size();
        reportAllLost(buffer);
        receiversEnded = true;
        if (left > 0) {
            countLost(left);
        }
        disconnectAll(Line.SENDERS);
        disconnectAll(Line.RECEIVERS);
        announceDisconnect(first);
        fulfilTermination();
        settleSenders();
    }

    /** Tells of a side that has ended; the first one is recorded. */
    private void announceDisconnect(boolean first) {
        if (first) {
            try {
                if (Recording.isPossible() && DisconnectEvent.isOn()) {
                    String reason = cause == null ? null : cause.getClass().getName();
                    recordLater(new DisconnectEvent(name(), size(), reason));
                }
            } catch (OutOfMemoryError unrecorded) { // those who wait still have to be told
            }
        }
        fulfil(Line.DISCONNECT_WATCHERS);
        DisconnectFuture future = disconnectFuture;
        if (future != null) {
            announceLater(future, cause);
        }
    }

    /** Ends the senders' side; what is buffered or waits stays receivable. False: the channel had ended before. */
    final boolean close(@Nullable Throwable reason) {
        if (isDisconnected()) {
            return false;
        }
        cause = reason;
        disregardForgotten(Side.SENDER); // it is not for them that no more will come
        endSenders();
        settle();
        return true;
    }

    /** Ends both sides. False: it was cancelled before. */
    final boolean cancel(@Nullable Throwable reason) {
        if (cancelled) {
            return false;
        }
        cancelled = true;
        boolean first = !isDisconnected();
        if (first) {
            cause = reason;
        }
        disregardForgotten(Side.SENDER);
        disregardForgotten(Side.RECEIVER);
        sendersEnded = true;
        endReceivers(first);
        return true;
    }

    final boolean isDisconnected() {
        return sendersEnded || receiversEnded;
    }

    /** As {@link #isDisconnected}, asked by a sender that will be told the answer. */
    final boolean tellDisconnected() {
        boolean disconnected = isDisconnected();
        if (disconnected) {
            reportForgotten(Side.RECEIVER);
        }
        return disconnected;
    }

    /** Nothing can be received any more. */
    final boolean isTerminated() {
        return receiversEnded || (sendersEnded && buffer.size() == 0 && hasNobody(Line.SENDERS));
    }

    /** As {@link #isTerminated}, asked by a receiver that will be told the answer. */
    final boolean tellTerminated() {
        boolean terminated = isTerminated();
        if (terminated) {
            receiversTold = true;
            reportForgotten(Side.SENDER);
        }
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
            if (isDisconnected()) {
                announceDisconnect(false);
            }
        }
        return future;
    }

    @Override
    final boolean hasProgressed(Listeners told) {
        return told.tell(sent, undelivered, buffer.size(), waitingSenders());
    }

    // Figures

    final int size() {
        return Math.min(buffer.size(), capacity());
    }

    final boolean isFull() {
        return bound != UNBOUNDED && buffer.size() >= capacity();
    }

    final OptionalInt bound() {
        return bound == UNBOUNDED ? OptionalInt.empty() : OptionalInt.of(bound);
    }

    final ChannelStats figures() {
        int size = size();
        return new ChannelStats(
                name(),
                bound(),
                size,
                handles(Side.SENDER),
                handles(Side.RECEIVER),
                waitingSenders(),
                waitingReceivers(),
                sent,
                sent - undelivered - size,
                undelivered,
                isDisconnected());
    }

    /** The state for people: what it is, how full, who waits and how, and how it ended. */
    final String describe() {
        String kind = bound == UNBOUNDED ? "unbounded" : bound == 0 ? "rendezvous" : "bounded";
        StringBuilder text = new StringBuilder(name()).append('[').append(kind);
        if (overflow != Overflow.WAIT) {
            text.append(' ').append(overflow);
        }
        text.append(", size ").append(size());
        if (bound > 0) {
            text.append('/').append(bound);
        }
        describe(text, handles(Side.SENDER), "sender", Line.SENDERS, waitingSenders());
        describe(text, handles(Side.RECEIVER), "receiver", Line.RECEIVERS, waitingReceivers());
        String end = cancelled
                ? "cancelled"
                : receiversEnded ? "no receivers" : sendersEnded ? (isTerminated() ? "terminated" : "closed") : "open";
        text.append(", ").append(end);
        if (cause != null) {
            text.append(" by ").append(cause.getClass().getName());
        }
        return text.append(']').toString();
    }

    private void describe(StringBuilder text, int open, String word, Line line, int waiting) {
        text.append(", ").append(open).append(' ').append(word).append(open == 1 ? "" : "s");
        if (!isEmpty(line)) {
            Map<String, Integer> kinds = new TreeMap<>();
            for (Waiter<T> waiter = first(line); waiter != null; waiter = waiter.behind) {
                kinds.merge(waiter.kind(), 1, Integer::sum);
            }
            text.append(" (").append(waiting).append(" waiting: ").append(kinds).append(')');
        }
    }

    /** Asserts the invariants of the design; for tests. */
    final void checkState() {
        buffer.checkInvariants();
        checkLines();
        boolean receiverWaits = !hasNobody(Line.RECEIVERS);
        boolean senderWaits = !hasNobody(Line.SENDERS);
        Invariants.hold(!receiverWaits || buffer.size() == 0, "I2: a receiver waits while a message is buffered");
        Invariants.hold(!senderWaits || buffer.size() >= capacity(), "I3: a sender waits while the buffer has room");
        Invariants.hold(
                !senderWaits || !receiverWaits || capacity() == 0, "I3: a sender and a receiver wait for each other");
        Invariants.hold(sent >= undelivered + buffer.size(), "I4: more messages left the channel than entered it");
        Invariants.hold(
                !receiversEnded || (buffer.size() == 0 && !senderWaits && !receiverWaits),
                "I5: something stays after the receivers have gone");
        Invariants.hold(!isTerminated() || !receiverWaits, "I5: a receiver waits for what cannot come");
        Invariants.hold(
                sendersEnded || handles(Side.SENDER) > 0 || senderWaits, "I5: nobody sends, nobody was told so");
        Invariants.hold(
                receiversEnded || handles(Side.RECEIVER) > 0 || receiverWaits,
                "I5: nobody receives, nobody was told so");
        Invariants.hold(leavesNothing(), "the critical section left something undone");
    }
}
