package io.millrace.verification.schedules.scenarios;

import static io.millrace.verification.schedules.scenarios.Ledger.hold;

import io.millrace.DisconnectedException;
import io.millrace.Select;
import io.millrace.verification.schedules.Play;
import io.millrace.verification.schedules.Scenario;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/** Selects over two channels, which meet plain operations and each other. */
public final class Selects implements Supplier<List<Scenario>> {
    private static final Duration TIME = Duration.ofMillis(1);

    @Override
    public List<Scenario> get() {
        return new Scenarios()
                .add("crossed selects", Kind.BOUNDED, Selects::crossed)
                .add("receiving selects and senders", Kind.values(), Selects::receiving)
                .add("sending selects and receivers", Kind.BOUNDED, Selects::sending)
                .add("a select within a time", Kind.BOUNDED, Selects::withTimeout)
                .add("a select or otherwise", Kind.BOUNDED, Selects::orOtherwise)
                .add("an interrupted select", Kind.BOUNDED, Selects::interrupted)
                .add("a cancelled async select", Kind.BOUNDED, Selects::cancelled)
                .add("an async select within a time", Kind.BOUNDED, Selects::asyncWithTimeout)
                .add("a select and the ends of both channels", Kind.BOUNDED, Selects::ends)
                .add("two selects and the ends of both channels", Kind.BOUNDED, Selects::endsAlone)
                .add("a select that watches the ends", Kind.BOUNDED, Selects::watching)
                .add("a branch that was left", Kind.BOUNDED, Selects::leftBranch)
                .add("one channel in two branches", Kind.BOUNDED, Selects::sameChannelTwice)
                .list();
    }

    private static <R> Select<R> select(Play play) {
        return play.random(2) == 0 ? Select.fair() : Select.biased();
    }

    /** Adds a branch that receives, and returns the message. */
    private static Select<Integer> receive(Select<Integer> select, Ledger ledger, long began) {
        return select.receive(ledger.receiver(), message -> ledger.received(message, began));
    }

    /** Adds a branch that sends, and returns the message. */
    private static Select<Integer> send(Select<Integer> select, Ledger ledger, int message, long began) {
        return select.send(ledger.sender(), message, () -> {
            ledger.sent(message, began);
            return message;
        });
    }

    private static void crossed(Play play, int capacity) {
        Ledger left = new Ledger(play, capacity);
        Ledger right = new Ledger(play, capacity);
        play.actor("left to right", () -> {
            long began = play.tick();
            send(receive(select(play), left, began), right, 1, began).run();
        });
        play.actor("right to left", () -> {
            long began = play.tick();
            receive(send(select(play), left, 2, began), right, began).run();
        });
        // whatever the selects did: the one that waits, if any, finds a message to receive
        play.actor("third", () -> {
            left.tryReceive(left.receiver());
            right.trySend(right.sender(), 3);
            left.sendAsync(left.sender(), 4);
            right.sendAsync(right.sender(), 5);
        });
    }

    private static void receiving(Play play, int capacity) {
        Ledger left = new Ledger(play, capacity);
        Ledger right = new Ledger(play, capacity);
        for (int n = 0; n < 2; n++) {
            play.actor("select " + n, () -> {
                long began = play.tick();
                receive(receive(select(play), left, began), right, began).run();
            });
        }
        play.actor("left sender", () -> left.sendAsync(left.sender(), 1));
        play.actor("right sender", () -> right.sendAsync(right.sender(), 2));
    }

    private static void sending(Play play, int capacity) {
        Ledger left = new Ledger(play, capacity);
        Ledger right = new Ledger(play, capacity);
        int[] selecting = {2};
        for (int n = 0; n < 2; n++) {
            int first = n;
            play.actor("select " + n, () -> {
                for (int message = first; message < first + 20; message += 10) {
                    long began = play.tick();
                    send(send(select(play), left, message, began), right, message, began)
                            .run();
                }
                if (--selecting[0] == 0) {
                    left.channel.close();
                    right.channel.close();
                }
            });
        }
        play.actor("left receiver", () -> left.receiveAll(left.receiver()));
        play.actor("right receiver", () -> right.receiveAll(right.receiver()));
    }

