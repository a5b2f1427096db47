package io.millrace.verification.jcstress;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.millrace.Channel;
import io.millrace.spi.PendingReceive;
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

/** A message that was received comes back. */
public final class PutBackAgainstReceive {
    private PutBackAgainstReceive() {}

    private static Channel<String> holding(String... messages) {
        Channel<String> channel = Channel.bounded(messages.length);
        for (String message : messages) {
            channel.sender().trySend(message);
        }
        return channel;
    }

    /** While another message is received. */
    @JCStressTest
    @Outcome(id = "received 1, 2 left", expect = ACCEPTABLE, desc = "it came back first in line")
    @Outcome(id = "received 2, 1 left", expect = ACCEPTABLE, desc = "the other was taken before it came back")
    @Outcome(expect = FORBIDDEN, desc = "a message is lost or doubled")
    @State
    public static class TryReceive {
        private final Channel<String> channel = holding("1", "2");
        private final PendingReceive<String> received = channel.receiver().receive(() -> {});

        @Actor
        public void returner() {
            received.putBack();
        }

        @Actor
        public void receiver(LL_Result result) {
            result.r1 = Told.by(channel.receiver().tryReceive());
        }

        @Arbiter
        public void after(LL_Result result) {
            result.r2 = Told.messages(channel.receiver().drain()) + " left";
        }
    }

    /** While a receive gets in line. */
    @JCStressTest
    @Outcome(id = "received 1, none left", expect = ACCEPTABLE, desc = "the message went to it, in line or at once")
    @Outcome(expect = FORBIDDEN, desc = "the receive waits beside a message, or it is lost or doubled")
    @State
    public static class ReceiveInLine {
        private final Channel<String> channel = holding("1");
        private final PendingReceive<String> received = channel.receiver().receive(() -> {});
        private CompletableFuture<String> receive;

        @Actor
        public void returner() {
            received.putBack();
        }

        @Actor
        public void receiver() {
            receive = channel.receiver().receiveAsync();
        }

        @Arbiter
        public void after(LL_Result result) {
            result.r1 = Told.by(receive);
            result.r2 = Told.messages(channel.receiver().drain()) + " left";
        }
    }

    /** While the last receiver closes. */
    @JCStressTest
    @Outcome(id = "m undelivered", expect = ACCEPTABLE, desc = "reported, as it came or with the buffer")
    @Outcome(expect = FORBIDDEN, desc = "the message vanished or was reported twice")
    @State
    public static class LastClose {
        private final Queue<String> undelivered = new ConcurrentLinkedQueue<>();
        private final Channel<String> channel = Channel.<String>builder()
                .capacity(1)
                .onUndelivered(undelivered::add)
                .build();
        private final PendingReceive<String> received;

        public LastClose() {
            channel.sender().trySend("m");
            received = channel.receiver().receive(() -> {});
        }

        @Actor
        public void returner() {
            received.putBack();
        }

        @Actor
        public void closer() {
            channel.receiver().close();
        }

        @Arbiter
        public void after(L_Result result) {
            result.r1 = Told.messages(undelivered) + " undelivered";
        }
    }
}
