package io.millrace.verification.lincheck;

import io.millrace.Outcome.End;
import io.millrace.Overflow;
import io.millrace.SequentialChannel;
import io.millrace.SequentialChannel.Ticket;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What {@link ChannelOperations} must look like, on {@link SequentialChannel}. */
public abstract class ChannelSpecification {
    private final SequentialChannel channel;
    private final @Nullable Ticket[] pending = new Ticket[ChannelOperations.THREADS];
    private final boolean[] sends = new boolean[ChannelOperations.THREADS];
    private boolean senderClosed;
    private boolean receiverClosed;

    ChannelSpecification(int capacity) {
        channel = new SequentialChannel(capacity, Overflow.WAIT);
    }

    public String trySend(int message) {
        return senderClosed ? "closed" : String.valueOf(channel.attempt(channel.send("m" + message)).end);
    }

    public String trySendAll(int message) {
        if (senderClosed) {
            return "closed";
        }
        int sent = 0;
        for (String each : List.of("m" + message, "n" + message)) {
            if (channel.attempt(channel.send(each)).end == End.SENT) {
                sent++;
            }
        }
        return sent + " sent";
    }

    public String tryReceive() {
        return receiverClosed ? "closed" : text(channel.attempt(channel.receive()));
    }

    public String drain() {
        if (receiverClosed) {
            return "closed";
        }
        List<String> messages = new ArrayList<>();
        while (channel.hasMessage()) {
            messages.add(text(channel.receive()));
        }
        return messages.toString();
    }

    public String beginSend(int thread, int message) {
        return begin(thread, true, senderClosed, message);
    }

    public String beginReceive(int thread) {
        return begin(thread, false, receiverClosed, 0);
    }

    private String begin(int thread, boolean send, boolean closed, int message) {
        Ticket begun = pending[thread];
        if (begun != null && begun.end == null) {
            return "busy";
        }
        if (closed) {
            return "closed";
        }
        pending[thread] = send ? channel.send("m" + message) : channel.receive();
        sends[thread] = send;
        return "begun";
    }

    public String outcome(int thread) {
        Ticket begun = pending[thread];
        return begun == null ? "none" : begun.end == null ? "waits" : text(begun);
    }

    public String withdraw(int thread) {
        Ticket begun = pending[thread];
        if (begun == null) {
            return "none";
        }
        if (!channel.withdraw(begun)) {
            return "was done";
        }
        pending[thread] = null;
        return "withdrawn";
    }

    public String putBack(int thread) {
        Ticket begun = pending[thread];
        if (begun == null || sends[thread] || begun.message == null) {
            return "none";
        }
        channel.putBack(begun.message);
        pending[thread] = null;
        return "put back";
    }

    private static String text(Ticket ticket) {
        return ticket.message == null ? String.valueOf(ticket.end) : ticket.message;
    }

    public void closeSender() {
        if (!senderClosed) {
            senderClosed = true;
            channel.closeSender();
        }
    }

    public void closeReceiver() {
        if (!receiverClosed) {
            receiverClosed = true;
            channel.closeReceiver();
        }
    }

    public boolean upgrade() {
        boolean open = channel.senders > 0;
        channel.senders += open ? 1 : 0;
        return open;
    }

    public boolean close() {
        return channel.close();
    }

    public boolean cancel() {
        return channel.cancel();
    }

    public String stats() {
        return ChannelOperations.figures(
                channel.size(),
                channel.senders,
                channel.receivers,
                channel.sendLine.size(),
                channel.receiveLine.size(),
                channel.sent,
                channel.undelivered.size(),
                channel.isDisconnected());
    }

    public boolean isTerminated() {
        return channel.isTerminated();
    }

    /** See {@link ChannelOperations.Rendezvous}. */
    public static class Rendezvous extends ChannelSpecification {
        public Rendezvous() {
            super(0);
        }
    }

    /** See {@link ChannelOperations.One}. */
    public static class One extends ChannelSpecification {
        public One() {
            super(1);
        }
    }

    /** See {@link ChannelOperations.Two}. */
    public static class Two extends ChannelSpecification {
        public Two() {
            super(2);
        }
    }

    /** See {@link ChannelOperations.Unbounded}. */
    public static class Unbounded extends ChannelSpecification {
        public Unbounded() {
            super(Integer.MAX_VALUE);
        }
    }
}
