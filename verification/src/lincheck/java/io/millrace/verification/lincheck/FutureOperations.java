package io.millrace.verification.lincheck;

import io.millrace.Channel;
import io.millrace.DisconnectedException;
import io.millrace.Outcome;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeoutException;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.ThreadIdGen;
import org.jspecify.annotations.Nullable;

/**
 * Sends and receives as futures that time out, in the way that {@code orTimeout} ends them, and blocking ones that have no time;
 * {@link FutureSpecification} has the same. No clock runs here.
 */
@Param(name = "message", gen = IntGen.class, conf = "1:9")
public abstract class FutureOperations {
    private final Channel<String> channel;
    /** The operation that a thread has begun, if any. */
    private final @Nullable CompletableFuture<?>[] begun = new CompletableFuture<?>[ChannelOperations.THREADS];

    FutureOperations(int capacity) {
        channel = Channel.bounded(capacity);
    }

    @Operation
    public String beginSend(@Param(gen = ThreadIdGen.class) int thread, @Param(name = "message") int message) {
        if (begun[thread] != null) {
            return "busy";
        }
        begun[thread] = channel.sender().sendAsync("m" + message);
        return "begun";
    }

    @Operation
    public String beginReceive(@Param(gen = ThreadIdGen.class) int thread) {
        if (begun[thread] != null) {
            return "busy";
        }
        begun[thread] = channel.receiver().receiveAsync();
        return "begun";
    }

    /** The time of the operation that this thread has begun is up; if that is too late, it is done. */
    @Operation
    public String timeOut(@Param(gen = ThreadIdGen.class) int thread) {
        CompletableFuture<?> future = begun[thread];
        if (future == null) {
            return "none";
        }
        begun[thread] = null;
        if (future.completeExceptionally(new TimeoutException())) {
            return "timed out";
        }
        if (!future.isDone()) {
            return "neither timed out nor done";
        }
        try {
            Object message = future.getNow(null);
            return message == null ? "SENT" : message.toString();
        } catch (CompletionException failed) {
            return failed.getCause() instanceof DisconnectedException ? "DISCONNECTED" : failed.toString();
        }
    }

    @Operation
    public String sendInNoTime(@Param(name = "message") int message) throws InterruptedException {
        return Outcome.of(channel.sender().trySend("m" + message, Duration.ZERO))
                .end()
                .toString();
    }

    @Operation
    public String receiveInNoTime() throws InterruptedException {
        return ChannelOperations.text(Outcome.of(channel.receiver().tryReceive(Duration.ZERO)));
    }

    @Operation
    public boolean close() {
        return channel.close();
    }

    @Operation
    public boolean cancel() {
        return channel.cancel();
    }

    /** A channel without a buffer. */
    public static class Rendezvous extends FutureOperations {
        public Rendezvous() {
            super(0);
        }
    }

    /** A channel with room for one message. */
    public static class One extends FutureOperations {
        public One() {
            super(1);
        }
    }
}