    private static void withTimeout(Play play, int capacity) {
        Ledger left = new Ledger(play, capacity);
        Ledger right = new Ledger(play, capacity);
        for (int n = 0; n < 2; n++) {
            int message = 10 + n;
            play.actor("select " + n, () -> {
                long began = play.tick();
                Select<Integer> select = send(receive(select(play), left, began), right, message, began);
                select.timeout(TIME, () -> 0).run();
            });
        }
        play.actor("sender", () -> left.trySend(left.sender(), 1, 1_000_000));
        play.actor("receiver", () -> right.tryReceive(right.receiver(), 1_000_000));
    }

    private static void orOtherwise(Play play, int capacity) {
        Ledger left = new Ledger(play, capacity);
        Ledger right = new Ledger(play, capacity);
        for (int n = 0; n < 2; n++) {
            int message = 10 + n;
            play.actor("select " + n, () -> {
                for (int round = 0; round < 2; round++) {
                    long began = play.tick();
                    int next = message + 10 * round;
                    send(receive(select(play), left, began), right, next, began)
                            .otherwise(() -> 0)
                            .run();
                }
            });
        }
        play.actor("sender", () -> left.sendAsync(left.sender(), 1));
        play.actor("receiver", () -> right.receiveAsync(right.receiver()));
    }

    private static void interrupted(Play play, int capacity) {
        Ledger left = new Ledger(play, capacity);
        Ledger right = new Ledger(play, capacity);
        Interrupted.actor(play, "select", () -> {
            long began = play.tick();
            send(receive(select(play), left, began), right, 9, began).run();
        });
        play.actor("sender", () -> left.sendAsync(left.sender(), 1));
        play.actor("receiver", () -> right.receiveAsync(right.receiver()));
    }

    private static void cancelled(Play play, int capacity) {
        Ledger left = new Ledger(play, capacity);
        Ledger right = new Ledger(play, capacity);
        play.actor("select", () -> {
            long began = play.tick();
            int[] followed = {0};
            CompletableFuture<Integer> future = Select.<Integer>fair()
                    .receive(left.receiver(), message -> {
                        followed[0]++;
                        return left.received(message, began);
                    })
                    .send(right.sender(), 9, () -> {
                        followed[0]++;
                        right.sent(9, began);
                        return 9;
                    })
                    .runAsync();
            play.delay();
            boolean cancelled = future.cancel(true);
            play.afterwards(() -> {
                hold(future.isDone() && cancelled == future.isCancelled(), "cancelled or not", cancelled, future);
                hold(followed[0] == (cancelled ? 0 : 1), "followed by how many branches", followed[0], cancelled);
            });
        });
        play.actor("sender", () -> left.sendAsync(left.sender(), 1));
        play.actor("receiver", () -> right.receiveAsync(right.receiver()));
    }

    private static void asyncWithTimeout(Play play, int capacity) {
        Ledger left = new Ledger(play, capacity);
        Ledger right = new Ledger(play, capacity);
        play.actor("select", () -> {
            long began = play.tick();
            CompletableFuture<Integer> future = send(receive(select(play), left, began), right, 9, began)
                    .timeout(TIME, () -> 0)
                    .runAsync();
            play.afterwards(() -> hold(future.isDone(), "a select without an end"));
        });
        play.actor("sender", () -> left.sendAsync(left.sender(), 1));
        play.actor("receiver", () -> right.receiveAsync(right.receiver()));
    }

