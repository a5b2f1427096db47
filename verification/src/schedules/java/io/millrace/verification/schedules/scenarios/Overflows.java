package io.millrace.verification.schedules.scenarios;

import static io.millrace.verification.schedules.scenarios.Ledger.hold;

import io.millrace.Overflow;
import io.millrace.SendResult;
import io.millrace.verification.schedules.Play;
import io.millrace.verification.schedules.Scenario;
import java.util.List;
import java.util.function.Supplier;

/** Sends that do not wait where the channel is full. */
public final class Overflows implements Supplier<List<Scenario>> {
    @Override
    public List<Scenario> get() {
        Scenarios scenarios = new Scenarios().add("forceSend", Kind.values(), Overflows::forceSend);
        for (Overflow overflow : List.of(Overflow.DROP_OLDEST, Overflow.DROP_LATEST)) {
            for (int capacity = 1; capacity <= 2; capacity++) {
                int bound = capacity;
                scenarios.add(overflow + ", capacity " + capacity, play -> dropping(play, overflow, bound));
            }
        }
        return scenarios.list();
    }

    private static void forceSend(Play play, int capacity) {
        Ledger ledger = new Ledger(play, capacity).observed();
        play.actor("sender", () -> ledger.sendIfConnected(ledger.sender(), 1));
        // its place in line is known when the call returns, and must not be taken by a forced message
        play.actor("future sender", () -> {
            ledger.sendAsync(ledger.sender(), 10);
            ledger.sendAsync(ledger.sender(), 11);
            ledger.forceSend(ledger.sender(), 12);
        });
        play.actor("forcing sender", () -> {
            ledger.forceSend(ledger.sender(), 20);
            ledger.forceSend(ledger.sender(), 21);
            ledger.channel.close();
        });
        play.actor("receiver", () -> ledger.receiveAll(ledger.receiver()));
    }

    private static void dropping(Play play, Overflow overflow, int capacity) {
        Ledger ledger = new Ledger(play, builder -> builder.capacity(capacity).overflow(overflow)).observed();
        for (int n = 0; n < 2; n++) {
            int first = 10 * n;
            play.actor("sender " + n, () -> {
                ledger.send(ledger.sender(), first);
                SendResult second = ledger.trySend(ledger.sender(), first + 1);
                hold(second == SendResult.SENT, "never full", second);
            });
        }
        play.actor("receiver", () -> {
            ledger.receive(ledger.receiver());
            ledger.tryReceive(ledger.receiver());
        });
    }
}
