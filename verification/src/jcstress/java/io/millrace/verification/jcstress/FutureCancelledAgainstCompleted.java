package io.millrace.verification.jcstress;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.millrace.Channel;
import io.millrace.Select;
import java.util.concurrent.CompletableFuture;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLL_Result;

/** The owner of a future ends it, while a peer completes it. */
public final class FutureCancelledAgainstCompleted {
    private FutureCancelledAgainstCompleted() {}

    /** A receive's future is cancelled while a message comes. */
    @JCStressTest
    @Outcome(id = "cancelled, FULL, cancelled", expect = ACCEPTABLE, desc = "cancelled first: nothing was consumed")
    @Outcome(id = "was done, SENT, received m", expect = ACCEPTABLE, desc = "too late to cancel: it has the message")
    @Outcome(expect = FORBIDDEN, desc = "a cancelled receive took a message, or one that lost was not done yet")
    @State
    public static class Receive {
        private final Channel<String> channel = Channel.rendezvous();
        private final CompletableFuture<String> receive = channel.receiver().receiveAsync();

        @Actor
        public void owner(LLL_Result result) {
            result.r1 = receive.cancel(false) ? "cancelled" : receive.isDone() ? "was done" : "is not done";
        }

        @Actor
        public void sender(LLL_Result result) {
            result.r2 = channel.sender().trySend("m").toString();
        }

        @Arbiter
        public void after(LLL_Result result) {
            result.r3 = Told.by(receive);
        }
    }

    /** A receive's future is completed by its owner while a message comes. */
    @JCStressTest
    @Outcome(id = "completed, FULL, received mine", expect = ACCEPTABLE, desc = "the owner came first")
    @Outcome(id = "was done, SENT, received m", expect = ACCEPTABLE, desc = "the message came first")
    @Outcome(expect = FORBIDDEN, desc = "the message vanished behind the owner's value")
    @State
    public static class Completed {
        private final Channel<String> channel = Channel.rendezvous();
        private final CompletableFuture<String> receive = channel.receiver().receiveAsync();

        @Actor
        public void owner(LLL_Result result) {
            result.r1 = receive.complete("mine") ? "completed" : receive.isDone() ? "was done" : "is not done";
        }

        @Actor
        public void sender(LLL_Result result) {
            result.r2 = channel.sender().trySend("m").toString();
        }

        @Arbiter
        public void after(LLL_Result result) {
            result.r3 = Told.by(receive);
        }
    }

    /** A send's future is cancelled while a receive comes. */
    @JCStressTest
    @Outcome(id = "cancelled, nothing, cancelled", expect = ACCEPTABLE, desc = "cancelled first: nothing was sent")
    @Outcome(id = "was done, received m, sent", expect = ACCEPTABLE, desc = "too late to cancel: it was sent")
    @Outcome(expect = FORBIDDEN, desc = "a cancelled send was received, or one that lost was not done yet")
    @State
    public static class Send {
        private final Channel<String> channel = Channel.rendezvous();
        private final CompletableFuture<Void> send = channel.sender().sendAsync("m");

        @Actor
        public void owner(LLL_Result result) {
            result.r1 = send.cancel(false) ? "cancelled" : send.isDone() ? "was done" : "is not done";
        }

        @Actor
        public void receiver(LLL_Result result) {
            result.r2 = Told.by(channel.receiver().tryReceive());
        }

        @Arbiter
        public void after(LLL_Result result) {
            result.r3 = Told.by(send);
        }
    }

    /** A select's future is cancelled while a message comes to one of its branches. */
    @JCStressTest
    @Outcome(id = "cancelled, FULL, cancelled", expect = ACCEPTABLE, desc = "cancelled first: nothing was consumed")
    @Outcome(id = "was done, SENT, received m", expect = ACCEPTABLE, desc = "too late to cancel: it has the message")
    @Outcome(id = "is not done, SENT, received m", expect = ACCEPTABLE, desc = "too late, its peer is completing it")
    @Outcome(expect = FORBIDDEN, desc = "a cancelled select took a message")
    @State
    public static class OfSelect {
        private final Channel<String> idle = Channel.rendezvous();
        private final Channel<String> channel = Channel.rendezvous();
        private final CompletableFuture<String> select = Select.<String>fair()
                .receive(idle.receiver(), message -> message)
                .receive(channel.receiver(), message -> message)
                .runAsync();

        @Actor
        public void owner(LLL_Result result) {
            result.r1 = select.cancel(false) ? "cancelled" : select.isDone() ? "was done" : "is not done";
        }

        @Actor
        public void sender(LLL_Result result) {
            result.r2 = channel.sender().trySend("m").toString();
        }

        @Arbiter
        public void after(LLL_Result result) {
            result.r3 = Told.by(select);
        }
    }
}
