package io.millrace.verification.schedules.scenarios;

import static io.millrace.verification.schedules.scenarios.Ledger.hold;

import io.millrace.DisconnectedException;
import io.millrace.Receiver;
import io.millrace.SendResult;
import io.millrace.Sender;
import io.millrace.WeakSender;
import io.millrace.verification.schedules.Play;
import io.millrace.verification.schedules.Scenario;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/** How channels end while others wait. */
public final class Ends implements Supplier<List<Scenario>> {
    @Override
    public List<Scenario> get() {
        return new Scenarios()
                .add("close", Kind.values(), Ends::close)
                .add("cancel", Kind.values(), Ends::cancel)
                .add("close against close and cancel", Kind.values(), Ends::closes)
                .add("the last sender against a duplicate", Kind.values(), Ends::lastSender)
                .add("the last receiver against a duplicate", Kind.values(), Ends::lastReceiver)
                .add("the last sender against an upgrade", Kind.values(), Ends::upgrade)
                .add("disconnected()", Kind.values(), Ends::disconnected)
                .add("a handle closed under a waiting send", Kind.BOUNDED, Ends::sendOnAClosedHandle)
                .add("a handle closed under a timed send", Kind.BOUNDED, Ends::timedSendOnAClosedHandle)
                .add("a handle closed under a timed receive", Kind.values(), Ends::timedReceiveOnAClosedHandle)
                .list();
    }

    private static void close(Play play, int capacity) {
        Ledger ledger = new Ledger(play, capacity);
        for (int n = 0; n < 2; n++) {
            int first = 10 * n;
            play.actor("sender " + n, () -> {
                if (ledger.sendIfConnected(ledger.sender(), first)) {
                    ledger.sendIfConnected(ledger.sender(), first + 1);
                }
            });
            play.actor("receiver " + n, () -> ledger.receiveAll(ledger.receiver()));
        }
        play.actor("closer", () -> {
            play.delay();
            hold(ledger.channel.close(), "it was open");
            hold(ledger.trySend(ledger.sender(), 99) == SendResult.DISCONNECTED, "sent after the close");
        });
    }

    private static void cancel(Play play, int capacity) {
        Ledger ledger = new Ledger(play, capacity);
        IllegalStateException cause = new IllegalStateException("cancelled");
        for (int n = 0; n < 2; n++) {
            int first = 10 * n;
            play.actor("sender " + n, () -> {
                try {
                    ledger.send(ledger.sender(), first);
                    ledger.send(ledger.sender(), first + 1);
                } catch (DisconnectedException end) {
                    hold(end.getCause() == cause, "another cause", String.valueOf(end.getCause()));
                }
            });
            play.actor("receiver " + n, () -> ledger.receiveAll(ledger.receiver()));
        }
        play.actor("canceller", () -> {
            play.delay();
            hold(ledger.channel.cancel(cause), "it was not cancelled");
            hold(ledger.receiver().tryReceive().isDisconnected(), "received after the cancel");
        });
    }

    private static void closes(Play play, int capacity) {
        Ledger ledger = new Ledger(play, capacity);
        List<String> won = new ArrayList<>();
        play.actor("receiver", () -> ledger.receiveAll(ledger.receiver()));
        play.actor("sender", () -> ledger.sendIfConnected(ledger.sender(), 1));
        for (int n = 0; n < 2; n++) {
            play.actor("closer " + n, () -> {
                if (ledger.channel.close()) {
                    won.add("close");
                }
            });
        }
        play.actor("canceller", () -> {
            play.delay();
            hold(ledger.channel.cancel(), "the first cancel");
        });
        play.afterwards(() -> hold(won.size() <= 1, "more than one close closed it", won));
    }

    private static void lastSender(Play play, int capacity) {
        Ledger ledger = new Ledger(play, capacity);
        play.actor("receiver", () -> ledger.receiveAll(ledger.receiver()));
        play.actor("other receiver", () -> ledger.receiveAll(ledger.receiver()));
        play.actor("first sender", () -> {
            ledger.send(ledger.sender(), 1);
            ledger.sender().close();
        });
        play.actor("second sender", () -> {
            Sender<Integer> second;
            try {
                second = ledger.newSender();
            } catch (IllegalStateException closed) {
                hold(ledger.sender().isClosed(), "refused while open");
                return;
            }
            ledger.send(second, 2);
            second.close();
        });
    }

