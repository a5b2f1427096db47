package io.millrace.verification.jcstress;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.millrace.Channel;
import java.time.Duration;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLL_Result;

/** The time of a waiting thread runs out, while a peer reaches for it. */
public final class TimeoutAgainstHandOver {
    private static final Duration SHORTEST = Duration.ofNanos(1);

    private TimeoutAgainstHandOver() {}

    private static String receive(Channel<String> channel) {
        try {
            return Told.by(channel.receiver().tryReceive(SHORTEST));
        } catch (InterruptedException unexpected) {
            throw new IllegalStateException(unexpected);
        }
    }

    private static String send(Channel<String> channel) {
        try {
            return channel.sender().trySend("m", SHORTEST).toString();
        } catch (InterruptedException unexpected) {
            throw new IllegalStateException(unexpected);
        }
    }

    /** A timed receive in a rendezvous, and a send that does not wait. */
    @JCStressTest
    @Outcome(id = "nothing, FULL, 0 wait", expect = ACCEPTABLE, desc = "they missed each other, or the time was up")
    @Outcome(id = "received m, SENT, 0 wait", expect = ACCEPTABLE, desc = "they met")
    @Outcome(expect = FORBIDDEN, desc = "a message went to one who had left, or both were told that they won")
    @State
    public static class Receive {
        private final Channel<String> channel = Channel.rendezvous();

        @Actor
        public void receiver(LLL_Result result) {
            result.r1 = receive(channel);
        }

        @Actor
        public void sender(LLL_Result result) {
            result.r2 = channel.sender().trySend("m").toString();
        }

        @Arbiter
        public void after(LLL_Result result) {
            result.r3 = channel.stats().waitingReceivers() + " wait";
        }
    }

    /** A timed send in a rendezvous, and a receive that does not wait. */
    @JCStressTest
    @Outcome(
            id = "TIMED_OUT, nothing, 0 wait",
            expect = ACCEPTABLE,
            desc = "they missed each other, or the time was up")
    @Outcome(id = "SENT, received m, 0 wait", expect = ACCEPTABLE, desc = "they met")
    @Outcome(expect = FORBIDDEN, desc = "a message came from one who had left, or both were told that they won")
    @State
    public static class Send {
        private final Channel<String> channel = Channel.rendezvous();

        @Actor
        public void sender(LLL_Result result) {
            result.r1 = send(channel);
        }

        @Actor
        public void receiver(LLL_Result result) {
            result.r2 = Told.by(channel.receiver().tryReceive());
        }

        @Arbiter
        public void after(LLL_Result result) {
            result.r3 = channel.stats().waitingSenders() + " wait";
        }
    }

    /** A timed send and a timed receive in a rendezvous: the time of either may be up when the other comes. */
    @JCStressTest
    @Outcome(id = "TIMED_OUT, nothing, 0 wait", expect = ACCEPTABLE, desc = "they missed each other")
    @Outcome(id = "SENT, received m, 0 wait", expect = ACCEPTABLE, desc = "they met")
    @Outcome(expect = FORBIDDEN, desc = "only one of them was told that they met")
    @State
    public static class Both {
        private final Channel<String> channel = Channel.rendezvous();

        @Actor
        public void sender(LLL_Result result) {
            result.r1 = send(channel);
        }

        @Actor
        public void receiver(LLL_Result result) {
            result.r2 = receive(channel);
        }

        @Arbiter
        public void after(LLL_Result result) {
            result.r3 = channel.stats().waitingSenders() + channel.stats().waitingReceivers() + " wait";
        }
    }
}
