package io.millrace.verification.lincheck;

import io.millrace.Channel;
import io.millrace.DisconnectedException;
import io.millrace.Outcome;
import io.millrace.Select;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.ThreadIdGen;
import org.jspecify.annotations.Nullable;

/** Selects that receive from one of two channels or send to the other; {@link SelectSpecification} has the same. */
@Param(name = "message", gen = IntGen.class, conf = "1:9")
@Param(name = "channel", gen = IntGen.class, conf = "0:1")
public abstract class SelectOperations {
    private final List<Channel<String>> channels;
    /** Made in advance: the streams by which a select is put together are beyond Lincheck. */
    private final List<Select<String>> exchanges;

    private final List<Select<String>> exchangesNow;
    /** The select that a thread has begun, if any. */
    @SuppressWarnings({"unchecked", "rawtypes"})
    private final @Nullable CompletableFuture<String>[] begun = new CompletableFuture[ChannelOperations.THREADS];

    SelectOperations(int first, int second) {
        channels = List.of(Channel.bounded(first), Channel.bounded(second));
        exchanges = List.of(exchange(0), exchange(1));
        exchangesNow =
                List.of(exchange(0).otherwise(() -> "otherwise"), exchange(1).otherwise(() -> "otherwise"));
    }

    @Operation
    public String trySend(@Param(name = "channel") int channel, @Param(name = "message") int message) {
        return Outcome.of(channels.get(channel).sender().trySend("m" + message))
                .end()
                .toString();
    }

    @Operation
    public String tryReceive(@Param(name = "channel") int channel) {
        return ChannelOperations.text(
                Outcome.of(channels.get(channel).receiver().tryReceive()));
    }

    @Operation
    public boolean close(@Param(name = "channel") int channel) {
        return channels.get(channel).close();
    }

    /** Receives from one channel or sends to the other. */
    @Operation
    public String begin(@Param(gen = ThreadIdGen.class) int thread, @Param(name = "channel") int from) {
        if (begun[thread] != null) {
            return "busy";
        }
        begun[thread] = exchanges.get(from).runAsync();
        return "begun";
    }

    /** As {@link #begin}, without waiting. */
    @Operation
    public String exchangeNow(@Param(name = "channel") int from) throws InterruptedException {
        return exchangesNow.get(from).run();
    }

    private Select<String> exchange(int from) {
        return Select.<String>biased()
                .receive(channels.get(from).receiver(), received -> received)
                .send(channels.get(1 - from).sender(), "from" + from, () -> "SENT");
    }

    /** Cancels the select that this thread has begun; too late, it waits for whoever is completing it. */
    @Operation
    public String end(@Param(gen = ThreadIdGen.class) int thread) {
        CompletableFuture<String> select = begun[thread];
        if (select == null) {
            return "none";
        }
        begun[thread] = null;
        if (select.cancel(false)) {
            return "withdrawn";
        }
        while (!select.isDone()) {
            Thread.onSpinWait();
        }
        try {
            return select.getNow("not done");
        } catch (CompletionException failed) {
            return failed.getCause() instanceof DisconnectedException ? "DISCONNECTED" : failed.toString();
        }
    }

    /** Two channels without buffers. */
    public static class Rendezvous extends SelectOperations {
        public Rendezvous() {
            super(0, 0);
        }
    }

    /** A channel without a buffer, and one with room for one message. */
    public static class Mixed extends SelectOperations {
        public Mixed() {
            super(0, 1);
        }
    }
}