    private static void ends(Play play, int capacity) {
        Ledger left = new Ledger(play, capacity);
        Ledger right = new Ledger(play, capacity);
        play.actor("select", () -> {
            try {
                while (true) {
                    long began = play.tick();
                    receive(receive(select(play), left, began), right, began).run();
                }
            } catch (DisconnectedException end) {
                hold(left.receiver().isTerminated() && right.receiver().isTerminated(), "ended too early");
            }
        });
        play.actor("left sender", () -> {
            left.trySend(left.sender(), 1, 1_000_000);
            left.sender().close();
        });
        play.actor("right sender", () -> {
            right.trySend(right.sender(), 2, 1_000_000);
            right.channel.close();
        });
    }

    /** Both channels end, and nothing else happens: the last of the branches to die has to tell the select. */
    private static void endsAlone(Play play, int capacity) {
        Ledger left = new Ledger(play, capacity);
        Ledger right = new Ledger(play, capacity);
        for (int n = 0; n < 2; n++) {
            play.actor("select " + n, () -> {
                long began = play.tick();
                try {
                    receive(receive(select(play), left, began), right, began).run();
                    hold(false, "received what nobody sent");
                } catch (DisconnectedException end) {
                    hold(left.receiver().isTerminated() && right.receiver().isTerminated(), "ended too early");
                }
            });
        }
        play.actor("left closer", () -> {
            play.delay();
            left.sender().close();
        });
        play.actor("right closer", () -> {
            play.delay();
            right.channel.close();
        });
    }

    private static void watching(Play play, int capacity) {
        Ledger left = new Ledger(play, capacity);
        Ledger right = new Ledger(play, capacity);
        play.actor("receiving select", () -> {
            int last = 1;
            while (last > 0) {
                long began = play.tick();
                last = receive(select(play), left, began)
                        .disconnected(left.receiver(), () -> -1)
                        .run();
            }
            hold(left.receiver().isTerminated(), "told of an end that has not come");
        });
        play.actor("sending select", () -> {
            int last = 1;
            for (int message = 1; message < 4 && last > 0; message++) {
                long began = play.tick();
                last = send(select(play), right, message, began)
                        .disconnected(right.sender(), () -> -1)
                        .run();
                hold(last > 0 || right.sender().isDisconnected(), "told of an end that has not come");
            }
        });
        play.actor("other side", () -> {
            right.tryReceive(right.receiver(), 1_000_000);
            left.trySend(left.sender(), 10);
            right.receiver().close();
            left.sender().close();
        });
    }

    private static void sameChannelTwice(Play play, int capacity) {
        Ledger ledger = new Ledger(play, capacity);
        for (int n = 0; n < 2; n++) {
            int message = n;
            play.actor("select " + n, () -> {
                long began = play.tick();
                send(receive(select(play), ledger, began), ledger, message, began)
                        .timeout(TIME, () -> 0)
                        .run();
            });
        }
        play.actor("sender", () -> ledger.trySend(ledger.sender(), 10, 1_000_000));
    }

    /** A select is known to have ended by another branch: those that it left must hold nobody up. */
    private static void leftBranch(Play play, int capacity) {
        Ledger left = new Ledger(play, capacity);
        Ledger right = new Ledger(play, capacity);
        play.actor("sending select", () -> {
            long began = play.tick();
            try {
                send(send(select(play), left, 1, began), right, 1, began).run();
            } catch (DisconnectedException end) {
                hold(left.sender().isDisconnected() && right.sender().isDisconnected(), "ended too early");
            }
        });
        play.actor("receiving select", () -> {
            long began = play.tick();
            try {
                receive(receive(select(play), left, began), right, began).run();
            } catch (DisconnectedException end) {
                hold(left.receiver().isTerminated() && right.receiver().isTerminated(), "ended too early");
            }
        });
        play.actor("peer", () -> {
            if (right.tryReceive(right.receiver()).isReceived()) {
                left.sender().close();
                hold(left.receiver().isTerminated(), "held up by a branch that was left");
            }
            left.channel.cancel();
            right.channel.cancel();
        });
    }
}
