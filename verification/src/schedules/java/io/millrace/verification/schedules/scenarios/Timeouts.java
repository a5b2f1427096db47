package io.millrace.verification.schedules.scenarios;

import static io.millrace.verification.schedules.scenarios.Ledger.hold;

import io.millrace.ReceiveResult;
import io.millrace.SendResult;
import io.millrace.verification.schedules.Play;
import io.millrace.verification.schedules.Scenario;
import java.util.List;
import java.util.function.Supplier;

/** Timeouts and interrupts that meet the peer. */
public final class Timeouts implements Supplier<List<Scenario>> {
    private static final long TIME = 1_000_000;

    @Override
    public List<Scenario> get() {
        return new Scenarios()
                .add("timed receives and a sender", Kind.values(), Timeouts::timedReceives)
                .add("timed sends and a receiver", Kind.BOUNDED, Timeouts::timedSends)
                .add("timed sends and timed receives", Kind.BOUNDED, Timeouts::bothTimed)
                .add("a timed send and a close", Kind.BOUNDED, Timeouts::timedSendAndClose)
                .add("an interrupted receive", Kind.values(), Timeouts::interruptedReceive)
                .add("an interrupted send", Kind.BOUNDED, Timeouts::interruptedSend)
                .add("an interrupted sendAll", Kind.BOUNDED, Timeouts::interruptedSendAll)
                .add("interrupted timed operations", Kind.BOUNDED, Timeouts::interruptedAndTimed)
                .list();
    }

    private static void timedReceives(Play play, int capacity) {
        Ledger ledger = new Ledger(play, capacity);
        for (int n = 0; n < 2; n++) {
            play.actor("timed receiver " + n, () -> ledger.tryReceive(ledger.receiver(), TIME));
        }
        play.actor("receiver", () -> ledger.receiveAll(ledger.receiver()));
        play.actor("sender", () -> {
            ledger.send(ledger.sender(), 1);
            ledger.trySend(ledger.sender(), 2);
            ledger.sendAsync(ledger.sender(), 3);
            ledger.sender().close();
        });
    }

    private static void timedSends(Play play, int capacity) {
        Ledger ledger = new Ledger(play, capacity).observed();
        for (int n = 0; n < 3; n++) {
            int message = n;
            play.actor("timed sender " + n, () -> {
                SendResult result = ledger.trySend(ledger.sender(), message, (message + 1) * TIME);
                hold(result == SendResult.SENT || result == SendResult.TIMED_OUT, "a strange end", result);
            });
        }
        play.actor("receiver", () -> {
            for (int i = 0; i < 3; i++) {
                play.delay();
                ledger.tryReceive(ledger.receiver());
            }
        });
    }

    private static void bothTimed(Play play, int capacity) {
        Ledger ledger = new Ledger(play, capacity);
        for (int n = 0; n < 2; n++) {
            int first = 10 * n;
            play.actor("sender " + n, () -> {
                ledger.trySend(ledger.sender(), first, TIME);
                ledger.trySend(ledger.sender(), first + 1, 0);
            });
            play.actor("receiver " + n, () -> {
                ReceiveResult<Integer> result = ledger.tryReceive(ledger.receiver(), TIME);
                hold(!result.isDisconnected(), "a strange end", result);
                ledger.tryReceive(ledger.receiver(), TIME);
            });
        }
    }

    private static void timedSendAndClose(Play play, int capacity) {
        Ledger ledger = new Ledger(play, capacity);
        for (int n = 0; n < 2; n++) {
            int first = 10 * n;
            play.actor("sender " + n, () -> {
                ledger.trySend(ledger.sender(), first, TIME);
                ledger.trySend(ledger.sender(), first + 1, TIME);
            });
        }
        play.actor("closer", () -> {
            play.delay();
            ledger.channel.close();
            hold(ledger.trySend(ledger.sender(), 99) == SendResult.DISCONNECTED, "sent after the close");
        });
        play.actor("receiver", () -> ledger.receiveAll(ledger.receiver()));
    }

    private static void interruptedReceive(Play play, int capacity) {
        Ledger ledger = new Ledger(play, capacity);
        Interrupted.actor(play, "interrupted receiver", () -> ledger.receive(ledger.receiver()));
        play.actor("receiver", () -> ledger.receiveAll(ledger.receiver()));
        play.actor("sender", () -> {
            ledger.send(ledger.sender(), 1);
            ledger.send(ledger.sender(), 2);
            ledger.sender().close();
        });
    }

    private static void interruptedSend(Play play, int capacity) {
        Ledger ledger = new Ledger(play, capacity).observed();
        Interrupted.actor(play, "interrupted sender", () -> {
            for (int message = 1; message < 4; message++) {
                ledger.send(ledger.sender(), message);
            }
        });
        play.actor("sender", () -> ledger.sendIfConnected(ledger.sender(), 10));
        play.actor("receiver", () -> {
            ledger.receive(ledger.receiver());
            play.delay();
            ledger.receiver().close();
        });
    }

    private static void interruptedSendAll(Play play, int capacity) {
        Ledger ledger = new Ledger(play, capacity).observed();
        Interrupted.actor(play, "interrupted sender", () -> ledger.sendAll(ledger.sender(), List.of(1, 2, 3)));
        play.actor("sender", () -> ledger.trySend(ledger.sender(), 10, TIME));
        play.actor("receiver", () -> {
            for (int i = 0; i < 4; i++) {
                ledger.tryReceive(ledger.receiver(), TIME);
            }
            ledger.receiver().close();
        });
    }

    private static void interruptedAndTimed(Play play, int capacity) {
        Ledger ledger = new Ledger(play, capacity);
        Interrupted.actor(play, "interrupted sender", () -> {
            ledger.trySend(ledger.sender(), 1, TIME);
            ledger.trySend(ledger.sender(), 2, TIME);
        });
        Interrupted.actor(play, "interrupted receiver", () -> {
            ledger.tryReceive(ledger.receiver(), TIME);
            ledger.tryReceive(ledger.receiver(), TIME);
        });
    }
}
