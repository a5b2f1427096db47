package io.millrace.verification.jcstress;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.millrace.Channel;
import io.millrace.Select;
import io.millrace.spi.PendingReceive;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLL_Result;
import org.openjdk.jcstress.infra.results.LL_Result;
import org.openjdk.jcstress.infra.results.L_Result;

/** One looks, finds nothing and gets in line, while the other brings what he waits for. */
public final class RegisterAgainstNotify {
    private RegisterAgainstNotify() {}

    /** A receive and a send meet in a channel with room. */
    @JCStressTest
    @Outcome(id = "SENT, received m, woken 0 times", expect = ACCEPTABLE, desc = "the message was there first")
    @Outcome(id = "SENT, received m, woken 1 times", expect = ACCEPTABLE, desc = "the receiver was in line first")
    @Outcome(expect = FORBIDDEN, desc = "a lost message or wake-up, or one too many")
    @State
    public static class Buffered {
        private final Channel<String> channel = Channel.bounded(1);
        private final AtomicInteger woken = new AtomicInteger();
        private PendingReceive<String> receive;

        @Actor
        public void receiver() {
            receive = channel.receiver().receive(woken::incrementAndGet);
        }

        @Actor
        public void sender(LLL_Result result) {
            result.r1 = channel.sender().trySend("m").toString();
        }

        @Arbiter
        public void after(LLL_Result result) {
            result.r2 = Told.by(receive);
            result.r3 = Told.times(woken);
        }
    }

    /** A receive and a send that does not wait meet in a rendezvous. */
    @JCStressTest
    @Outcome(id = "SENT, received m, woken 1 times", expect = ACCEPTABLE, desc = "the receiver was in line")
    @Outcome(id = "FULL, waits, woken 0 times", expect = ACCEPTABLE, desc = "the receiver came too late")
    @Outcome(expect = FORBIDDEN, desc = "a lost message or wake-up, or one too many")
    @State
    public static class Rendezvous {
        private final Channel<String> channel = Channel.rendezvous();
        private final AtomicInteger woken = new AtomicInteger();
        private PendingReceive<String> receive;

        @Actor
        public void receiver() {
            receive = channel.receiver().receive(woken::incrementAndGet);
        }

        @Actor
        public void sender(LLL_Result result) {
            result.r1 = channel.sender().trySend("m").toString();
        }

        @Arbiter
        public void after(LLL_Result result) {
            result.r2 = Told.by(receive);
            result.r3 = Told.times(woken);
        }
    }

    /** A receive and a send that both wait meet in a rendezvous. */
    @JCStressTest
    @Outcome(id = "sent, received m", expect = ACCEPTABLE, desc = "they met")
    @Outcome(expect = FORBIDDEN, desc = "they wait for each other, or the message went elsewhere")
    @State
    public static class BothWait {
        private final Channel<String> channel = Channel.rendezvous();
        private CompletableFuture<Void> send;
        private CompletableFuture<String> receive;

        @Actor
        public void receiver() {
            receive = channel.receiver().receiveAsync();
        }

        @Actor
        public void sender() {
            send = channel.sender().sendAsync("m");
        }

        @Arbiter
        public void after(LL_Result result) {
            result.r1 = Told.by(send);
            result.r2 = Told.by(receive);
        }
    }

    /** A send to a full channel meets a receive that makes room. */
    @JCStressTest
    @Outcome(id = "received old, sent, received new", expect = ACCEPTABLE, desc = "the send found room or was given it")
    @Outcome(expect = FORBIDDEN, desc = "the send waits beside free room, or a message is lost")
    @State
    public static class Room {
        private final Channel<String> channel = Channel.bounded(1);
        private CompletableFuture<Void> send;

        public Room() {
            channel.sender().trySend("old");
        }

        @Actor
        public void receiver(LLL_Result result) {
            result.r1 = Told.by(channel.receiver().tryReceive());
        }

        @Actor
        public void sender() {
            send = channel.sender().sendAsync("new");
        }

        @Arbiter
        public void after(LLL_Result result) {
            result.r2 = Told.by(send);
            result.r3 = Told.by(channel.receiver().tryReceive());
        }
    }

    /** A select gets in line in two channels while a message comes to the second. */
    @JCStressTest
    @Outcome(id = "received m", expect = ACCEPTABLE, desc = "the select found it, or was in line")
    @Outcome(expect = FORBIDDEN, desc = "the select waits beside a message, or lost it")
    @State
    public static class SelectInLine {
        private final Channel<String> idle = Channel.bounded(1);
        private final Channel<String> channel = Channel.bounded(1);
        private CompletableFuture<String> select;

        @Actor
        public void receiver() {
            select = Select.<String>fair()
                    .receive(idle.receiver(), message -> message)
                    .receive(channel.receiver(), message -> message)
                    .runAsync();
        }

        @Actor
        public void sender() {
            channel.sender().trySend("m");
        }

        @Arbiter
        public void after(L_Result result) {
            result.r1 = Told.by(select);
        }
    }
}
