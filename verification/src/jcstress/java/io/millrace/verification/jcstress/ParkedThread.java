package io.millrace.verification.jcstress;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.millrace.Channel;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Mode;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.Signal;
import org.openjdk.jcstress.annotations.State;

/** A thread that waits, or is about to, is woken. */
@JCStressTest(Mode.Termination)
@Outcome(id = "TERMINATED", expect = ACCEPTABLE, desc = "the receiver had its message")
@Outcome(expect = FORBIDDEN, desc = "a lost wake-up: the receiver is parked for ever")
@State
public class ParkedThread {
    private final Channel<String> channel = Channel.rendezvous();

    @Actor
    public void receiver() {
        try {
            channel.receiver().receive();
        } catch (InterruptedException unexpected) {
            throw new IllegalStateException(unexpected);
        }
    }

    @Signal
    public void sender() {
        // the receiver may not be in line yet
        while (!channel.sender().trySend("m").isSent()) {
            Thread.onSpinWait();
        }
    }
}