    private static void lastReceiver(Play play, int capacity) {
        Ledger ledger = new Ledger(play, capacity);
        for (int n = 0; n < 2; n++) {
            int first = 10 * n;
            play.actor("sender " + n, () -> {
                int message = first;
                while (message < first + 3 && ledger.sendIfConnected(ledger.sender(), message)) {
                    message++;
                }
                if (capacity >= 0 && message == first + 3) {
                    ledger.trySend(ledger.sender(), message);
                }
            });
        }
        play.actor("first receiver", () -> {
            ledger.tryReceive(ledger.receiver(), 1_000_000);
            ledger.receiver().close();
        });
        play.actor("second receiver", () -> {
            Receiver<Integer> second;
            try {
                second = ledger.newReceiver();
            } catch (IllegalStateException closed) {
                hold(ledger.receiver().isClosed(), "refused while open");
                return;
            }
            ledger.tryReceive(second, 1_000_000);
            second.close();
        });
        play.afterwards(() -> hold(ledger.sender().isDisconnected(), "nobody receives"));
    }

    private static void upgrade(Play play, int capacity) {
        Ledger ledger = new Ledger(play, capacity);
        WeakSender<Integer> weak = ledger.sender().downgrade();
        boolean[] ended = {false};
        play.actor("receiver", () -> {
            ledger.receiveAll(ledger.receiver());
            ended[0] = true;
        });
        play.actor("sender", () -> {
            ledger.send(ledger.sender(), 1);
            ledger.sender().close();
        });
        for (int n = 0; n < 2; n++) {
            int message = 10 + n;
            play.actor("upgrader " + n, () -> {
                Sender<Integer> upgraded = play.hold(weak.upgrade()).orElse(null);
                if (upgraded != null) {
                    hold(!ended[0], "revived");
                    ledger.send(upgraded, message);
                    upgraded.close();
                } else {
                    hold(ledger.sender().isClosed(), "not upgraded while open");
                }
            });
        }
    }

    private static void disconnected(Play play, int capacity) {
        Ledger ledger = new Ledger(play, capacity);
        int[] told = {0};
        CompletableFuture<?>[] seen = new CompletableFuture<?>[2];
        for (int n = 0; n < 2; n++) {
            int index = n;
            play.actor("watcher " + n, () -> {
                seen[index] = ledger.channel.disconnected();
                seen[index].whenComplete((nothing, failure) -> told[0]++);
            });
        }
        play.actor("sender", () -> {
            ledger.trySend(ledger.sender(), 1);
            ledger.sender().close();
        });
        play.actor("receiver", () -> {
            ledger.tryReceive(ledger.receiver());
            ledger.receiver().close();
        });
        play.afterwards(() -> {
            hold(seen[0] == seen[1] && seen[0].isDone(), "one instance, and done");
            hold(told[0] == 2, "told how often", told[0]);
        });
    }

    private static void sendOnAClosedHandle(Play play, int capacity) {
        Ledger ledger = new Ledger(play, capacity);
        Sender<Integer> second = ledger.newSender();
        play.actor("sender", () -> {
            for (int message = 1; message < 4; message++) {
                try {
                    ledger.send(second, message);
                } catch (IllegalStateException closed) {
                    hold(second.isClosed(), "refused while open");
                }
            }
        });
        play.actor("closer", () -> {
            play.delay();
            second.close();
            ledger.sender().close();
        });
        play.actor("receiver", () -> ledger.receiveAll(ledger.receiver()));
        play.actor("other receiver", () -> ledger.receiveAll(ledger.receiver()));
    }

    private static void timedSendOnAClosedHandle(Play play, int capacity) {
        Ledger ledger = new Ledger(play, capacity);
        for (int n = 0; n < 2; n++) {
            int first = 10 * n;
            play.actor("sender " + n, () -> {
                for (int message = first; message < first + 3; message++) {
                    try {
                        ledger.trySend(ledger.sender(), message, 1_000_000);
                    } catch (IllegalStateException closed) {
                        hold(ledger.sender().isClosed(), "refused while open");
                    }
                }
            });
        }
        play.actor("closer", () -> {
            play.delay();
            ledger.sender().close();
        });
        play.actor("receiver", () -> {
            ledger.tryReceive(ledger.receiver());
            ledger.channel.disconnected().join();
        });
    }

    private static void timedReceiveOnAClosedHandle(Play play, int capacity) {
        Ledger ledger = new Ledger(play, capacity);
        for (int n = 0; n < 2; n++) {
            play.actor("receiver " + n, () -> {
                for (int i = 0; i < 2; i++) {
                    try {
                        ledger.tryReceive(ledger.receiver(), 1_000_000);
                    } catch (IllegalStateException closed) {
                        hold(ledger.receiver().isClosed(), "refused while open");
                    }
                }
            });
        }
        play.actor("closer", () -> {
            play.delay();
            ledger.receiver().close();
        });
        play.actor("sender", () -> {
            ledger.trySend(ledger.sender(), 1);
            ledger.channel.disconnected().join();
            hold(ledger.trySend(ledger.sender(), 2) == SendResult.DISCONNECTED, "sent to nobody");
        });
    }
}
