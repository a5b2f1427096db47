package io.millrace.verification.schedules.scenarios;

import io.millrace.SendResult;
import io.millrace.verification.schedules.Play;
import io.millrace.verification.schedules.Scenario;
import java.util.List;
import java.util.function.Supplier;

/** Sends and receives that wait, one by one and in batches. */
public final class SendReceive implements Supplier<List<Scenario>> {
    @Override
    public List<Scenario> get() {
        return new Scenarios()
                .add("two senders, two receivers", Kind.values(), SendReceive::twoToTwo)
                .add("three senders, one receiver", Kind.BOUNDED, SendReceive::threeToOne)
                .add("one sender, three receivers", Kind.values(), SendReceive::oneToThree)
                .add("try beside waiting", Kind.values(), SendReceive::tryBesideWaiting)
                .add("sendAll to receiveMany and drainTo", Kind.values(), SendReceive::batches)
                .list();
    }

    private static void twoToTwo(Play play, int capacity) {
        Ledger ledger = new Ledger(play, capacity).observed();
        for (int n = 0; n < 2; n++) {
            int first = 10 * n;
            play.actor("sender " + n, () -> {
                ledger.send(ledger.sender(), first);
                ledger.send(ledger.sender(), first + 1);
            });
            play.actor("receiver " + n, () -> {
                ledger.receive(ledger.receiver());
                ledger.receive(ledger.receiver());
            });
        }
    }

    private static void threeToOne(Play play, int capacity) {
        Ledger ledger = new Ledger(play, capacity);
        for (int n = 0; n < 3; n++) {
            int first = 10 * n;
            play.actor("sender " + n, () -> {
                ledger.send(ledger.sender(), first);
                ledger.send(ledger.sender(), first + 1);
            });
        }
        play.actor("receiver", () -> {
            for (int i = 0; i < 6; i++) {
                ledger.receive(ledger.receiver());
            }
        });
    }

    private static void oneToThree(Play play, int capacity) {
        Ledger ledger = new Ledger(play, capacity);
        for (int n = 0; n < 3; n++) {
            play.actor("receiver " + n, () -> ledger.receive(ledger.receiver()));
        }
        play.actor("sender", () -> {
            for (int i = 0; i < 3; i++) {
                ledger.send(ledger.sender(), i);
            }
        });
    }

    private static void tryBesideWaiting(Play play, int capacity) {
        Ledger ledger = new Ledger(play, capacity).observed();
        play.actor("sender", () -> {
            ledger.sendIfConnected(ledger.sender(), 1);
            ledger.sendIfConnected(ledger.sender(), 2);
        });
        play.actor("trying sender", () -> {
            for (int message = 10; message < 13; message++) {
                ledger.trySend(ledger.sender(), message);
            }
            play.delay();
            ledger.channel.close();
        });
        play.actor("trying receiver", () -> {
            ledger.tryReceive(ledger.receiver());
            ledger.tryReceive(ledger.receiver());
        });
        play.actor("receiver", () -> ledger.receiveAll(ledger.receiver()));
    }

    private static void batches(Play play, int capacity) {
        Ledger ledger = new Ledger(play, capacity).observed();
        play.actor("batch sender", () -> {
            int sent = ledger.sendAll(ledger.sender(), List.of(1, 2, 3));
            Ledger.hold(sent == 3, "not all were sent", sent);
        });
        play.actor("sender", () -> {
            ledger.send(ledger.sender(), 10);
            if (ledger.trySend(ledger.sender(), 11) != SendResult.SENT) {
                ledger.send(ledger.sender(), 12);
            }
        });
        play.actor("batch receiver", () -> {
            int left = 5;
            while (left > 0) {
                left -= ledger.receiveMany(ledger.receiver(), Math.min(left, 2)).size();
            }
        });
    }
}
