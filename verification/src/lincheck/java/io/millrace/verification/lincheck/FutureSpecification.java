package io.millrace.verification.lincheck;

import io.millrace.Outcome.End;
import io.millrace.Overflow;
import io.millrace.SequentialChannel;
import io.millrace.SequentialChannel.Ticket;
import org.jspecify.annotations.Nullable;

/** What {@link FutureOperations} must look like, on {@link SequentialChannel}. */
public abstract class FutureSpecification {
    private final SequentialChannel channel;
    private final @Nullable Ticket[] begun = new Ticket[ChannelOperations.THREADS];

    FutureSpecification(int capacity) {
        channel = new SequentialChannel(capacity, Overflow.WAIT);
    }

    public String beginSend(int thread, int message) {
        if (begun[thread] != null) {
            return "busy";
        }
        begun[thread] = channel.send("m" + message);
        return "begun";
    }

    public String beginReceive(int thread) {
        if (begun[thread] != null) {
            return "busy";
        }
        begun[thread] = channel.receive();
        return "begun";
    }

    public String timeOut(int thread) {
        Ticket ticket = begun[thread];
        if (ticket == null) {
            return "none";
        }
        begun[thread] = null;
        return channel.withdraw(ticket) ? "timed out" : text(ticket);
    }

    public String sendInNoTime(int message) {
        return inNoTime(channel.attempt(channel.send("m" + message)));
    }

    public String receiveInNoTime() {
        return inNoTime(channel.attempt(channel.receive()));
    }

    private static String inNoTime(Ticket ticket) {
        return ticket.end == End.FULL || ticket.end == End.EMPTY ? End.TIMED_OUT.toString() : text(ticket);
    }

    private static String text(Ticket ticket) {
        return ticket.message == null ? String.valueOf(ticket.end) : ticket.message;
    }

    public boolean close() {
        return channel.close();
    }

    public boolean cancel() {
        return channel.cancel();
    }

    /** See {@link FutureOperations.Rendezvous}. */
    public static class Rendezvous extends FutureSpecification {
        public Rendezvous() {
            super(0);
        }
    }

    /** See {@link FutureOperations.One}. */
    public static class One extends FutureSpecification {
        public One() {
            super(1);
        }
    }
}
