package io.millrace.verification.jcstress;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.millrace.Channel;
import io.millrace.ReceiveResult.Disconnected;
import io.millrace.Sender;
import io.millrace.spi.PendingReceive;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLLL_Result;
import org.openjdk.jcstress.infra.results.LLL_Result;
import org.openjdk.jcstress.infra.results.LL_Result;

/** Two end the same thing. */
public final class CloseAgainstClose {
    private CloseAgainstClose() {}

    /** Two close the channel, each with a cause of his own. */
    @JCStressTest
    @Outcome(id = "true, false, one, one", expect = ACCEPTABLE, desc = "the one closed it, and all hear his cause")
    @Outcome(
            id = "false, true, other, other",
            expect = ACCEPTABLE,
            desc = "the other closed it, and all hear his cause")
    @Outcome(expect = FORBIDDEN, desc = "both or none closed it, or somebody heard another cause")
    @State
    public static class OfChannel {
        private final Channel<String> channel = Channel.bounded(1);
        private final PendingReceive<String> receive = channel.receiver().receive(() -> {});
        private final CompletableFuture<Void> disconnected = channel.disconnected();

        @Actor
        public void one(LLLL_Result result) {
            result.r1 = String.valueOf(channel.close(new Exception("one")));
        }

        @Actor
        public void other(LLLL_Result result) {
            result.r2 = String.valueOf(channel.close(new Exception("other")));
        }

        @Arbiter
        public void after(LLLL_Result result) {
            result.r3 = disconnected
                    .handle((done, cause) -> cause == null ? "not told" : cause.getMessage())
                    .getNow("not told");
            result.r4 =
                    receive.isDone() && receive.result() instanceof Disconnected<String> told && told.cause() != null
                            ? told.cause().getMessage()
                            : "not told";
        }
    }

    /** A close and a cancel of a channel that holds a message. */
    @JCStressTest
    @Outcome(id = "true, true, m undelivered", expect = ACCEPTABLE, desc = "closed, then cancelled")
    @Outcome(id = "false, true, m undelivered", expect = ACCEPTABLE, desc = "cancelled first")
    @Outcome(expect = FORBIDDEN, desc = "the message vanished or was reported twice")
    @State
    public static class AgainstCancel {
        private final Queue<String> undelivered = new ConcurrentLinkedQueue<>();
        private final Channel<String> channel = Channel.<String>builder()
                .capacity(1)
                .onUndelivered(undelivered::add)
                .build();

        public AgainstCancel() {
            channel.sender().trySend("m");
        }

        @Actor
        public void closer(LLL_Result result) {
            result.r1 = String.valueOf(channel.close());
        }

        @Actor
        public void canceller(LLL_Result result) {
            result.r2 = String.valueOf(channel.cancel());
        }

        @Arbiter
        public void after(LLL_Result result) {
            result.r3 = Told.messages(undelivered) + " undelivered";
        }
    }

    /** The last two senders close at once, while a receive waits. */
    @JCStressTest
    @Outcome(id = "0 senders, disconnected, woken 1 times", expect = ACCEPTABLE, desc = "the last one told the receive")
    @Outcome(expect = FORBIDDEN, desc = "each thought the other was the last, or both did")
    @State
    public static class OfLastTwo {
        private final Channel<String> channel = Channel.bounded(1);
        private final Sender<String> second = channel.sender().duplicate();
        private final AtomicInteger woken = new AtomicInteger();
        private final PendingReceive<String> receive = channel.receiver().receive(woken::incrementAndGet);

        @Actor
        public void one() {
            channel.sender().close();
        }

        @Actor
        public void other() {
            second.close();
        }

        @Arbiter
        public void after(LLL_Result result) {
            result.r1 = channel.stats().senders() + " senders";
            result.r2 = Told.by(receive);
            result.r3 = Told.times(woken);
        }
    }

    /** One handle is closed by two, while another one stays open. */
    @JCStressTest
    @Outcome(id = "1 senders, waits", expect = ACCEPTABLE, desc = "counted once")
    @Outcome(expect = FORBIDDEN, desc = "counted twice: the other handle's channel is gone")
    @State
    public static class OfOneHandle {
        private final Channel<String> channel = Channel.bounded(1);
        private final Sender<String> closed = channel.sender().duplicate();
        private final PendingReceive<String> receive = channel.receiver().receive(() -> {});

        @Actor
        public void one() {
            closed.close();
        }

        @Actor
        public void other() {
            closed.close();
        }

        @Arbiter
        public void after(LL_Result result) {
            result.r1 = channel.stats().senders() + " senders";
            result.r2 = Told.by(receive);
        }
    }
}
