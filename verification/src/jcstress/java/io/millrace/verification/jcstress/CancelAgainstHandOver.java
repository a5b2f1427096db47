package io.millrace.verification.jcstress;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.millrace.Channel;
import io.millrace.Receiver;
import io.millrace.spi.PendingReceive;
import io.millrace.spi.PendingSend;
import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLLL_Result;
import org.openjdk.jcstress.infra.results.LLL_Result;

/** One in line wants no more, while a peer reaches for him. */
public final class CancelAgainstHandOver {
    private CancelAgainstHandOver() {}

    /** A waiting receive is cancelled while a message comes. */
    @JCStressTest
    @Outcome(id = "cancelled, FULL, woken 0 times", expect = ACCEPTABLE, desc = "cancelled first: nobody was there")
    @Outcome(id = "received m, SENT, woken 1 times", expect = ACCEPTABLE, desc = "too late to cancel: received")
    @Outcome(expect = FORBIDDEN, desc = "a message went to one who had left, or both were told that they won")
    @State
    public static class Receive {
        private final Channel<String> channel = Channel.rendezvous();
        private final AtomicInteger woken = new AtomicInteger();
        private final PendingReceive<String> receive = channel.receiver().receive(woken::incrementAndGet);
        private boolean cancelled;

        @Actor
        public void canceller() {
            cancelled = receive.cancel();
        }

        @Actor
        public void sender(LLL_Result result) {
            result.r2 = channel.sender().trySend("m").toString();
        }

        @Arbiter
        public void after(LLL_Result result) {
            result.r1 = cancelled ? "cancelled" : Told.by(receive);
            result.r3 = Told.times(woken);
        }
    }

    /** A waiting send is cancelled while a receive comes. */
    @JCStressTest
    @Outcome(id = "cancelled, nothing, woken 0 times", expect = ACCEPTABLE, desc = "cancelled first: nobody was there")
    @Outcome(id = "SENT, received m, woken 1 times", expect = ACCEPTABLE, desc = "too late to cancel: sent")
    @Outcome(expect = FORBIDDEN, desc = "a message came from one who had left, or both were told that they won")
    @State
    public static class Send {
        private final Channel<String> channel = Channel.rendezvous();
        private final AtomicInteger woken = new AtomicInteger();
        private final PendingSend<String> send = channel.sender().send("m", woken::incrementAndGet);
        private boolean cancelled;

        @Actor
        public void canceller() {
            cancelled = send.cancel();
        }

        @Actor
        public void receiver(LLL_Result result) {
            result.r2 = Told.by(channel.receiver().tryReceive());
        }

        @Arbiter
        public void after(LLL_Result result) {
            result.r1 = cancelled ? "cancelled" : Told.by(send);
            result.r3 = Told.times(woken);
        }
    }

    /** The first of two waiting receives is cancelled while a message comes. */
    @JCStressTest
    @Outcome(id = "cancelled, received m, SENT, 0 wait", expect = ACCEPTABLE, desc = "the message went to the second")
    @Outcome(id = "received m, waits, SENT, 1 wait", expect = ACCEPTABLE, desc = "too late to cancel: received")
    @Outcome(expect = FORBIDDEN, desc = "the message was lost with the first, or the line is broken")
    @State
    public static class FirstOfTwo {
        private final Channel<String> channel = Channel.rendezvous();
        private final Receiver<String> receiver = channel.receiver();
        private final PendingReceive<String> first = receiver.receive(() -> {});
        private final PendingReceive<String> second = receiver.receive(() -> {});
        private boolean cancelled;

        @Actor
        public void canceller() {
            cancelled = first.cancel();
        }

        @Actor
        public void sender(LLLL_Result result) {
            result.r3 = channel.sender().trySend("m").toString();
        }

        @Arbiter
        public void after(LLLL_Result result) {
            result.r1 = cancelled ? "cancelled" : Told.by(first);
            result.r2 = Told.by(second);
            result.r4 = channel.stats().waitingReceivers() + " wait";
        }
    }

    /** Two waiting receives, neighbours in line, are cancelled at once. */
    @JCStressTest
    @Outcome(
            id = "true, true, 1 wait, received m",
            expect = ACCEPTABLE,
            desc = "both left, the one behind them did not")
    @Outcome(expect = FORBIDDEN, desc = "the line is broken")
    @State
    public static class Neighbours {
        private final Channel<String> channel = Channel.rendezvous();
        private final Receiver<String> receiver = channel.receiver();
        private final PendingReceive<String> first = receiver.receive(() -> {});
        private final PendingReceive<String> second = receiver.receive(() -> {});
        private final PendingReceive<String> third = receiver.receive(() -> {});

        @Actor
        public void one(LLLL_Result result) {
            result.r1 = String.valueOf(first.cancel());
        }

        @Actor
        public void other(LLLL_Result result) {
            result.r2 = String.valueOf(second.cancel());
        }

        @Arbiter
        public void after(LLLL_Result result) {
            result.r3 = channel.stats().waitingReceivers() + " wait";
            channel.sender().trySend("m");
            result.r4 = Told.by(third);
        }
    }
}
