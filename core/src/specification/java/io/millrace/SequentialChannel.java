package io.millrace;

import io.millrace.Outcome.End;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a channel does, told without threads: every operation is a ticket that ends at once or stands in its line. */
public final class SequentialChannel {
    /** One send or receive. It is in line until it has an end. */
    public static final class Ticket {
        public @Nullable End end;

        public @Nullable String message;

        private Ticket() {}
    }

    private final int capacity;
    private final Overflow overflow;
    private final Deque<String> buffer = new ArrayDeque<>();
    public final Deque<Ticket> sendLine = new ArrayDeque<>();
    public final Deque<Ticket> receiveLine = new ArrayDeque<>();
    public final List<String> undelivered = new ArrayList<>();
    public int senders = 1;
    public int receivers = 1;
    public long sent;
    private boolean closed;
    private boolean cancelled;
    /** Some receiver was told that nothing will ever come. */
    private boolean told;

    public SequentialChannel(int capacity, Overflow overflow) {
        this.capacity = capacity;
        this.overflow = overflow;
    }

    public Ticket send(String message) {
        Ticket ticket = new Ticket();
        if (isDisconnected()) {
            ticket.end = End.DISCONNECTED;
        } else if (!receiveLine.isEmpty()) {
            accept(ticket);
            handOver(message);
        } else if (buffer.size() < capacity) {
            accept(ticket);
            buffer.addLast(message);
        } else if (overflow == Overflow.DROP_OLDEST) {
            accept(ticket);
            undelivered.add(buffer.removeFirst());
            buffer.addLast(message);
        } else if (overflow == Overflow.DROP_LATEST) {
            accept(ticket);
            undelivered.add(message);
        } else {
            ticket.message = message;
            sendLine.addLast(ticket);
        }
        settle();
        return ticket;
    }

    public Ticket receive() {
        Ticket ticket = new Ticket();
        if (isTerminated()) {
            ticket.end = End.DISCONNECTED;
            told = true;
        } else if (!buffer.isEmpty()) {
            end(ticket, End.RECEIVED, buffer.removeFirst());
            while (buffer.size() < capacity && !sendLine.isEmpty()) {
                buffer.addLast(acceptFirst());
            }
        } else if (!sendLine.isEmpty()) {
            end(ticket, End.RECEIVED, acceptFirst());
        } else {
            receiveLine.addLast(ticket);
        }
        settle();
        return ticket;
    }

    /** A send would be accepted at once. */
    public boolean hasRoom() {
        return !isDisconnected() && (!receiveLine.isEmpty() || buffer.size() < capacity);
    }

    /** A receive would have a message at once. */
    public boolean hasMessage() {
        return !buffer.isEmpty() || !sendLine.isEmpty();
    }

    /** A send or receive that will not wait. */
    public Ticket attempt(Ticket ticket) {
        if (ticket.end == null) {
            End refused = sendLine.contains(ticket) ? End.FULL : End.EMPTY;
            withdraw(ticket);
            ticket.end = refused;
        }
        return ticket;
    }

    public boolean withdraw(Ticket ticket) {
        if (!sendLine.remove(ticket) && !receiveLine.remove(ticket)) {
            return false;
        }
        end(ticket, End.WITHDRAWN, null);
        settle();
        return true;
    }

    public void putBack(String message) {
        if (!receiveLine.isEmpty()) {
            handOver(message);
        } else if (told || receiversGone()) {
            undelivered.add(message);
        } else {
            buffer.addFirst(message);
        }
        settle();
    }

    public void closeSender() {
        senders--;
        settle();
    }

    public void closeReceiver() {
        receivers--;
        settle();
    }

    public boolean close() {
        boolean open = !isDisconnected();
        closed = true;
        settle();
        return open;
    }

    public boolean cancel() {
        boolean first = !cancelled;
        closed = true;
        cancelled = true;
        settle();
        return first;
    }

    /** Whoever waits for a side that is gone is told; what nobody can receive is undelivered. */
    private void settle() {
        if (receiversGone()) {
            undelivered.addAll(buffer);
            buffer.clear();
            sendLine.forEach(ticket -> end(ticket, End.DISCONNECTED, null));
            sendLine.clear();
        }
        if (isTerminated()) {
            told |= !receiveLine.isEmpty();
            receiveLine.forEach(ticket -> end(ticket, End.DISCONNECTED, null));
            receiveLine.clear();
        }
    }

    private boolean sendersGone() {
        return closed || (senders == 0 && sendLine.isEmpty());
    }

    private boolean receiversGone() {
        return cancelled || (receivers == 0 && receiveLine.isEmpty());
    }

    public boolean isDisconnected() {
        return sendersGone() || receiversGone();
    }

    public boolean isTerminated() {
        return receiversGone() || (sendersGone() && buffer.isEmpty() && sendLine.isEmpty());
    }

    public int size() {
        return Math.min(buffer.size(), capacity);
    }

    private void accept(Ticket ticket) {
        end(ticket, End.SENT, null);
        sent++;
    }

    private String acceptFirst() {
        Ticket first = sendLine.removeFirst();
        String message = first.message;
        accept(first);
        return message == null ? "nothing" : message;
    }

    private void handOver(String message) {
        end(receiveLine.removeFirst(), End.RECEIVED, message);
    }

    private static void end(Ticket ticket, End end, @Nullable String message) {
        ticket.end = end;
        ticket.message = message;
    }
}
