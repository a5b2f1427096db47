package io.millrace.verification.jcstress;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.millrace.Channel;
import org.jspecify.annotations.Nullable;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Mode;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.Signal;
import org.openjdk.jcstress.annotations.State;

/** A thread that is parked is woken. */
@JCStressTest(Mode.Termination)
@Outcome(id = "TERMINATED", expect = ACCEPTABLE, desc = "the receiver had its message")
@Outcome(expect = FORBIDDEN, desc = "a lost wake-up: the receiver is parked for ever")
@State
public class ParkedThread {
    private final Channel<String> channel = Channel.rendezvous();
    private volatile @Nullable Thread receiver;

    @Actor
    public void receiver() {
        receiver = Thread.currentThread();
        try {
            channel.receiver().receive();
        } catch (InterruptedException unexpected) {
            throw new IllegalStateException(unexpected);
        }
    }

    @Signal
    public void sender() {
        while (!isParked(receiver)) {
            Thread.onSpinWait();
        }
        channel.sender().trySend("m");
    }

    private static boolean isParked(@Nullable Thread thread) {
        return thread != null && thread.getState() == Thread.State.WAITING;
    }
}
