package io.millrace.verification.lincheck;

import io.millrace.Outcome.End;
import io.millrace.Overflow;
import io.millrace.SequentialChannel;
import io.millrace.SequentialChannel.Ticket;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What {@link SelectOperations} must look like, on two of {@link SequentialChannel}. */
public abstract class SelectSpecification {
    private final List<SequentialChannel> channels;
    private final @Nullable Exchange[] begun = new Exchange[ChannelOperations.THREADS];

    /** A select of two branches; it is in line until it has an end. */
    private final class Exchange {
        private final SequentialChannel from;
        private final SequentialChannel to;
        private final String message;
        private @Nullable Ticket receive;
        private @Nullable Ticket send;
        private @Nullable String end;

        Exchange(int from) {
            this.from = channels.get(from);
            this.to = channels.get(1 - from);
            this.message = "from" + from;
        }

        Exchange attempt() {
            if (from.hasMessage()) {
                end = from.receive().message;
            } else if (to.hasRoom()) {
                to.send(message);
                end = "SENT";
            }
            return this;
        }

        void join() {
            receive = from.isTerminated() ? null : from.receive();
            send = to.isDisconnected() ? null : to.send(message);
        }

        /** Takes note of what happened to its branches; true if that ended it. */
        boolean settle() {
            if (end != null) {
                return false;
            }
            if (receive != null && receive.end == End.RECEIVED) {
                end = receive.message;
            } else if (send != null && send.end == End.SENT) {
                end = "SENT";
            } else if ((receive == null || receive.end != null) && (send == null || send.end != null)) {
                end = "DISCONNECTED";
            }
            if (end != null) {
                withdraw();
            }
            return end != null;
        }

        void withdraw() {
            if (receive != null) {
                from.withdraw(receive);
            }
            if (send != null) {
                to.withdraw(send);
            }
        }
    }

    SelectSpecification(int first, int second) {
        channels = List.of(new SequentialChannel(first, Overflow.WAIT), new SequentialChannel(second, Overflow.WAIT));
    }

    public String trySend(int channel, int message) {
        Ticket ticket = channels.get(channel).attempt(channels.get(channel).send("m" + message));
        settle();
        return String.valueOf(ticket.end);
    }

    public String tryReceive(int channel) {
        Ticket ticket = channels.get(channel).attempt(channels.get(channel).receive());
        settle();
        return ticket.message == null ? String.valueOf(ticket.end) : ticket.message;
    }

    public boolean close(int channel) {
        boolean closed = channels.get(channel).close();
        settle();
        return closed;
    }

    public String begin(int thread, int from) {
        if (begun[thread] != null) {
            return "busy";
        }
        Exchange exchange = new Exchange(from).attempt();
        begun[thread] = exchange;
        if (exchange.end == null) {
            exchange.join();
        }
        settle();
        return "begun";
    }

    public String exchangeNow(int from) {
        Exchange exchange = new Exchange(from).attempt();
        settle();
        return exchange.end == null ? "otherwise" : exchange.end;
    }

    public String end(int thread) {
        Exchange exchange = begun[thread];
        if (exchange == null) {
            return "none";
        }
        begun[thread] = null;
        if (exchange.end != null) {
            return exchange.end;
        }
        exchange.withdraw();
        settle();
        return "withdrawn";
    }

    /** The end of one select may be that of another. */
    private void settle() {
        boolean ended;
        do {
            ended = false;
            for (Exchange exchange : begun) {
                ended |= exchange != null && exchange.settle();
            }
        } while (ended);
    }

    /** See {@link SelectOperations.Rendezvous}. */
    public static class Rendezvous extends SelectSpecification {
        public Rendezvous() {
            super(0, 0);
        }
    }

    /** See {@link SelectOperations.Mixed}. */
    public static class Mixed extends SelectSpecification {
        public Mixed() {
            super(0, 1);
        }
    }
}
