package io.millrace;

import io.millrace.Outcome.End;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a channel does, told without threads: every operation is a ticket that ends at once or stands in its line. */
final class SequentialChannel {
    /** One send or receive. It is in line until it has an end. */
    static final class Ticket {
        @Nullable End end;

        @Nullable String message;
    }

    private final int capacity;
    private final Overflow overflow;
    private final Deque<String> buffer = new ArrayDeque<>();
    final Deque<Ticket> sendLine = new ArrayDeque<>();
    final Deque<Ticket> receiveLine = new ArrayDeque<>();
    final List<String> undelivered = new ArrayList<>();
    int senders = 1;
    int receivers = 1;
    long sent;
    private boolean closed;
    private boolean cancelled;
    /** Some receiver was told that nothing will ever come. */
    private boolean told;

    SequentialChannel(int capacity, Overflow overflow) {
        this.capacity = capacity;
        this.overflow = overflow;
    }

    Ticket send(String message) {
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

    Ticket receive() {
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

    /** A send or receive that will not wait. */
    Ticket attempt(Ticket ticket) {
        if (ticket.end == null) {
            End refused = sendLine.contains(ticket) ? End.FULL : End.EMPTY;
            withdraw(ticket);
            ticket.end = refused;
        }
        return ticket;
    }

    boolean withdraw(Ticket ticket) {
        if (!sendLine.remove(ticket) && !receiveLine.remove(ticket)) {
            return false;
        }
        end(ticket, End.WITHDRAWN, null);
        settle();
        return true;
    }

    void putBack(String message) {
        if (!receiveLine.isEmpty()) {
            handOver(message);
        } else if (told || receiversGone()) {
            undelivered.add(message);
        } else {
            buffer.addFirst(message);
        }
        settle();
    }

    void closeSender() {
        senders--;
        settle();
    }

    void closeReceiver() {
        receivers--;
        settle();
    }

    boolean close() {
        boolean open = !isDisconnected();
        closed = true;
        settle();
        return open;
    }

    boolean cancel() {
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

    boolean isDisconnected() {
        return sendersGone() || receiversGone();
    }

    boolean isTerminated() {
        return receiversGone() || (sendersGone() && buffer.isEmpty() && sendLine.isEmpty());
    }

    int size() {
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
