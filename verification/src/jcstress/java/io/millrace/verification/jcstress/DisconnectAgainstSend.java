package io.millrace.verification.jcstress;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.millrace.Channel;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LL_Result;
import org.openjdk.jcstress.infra.results.L_Result;

/** One side goes while the other side comes. */
public final class DisconnectAgainstSend {
    private DisconnectAgainstSend() {}

    /** The last receiver closes while a message comes to the buffer. */
    @JCStressTest
    @Outcome(id = "SENT, m undelivered", expect = ACCEPTABLE, desc = "buffered, then dropped with the last receiver")
    @Outcome(id = "DISCONNECTED, none undelivered", expect = ACCEPTABLE, desc = "the receiver had gone")
    @Outcome(expect = FORBIDDEN, desc = "an accepted message vanished, or one that was refused turned up")
    @State
    public static class Buffered {
        private final Queue<String> undelivered = new ConcurrentLinkedQueue<>();
        private final Channel<String> channel = Channel.<String>builder()
                .capacity(1)
                .onUndelivered(undelivered::add)
                .build();

        @Actor
        public void sender(LL_Result result) {
            result.r1 = channel.sender().trySend("m").toString();
        }

        @Actor
        public void receiver() {
            channel.receiver().close();
        }

        @Arbiter
        public void after(LL_Result result) {
            result.r2 = Told.messages(undelivered) + " undelivered";
        }
    }

    /** The last receiver closes while a send gets in line. */
    @JCStressTest
    @Outcome(id = "disconnected", expect = ACCEPTABLE, desc = "the send was told, in line or at once")
    @Outcome(expect = FORBIDDEN, desc = "the send waits for nobody")
    @State
    public static class SendInLine {
        private final Channel<String> channel = Channel.rendezvous();
        private CompletableFuture<Void> send;

        @Actor
        public void sender() {
            send = channel.sender().sendAsync("m");
        }

        @Actor
        public void receiver() {
            channel.receiver().close();
        }

        @Arbiter
        public void after(L_Result result) {
            result.r1 = Told.by(send);
        }
    }

    /** The last sender closes while a receive gets in line. */
    @JCStressTest
    @Outcome(id = "disconnected", expect = ACCEPTABLE, desc = "the receive was told, in line or at once")
    @Outcome(expect = FORBIDDEN, desc = "the receive waits for nobody")
    @State
    public static class ReceiveInLine {
        private final Channel<String> channel = Channel.bounded(1);
        private CompletableFuture<String> receive;

        @Actor
        public void sender() {
            channel.sender().close();
        }

        @Actor
        public void receiver() {
            receive = channel.receiver().receiveAsync();
        }

        @Arbiter
        public void after(L_Result result) {
            result.r1 = Told.by(receive);
        }
    }

    /** The channel is closed while a send comes; what was accepted stays receivable. */
    @JCStressTest
    @Outcome(id = "SENT, received m", expect = ACCEPTABLE, desc = "sent before the close")
    @Outcome(id = "DISCONNECTED, disconnected", expect = ACCEPTABLE, desc = "closed before the send")
    @Outcome(expect = FORBIDDEN, desc = "an accepted message vanished, or one that was refused was received")
    @State
    public static class ChannelClosed {
        private final Channel<String> channel = Channel.bounded(1);

        @Actor
        public void sender(LL_Result result) {
            result.r1 = channel.sender().trySend("m").toString();
        }

        @Actor
        public void closer() {
            channel.close();
        }

        @Arbiter
        public void after(LL_Result result) {
            result.r2 = Told.by(channel.receiver().tryReceive());
        }
    }
}
