package io.millrace.verification.schedules.scenarios;

import static io.millrace.verification.schedules.scenarios.Ledger.hold;

import io.millrace.Channel;
import io.millrace.verification.schedules.Play;
import io.millrace.verification.schedules.Scenario;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/** Scenarios that the tool itself is tried on: all but the last fail. */
public final class Broken implements Supplier<List<Scenario>> {
    @Override
    public List<Scenario> get() {
        return new Scenarios()
                .add("nobody sends", Broken::nobodySends)
                .add("an actor fails", play -> play.actor("failing", () -> hold(false, "failed on purpose")))
                .add("a check fails", play -> play.afterwards(() -> hold(false, "failed on purpose")))
                .add("a waker fails", Broken::failingWaker)
                .add("an actor turns in circles", play -> play.actor("turning", Broken::turn))
                .add("only some orders fail", Broken::someOrders)
                .add("a park that must not return", Broken::credulous)
                .add("three sleepers", Broken::sleepers)
                .list();
    }

    private static void nobodySends(Play play) {
        Channel<Integer> channel = play.hold(Channel.bounded(1));
        play.actor("receiver", () -> channel.receiver().receive());
        play.actor("other", () -> channel.receiver().tryReceive());
    }

    private static void failingWaker(Play play) {
        Channel<Integer> channel = play.hold(Channel.bounded(1));
        play.actor("receiver", () -> channel.receiver().receive(() -> hold(false, "failed on purpose")));
        play.afterwards(() -> channel.sender().send(1));
    }

    private static void turn() {
        while (!Thread.interrupted()) {
            Thread.onSpinWait();
        }
    }

    private static void someOrders(Play play) {
        Channel<Integer> channel = play.hold(Channel.bounded(1));
        play.actor("first", () -> channel.sender().trySend(1));
        play.actor("second", () -> channel.sender().trySend(2));
        play.afterwards(() -> hold(channel.receiver().receive() == 1, "the second came first"));
    }

    private static void credulous(Play play) {
        boolean[] ready = {false};
        Thread parking = play.actor("parking", () -> {
            LockSupport.park(ready);
            hold(ready[0], "unparked too early");
        });
        play.actor("unparking", () -> {
            ready[0] = true;
            LockSupport.unpark(parking);
        });
    }

    private static void sleepers(Play play) {
        int[] slept = {0};
        long begin = System.nanoTime();
        for (int n = 1; n <= 3; n++) {
            long hours = n;
            play.actor("sleeper " + n, () -> {
                long nanos = hours * 3_600_000_000_000L;
                while (System.nanoTime() - begin < nanos) {
                    LockSupport.parkNanos(play, nanos - (System.nanoTime() - begin));
                }
                slept[0]++;
            });
        }
        play.afterwards(() -> hold(slept[0] == 3, "not all have slept", slept[0]));
    }
}
