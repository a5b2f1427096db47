package io.millrace.verification.jcstress;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.millrace.Channel;
import io.millrace.Sender;
import io.millrace.WeakSender;
import io.millrace.spi.PendingReceive;
import java.lang.ref.Reference;
import java.util.Optional;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLL_Result;

/** The last sender closes, while somebody makes another one of it. */
public final class LastCloseAgainstOpen {
    private LastCloseAgainstOpen() {}

    /** The last sender is duplicated. */
    @JCStressTest
    @Outcome(id = "duplicated, waits, 1 senders", expect = ACCEPTABLE, desc = "the duplicate holds the channel")
    @Outcome(id = "refused, disconnected, 0 senders", expect = ACCEPTABLE, desc = "it was closed before")
    @Outcome(expect = FORBIDDEN, desc = "a live handle on a dead channel, or the other way round")
    @State
    public static class Duplicate {
        private final Channel<String> channel = Channel.bounded(1);
        private final PendingReceive<String> receive = channel.receiver().receive(() -> {});
        private Sender<String> duplicate;

        @Actor
        public void closer() {
            channel.sender().close();
        }

        @Actor
        public void duplicator(LLL_Result result) {
            try {
                duplicate = channel.sender().duplicate();
                result.r1 = "duplicated";
            } catch (IllegalStateException closed) {
                result.r1 = "refused";
            }
        }

        @Arbiter
        public void after(LLL_Result result) {
            result.r2 = Told.by(receive);
            result.r3 = channel.stats().senders() + " senders";
            Reference.reachabilityFence(duplicate); // or it would be found forgotten, and counted as closed
        }
    }

    /** A weak sender is upgraded. */
    @JCStressTest
    @Outcome(id = "upgraded, waits, 1 senders", expect = ACCEPTABLE, desc = "the new sender holds the channel")
    @Outcome(id = "too late, disconnected, 0 senders", expect = ACCEPTABLE, desc = "the senders were gone before")
    @Outcome(expect = FORBIDDEN, desc = "a live handle on a dead channel, or the other way round")
    @State
    public static class WeakUpgrade {
        private final Channel<String> channel = Channel.bounded(1);
        private final WeakSender<String> weak = channel.sender().downgrade();
        private final PendingReceive<String> receive = channel.receiver().receive(() -> {});
        private Optional<Sender<String>> upgraded;

        @Actor
        public void closer() {
            channel.sender().close();
        }

        @Actor
        public void upgrader() {
            upgraded = weak.upgrade();
        }

        @Arbiter
        public void after(LLL_Result result) {
            result.r1 = upgraded.isPresent() ? "upgraded" : "too late";
            result.r2 = Told.by(receive);
            result.r3 = channel.stats().senders() + " senders";
            Reference.reachabilityFence(upgraded); // or the sender would be found forgotten, and counted as closed
        }
    }
}
