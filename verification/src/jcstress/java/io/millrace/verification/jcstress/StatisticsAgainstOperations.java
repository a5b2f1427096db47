package io.millrace.verification.jcstress;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.millrace.Channel;
import io.millrace.ChannelStats;
import io.millrace.Overflow;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.L_Result;

/** Figures are asked for while something moves: they must be those of one instant. */
public final class StatisticsAgainstOperations {
    private StatisticsAgainstOperations() {}

    private static String figures(ChannelStats stats) {
        return "sent " + stats.sent() + ", received " + stats.received() + ", undelivered " + stats.undelivered()
                + ", size " + stats.size() + ", waiting " + stats.waitingReceivers();
    }

    /** A message goes through the buffer. */
    @JCStressTest
    @Outcome(id = "sent 0, received 0, undelivered 0, size 0, waiting 0", expect = ACCEPTABLE, desc = "before")
    @Outcome(id = "sent 1, received 0, undelivered 0, size 1, waiting 0", expect = ACCEPTABLE, desc = "in between")
    @Outcome(id = "sent 1, received 1, undelivered 0, size 0, waiting 0", expect = ACCEPTABLE, desc = "after")
    @Outcome(expect = FORBIDDEN, desc = "figures of two instants")
    @State
    public static class Buffered {
        private final Channel<String> channel = Channel.bounded(1);

        @Actor
        public void mover() {
            channel.sender().trySend("m");
            channel.receiver().tryReceive();
        }

        @Actor
        public void observer(L_Result result) {
            result.r1 = figures(channel.stats());
        }
    }

    /** A message displaces the oldest. */
    @JCStressTest
    @Outcome(id = "sent 1, received 0, undelivered 0, size 1, waiting 0", expect = ACCEPTABLE, desc = "before")
    @Outcome(id = "sent 2, received 0, undelivered 1, size 1, waiting 0", expect = ACCEPTABLE, desc = "after")
    @Outcome(expect = FORBIDDEN, desc = "figures of two instants")
    @State
    public static class Displaced {
        private final Channel<String> channel = Channel.<String>builder()
                .capacity(1)
                .overflow(Overflow.DROP_OLDEST)
                .build();

        public Displaced() {
            channel.sender().trySend("old");
        }

        @Actor
        public void mover() {
            channel.sender().trySend("new");
        }

        @Actor
        public void observer(L_Result result) {
            result.r1 = figures(channel.stats());
        }
    }

    /** A message is handed over. */
    @JCStressTest
    @Outcome(id = "sent 0, received 0, undelivered 0, size 0, waiting 1", expect = ACCEPTABLE, desc = "before")
    @Outcome(id = "sent 1, received 1, undelivered 0, size 0, waiting 0", expect = ACCEPTABLE, desc = "after")
    @Outcome(expect = FORBIDDEN, desc = "figures of two instants")
    @State
    public static class HandedOver {
        private final Channel<String> channel = Channel.rendezvous();

        public HandedOver() {
            channel.receiver().receive(() -> {});
        }

        @Actor
        public void mover() {
            channel.sender().trySend("m");
        }

        @Actor
        public void observer(L_Result result) {
            result.r1 = figures(channel.stats());
        }
    }
}
