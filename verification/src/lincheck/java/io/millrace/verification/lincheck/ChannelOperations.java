package io.millrace.verification.lincheck;

import io.millrace.Channel;
import io.millrace.ChannelStats;
import io.millrace.Outcome;
import io.millrace.Receiver;
import io.millrace.Sender;
import io.millrace.WeakSender;
import io.millrace.spi.Pending;
import io.millrace.spi.PendingReceive;
import io.millrace.spi.PendingSend;
import java.util.List;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.ThreadIdGen;
import org.jspecify.annotations.Nullable;

/** The operations of a channel that Lincheck puts together; {@link ChannelSpecification} has the same. */
@Param(name = "message", gen = IntGen.class, conf = "1:9")
public abstract class ChannelOperations {
    /** More than there are threads. */
    static final int THREADS = 6;

    private final Channel<String> channel;
    private final Sender<String> sender;
    private final WeakSender<String> weak;
    private final Receiver<String> receiver;
    /** The operation that a thread has begun, if any. */
    private final @Nullable Pending[] pending = new Pending[THREADS];

    ChannelOperations(Channel<String> channel) {
        this.channel = channel;
        this.sender = channel.sender();
        this.weak = sender.downgrade();
        this.receiver = channel.receiver();
    }

    @Operation
    public String trySend(@Param(name = "message") int message) {
        try {
            return Outcome.of(sender.trySend("m" + message)).end().toString();
        } catch (IllegalStateException closed) {
            return "closed";
        }
    }

    @Operation
    public String trySendAll(@Param(name = "message") int message) {
        try {
            return sender.trySendAll(List.of("m" + message, "n" + message)) + " sent";
        } catch (IllegalStateException closed) {
            return "closed";
        }
    }

    @Operation
    public String tryReceive() {
        try {
            return text(Outcome.of(receiver.tryReceive()));
        } catch (IllegalStateException closed) {
            return "closed";
        }
    }

    @Operation
    public String drain() {
        try {
            return receiver.drain().toString();
        } catch (IllegalStateException closed) {
            return "closed";
        }
    }

    @Operation
    public String beginSend(@Param(gen = ThreadIdGen.class) int thread, @Param(name = "message") int message) {
        if (waits(thread)) {
            return "busy";
        }
        try {
            pending[thread] = sender.send("m" + message, () -> {});
            return "begun";
        } catch (IllegalStateException closed) {
            return "closed";
        }
    }

    @Operation
    public String beginReceive(@Param(gen = ThreadIdGen.class) int thread) {
        if (waits(thread)) {
            return "busy";
        }
        try {
            pending[thread] = receiver.receive(() -> {});
            return "begun";
        } catch (IllegalStateException closed) {
            return "closed";
        }
    }

    private boolean waits(int thread) {
        Pending begun = pending[thread];
        return begun != null && !begun.isDone();
    }

    /** What became of the operation that this thread has begun. */
    @Operation
    public String outcome(@Param(gen = ThreadIdGen.class) int thread) {
        Pending begun = pending[thread];
        if (begun == null) {
            return "none";
        }
        if (!begun.isDone()) {
            return "waits";
        }
        return begun instanceof PendingSend<?> send
                ? Outcome.of(send.result()).end().toString()
                : text(Outcome.of(receive(begun).result()));
    }

    @Operation
    public String withdraw(@Param(gen = ThreadIdGen.class) int thread) {
        Pending begun = pending[thread];
        if (begun == null) {
            return "none";
        }
        if (!begun.cancel()) {
            return "was done";
        }
        pending[thread] = null;
        return "withdrawn";
    }

    @Operation
    public String putBack(@Param(gen = ThreadIdGen.class) int thread) {
        Pending begun = pending[thread];
        if (!(begun instanceof PendingReceive<?>)
                || !begun.isDone()
                || !receive(begun).result().isReceived()) {
            return "none";
        }
        receive(begun).putBack();
        pending[thread] = null;
        return "put back";
    }

    @SuppressWarnings("unchecked")
    private static PendingReceive<String> receive(Pending begun) {
        return (PendingReceive<String>) begun;
    }

    @Operation
    public void closeSender() {
        sender.close();
    }

    @Operation
    public void closeReceiver() {
        receiver.close();
    }

    @Operation
    public boolean upgrade() {
        return weak.upgrade().map(opened -> hold(opened)).isPresent();
    }

    /** Nobody is to find it forgotten. */
    private Sender<String> hold(Sender<String> opened) {
        upgraded = new Upgraded(opened, upgraded);
        return opened;
    }

    private volatile @Nullable Upgraded upgraded;

    private record Upgraded(Sender<String> sender, @Nullable Upgraded earlier) {}

    @Operation
    public boolean close() {
        return channel.close();
    }

    @Operation
    public boolean cancel() {
        return channel.cancel();
    }

    @Operation
    public String stats() {
        ChannelStats stats = channel.stats();
        return figures(
                stats.size(),
                stats.senders(),
                stats.receivers(),
                stats.waitingSenders(),
                stats.waitingReceivers(),
                stats.sent(),
                stats.undelivered(),
                stats.disconnected());
    }

    @Operation
    public boolean isTerminated() {
        return receiver.isTerminated();
    }

    static String figures(
            int size,
            int senders,
            int receivers,
            int waitingSenders,
            int waitingReceivers,
            long sent,
            long undelivered,
            boolean disconnected) {
        return "size " + size + ", handles " + senders + ":" + receivers + ", waiting " + waitingSenders + ":"
                + waitingReceivers + ", sent " + sent + ", undelivered " + undelivered
                + (disconnected ? ", disconnected" : "");
    }

    static String text(Outcome outcome) {
        return outcome.message() == null ? outcome.end().toString() : outcome.message();
    }

    /** A channel without a buffer. */
    public static class Rendezvous extends ChannelOperations {
        public Rendezvous() {
            super(Channel.rendezvous());
        }
    }

    /** A channel with room for one message. */
    public static class One extends ChannelOperations {
        public One() {
            super(Channel.bounded(1));
        }
    }

    /** A channel with room for two messages. */
    public static class Two extends ChannelOperations {
        public Two() {
            super(Channel.bounded(2));
        }
    }

    /** A channel with room for any number of messages. */
    public static class Unbounded extends ChannelOperations {
        public Unbounded() {
            super(Channel.unbounded());
        }
    }
}
