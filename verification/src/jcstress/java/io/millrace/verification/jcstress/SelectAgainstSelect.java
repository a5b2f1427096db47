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

/** Two selects meet. */
public final class SelectAgainstSelect {
    private SelectAgainstSelect() {}

    private static CompletableFuture<String> exchange(Channel<String> to, String message, Channel<String> from) {
        return Select.<String>fair()
                .send(to.sender(), message, () -> "its own " + message)
                .receive(from.receiver(), received -> received)
                .runAsync();
    }

    private static String waiting(Channel<String> channel) {
        return channel.stats().waitingSenders() + channel.stats().waitingReceivers() + " wait";
    }

    /** Each sends into the channel that the other receives from. */
    @JCStressTest
    @Outcome(id = "received its own 1, received 1, 0 wait", expect = ACCEPTABLE, desc = "they met in the first channel")
    @Outcome(
            id = "received 2, received its own 2, 0 wait",
            expect = ACCEPTABLE,
            desc = "they met in the second channel")
    @Outcome(expect = FORBIDDEN, desc = "they wait for each other, or met twice, or left something in line")
    @State
    public static class Crossed {
        private final Channel<String> first = Channel.rendezvous();
        private final Channel<String> second = Channel.rendezvous();
        private CompletableFuture<String> one;
        private CompletableFuture<String> other;

        @Actor
        public void one() {
            one = exchange(first, "1", second);
        }

        @Actor
        public void other() {
            other = exchange(second, "2", first);
        }

        @Arbiter
        public void after(LLL_Result result) {
            result.r1 = Told.by(one);
            result.r2 = Told.by(other);
            result.r3 = first.stats().waitingSenders()
                    + first.stats().waitingReceivers()
                    + second.stats().waitingSenders()
                    + second.stats().waitingReceivers()
                    + " wait";
        }
    }

    /** Both send to and receive from the same channel. */
    @JCStressTest
    @Outcome(id = "received its own 1, received 1, 0 wait", expect = ACCEPTABLE, desc = "the one sent to the other")
    @Outcome(id = "received 2, received its own 2, 0 wait", expect = ACCEPTABLE, desc = "the other sent to the one")
    @Outcome(expect = FORBIDDEN, desc = "one met itself, or they met twice, or left something in line")
    @State
    public static class SameChannel {
        private final Channel<String> channel = Channel.rendezvous();
        private CompletableFuture<String> one;
        private CompletableFuture<String> other;

        @Actor
        public void one() {
            one = exchange(channel, "1", channel);
        }

        @Actor
        public void other() {
            other = exchange(channel, "2", channel);
        }

        @Arbiter
        public void after(LLL_Result result) {
            result.r1 = Told.by(one);
            result.r2 = Told.by(other);
            result.r3 = waiting(channel);
        }
    }

    /** A select waits in two channels, and a message comes to each at once. */
    @JCStressTest
    @Outcome(id = "received 1, 0 in first, 1 in second", expect = ACCEPTABLE, desc = "it took the first")
    @Outcome(id = "received 2, 1 in first, 0 in second", expect = ACCEPTABLE, desc = "it took the second")
    @Outcome(expect = FORBIDDEN, desc = "it took both or none, or the losing message is lost")
    @State
    public static class TwoMessages {
        private final Channel<String> first = Channel.bounded(1);
        private final Channel<String> second = Channel.bounded(1);
        private final CompletableFuture<String> select = Select.<String>fair()
                .receive(first.receiver(), message -> message)
                .receive(second.receiver(), message -> message)
                .runAsync();

        @Actor
        public void one() {
            first.sender().trySend("1");
        }

        @Actor
        public void other() {
            second.sender().trySend("2");
        }

        @Arbiter
        public void after(LLL_Result result) {
            result.r1 = Told.by(select);
            result.r2 = first.receiver().size() + " in first";
            result.r3 = second.receiver().size() + " in second";
        }
    }
}
