package io.millrace.verification.schedules.scenarios;

import static io.millrace.verification.schedules.scenarios.Ledger.hold;

import io.millrace.spi.PendingReceive;
import io.millrace.spi.PendingSend;
import io.millrace.verification.schedules.Play;
import io.millrace.verification.schedules.Scenario;
import io.millrace.verification.schedules.scenarios.Ledger.Wakes;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** Futures and wakers: ended by a peer, or by their owner at the same time. */
public final class Futures implements Supplier<List<Scenario>> {
    @Override
    public List<Scenario> get() {
        return new Scenarios()
                .add("receiveAsync cancelled", Kind.values(), Futures::cancelledReceive)
                .add("sendAsync cancelled", Kind.BOUNDED, Futures::cancelledSend)
                .add("receiveAsync completed in four ways", Kind.values(), Futures::completedReceive)
                .add("receiveAsync and sendAsync with orTimeout", Kind.BOUNDED, Futures::timeouts)
                .add("receiveManyAsync cancelled", Kind.values(), Futures::cancelledReceiveMany)
                .add("wakers that cancel", Kind.BOUNDED, Futures::cancelledTickets)
                .add("putBack", Kind.values(), Futures::putBack)
                .add("putBack against the end", Kind.values(), Futures::putBackAtTheEnd)
                .add("futures that answer each other", Kind.BOUNDED, Futures::pingPong)
                .list();
    }

    private static void cancel(CompletableFuture<?> future) {
        hold(future.cancel(true) == future.isCancelled(), "cancel told otherwise");
        hold(future.isDone(), "not done after a cancel");
    }

    private static void cancelledReceive(Play play, int capacity) {
        Ledger ledger = new Ledger(play, capacity);
        play.actor("future receiver", () -> {
            CompletableFuture<Integer> future = ledger.receiveAsync(ledger.receiver());
            play.delay();
            cancel(future);
        });
        play.actor("receiver", () -> ledger.receiveAll(ledger.receiver()));
        play.actor("sender", () -> {
            ledger.send(ledger.sender(), 1);
            ledger.send(ledger.sender(), 2);
            ledger.sender().close();
        });
    }

    private static void cancelledSend(Play play, int capacity) {
        Ledger ledger = new Ledger(play, capacity).observed();
        for (int n = 0; n < 2; n++) {
            int first = 10 * n;
            play.actor("future sender " + n, () -> {
                ledger.sendAsync(ledger.sender(), first);
                CompletableFuture<Void> future = ledger.sendAsync(ledger.sender(), first + 1);
                play.delay();
                cancel(future);
            });
        }
        play.actor("receiver", () -> {
            ledger.receive(ledger.receiver());
            ledger.receive(ledger.receiver());
        });
    }

    private static void completedReceive(Play play, int capacity) {
        Ledger ledger = new Ledger(play, capacity);
        for (int n = 0; n < 2; n++) {
            int way = 2 * n;
            play.actor("future receiver " + n, () -> {
                CompletableFuture<Integer> future = ledger.receiveAsync(ledger.receiver());
                play.delay();
                switch (way + play.random(2)) {
                    case 0 -> future.complete(Ledger.BY_HAND);
                    case 1 -> future.completeExceptionally(new IllegalStateException("by hand"));
                    case 2 -> future.cancel(false);
                    default -> future.completeAsync(() -> Ledger.BY_HAND);
                }
            });
        }
        play.actor("sender", () -> {
            ledger.sendAsync(ledger.sender(), 1);
            ledger.trySend(ledger.sender(), 2);
        });
    }

    private static void timeouts(Play play, int capacity) {
        Ledger ledger = new Ledger(play, capacity).observed();
        for (int n = 0; n < 2; n++) {
            int first = 10 * n;
            play.actor("sender " + n, () -> {
                ledger.sendAsync(ledger.sender(), first).orTimeout(1, TimeUnit.MILLISECONDS);
                ledger.sendAsync(ledger.sender(), first + 1).orTimeout(2, TimeUnit.MILLISECONDS);
            });
            play.actor("receiver " + n, () -> {
                play.delay();
                ledger.receiveAsync(ledger.receiver()).orTimeout(1, TimeUnit.MILLISECONDS);
            });
        }
    }

    private static void cancelledReceiveMany(Play play, int capacity) {
        Ledger ledger = new Ledger(play, capacity);
        play.actor("future receiver", () -> {
            CompletableFuture<List<Integer>> future = ledger.receiveManyAsync(ledger.receiver(), 2);
            play.delay();
            cancel(future);
        });
        play.actor("receiver", () -> ledger.receiveAll(ledger.receiver()));
        play.actor("sender", () -> {
            ledger.send(ledger.sender(), 1);
            ledger.sendAll(ledger.sender(), List.of(2, 3));
            ledger.sender().close();
        });
    }

    private static void cancelledTickets(Play play, int capacity) {
        Ledger ledger = new Ledger(play, capacity).observed();
        for (int n = 0; n < 2; n++) {
            int first = 10 * n;
            play.actor("sender " + n, () -> {
                ledger.send(ledger.sender(), first, new Wakes());
                Wakes wakes = new Wakes();
                PendingSend<Integer> pending = ledger.send(ledger.sender(), first + 1, wakes);
                play.delay();
                wakes.cancelled = pending.cancel();
            });
            play.actor("receiver " + n, () -> {
                Wakes wakes = new Wakes();
                PendingReceive<Integer> pending = ledger.receive(ledger.receiver(), wakes);
                play.delay();
                wakes.cancelled = pending.cancel();
            });
        }
    }

    private static void putBack(Play play, int capacity) {
        Ledger ledger = new Ledger(play, capacity).unordered().observed();
        play.actor("returner", () -> {
            Wakes wakes = new Wakes();
            PendingReceive<Integer> pending = ledger.receive(ledger.receiver(), wakes);
            play.delay();
            wakes.cancelled = pending.cancel();
            if (!wakes.cancelled) {
                pending.putBack();
                wakes.putBack = true;
            }
        });
        play.actor("receiver", () -> {
            ledger.receive(ledger.receiver());
            ledger.receive(ledger.receiver());
        });
        play.actor("sender", () -> {
            ledger.send(ledger.sender(), 1);
            ledger.send(ledger.sender(), 2);
        });
    }

    private static void putBackAtTheEnd(Play play, int capacity) {
        Ledger ledger = new Ledger(play, capacity).unordered();
        play.actor("returner", () -> {
            Wakes wakes = new Wakes();
            PendingReceive<Integer> pending = ledger.receive(ledger.receiver(), wakes);
            play.delay();
            wakes.cancelled = pending.cancel();
            if (!wakes.cancelled && pending.result().isReceived()) {
                pending.putBack();
                wakes.putBack = true;
            }
        });
        play.actor("receiver", () -> ledger.receiveAll(ledger.receiver()));
        play.actor("sender", () -> {
            ledger.sendIfConnected(ledger.sender(), 1);
            ledger.trySend(ledger.sender(), 2);
            ledger.sender().close();
        });
    }

    private static void pingPong(Play play, int capacity) {
        Ledger there = new Ledger(play, capacity);
        Ledger back = new Ledger(play, capacity);
        play.actor("asker", () -> {
            for (int message = 1; message < 4; message++) {
                there.send(there.sender(), message);
                hold(back.receive(back.receiver()) == message, "another answer");
            }
        });
        play.actor("answerer", () -> answer(there, back, 3));
        play.actor("bystander", () -> {
            there.receiver().isTerminated();
            play.delay();
            hold(back.channel.stats().size() <= Math.max(capacity, 0), "more than the capacity");
        });
    }

    private static void answer(Ledger there, Ledger back, int left) {
        if (left > 0) {
            there.receiveAsync(there.receiver()).thenAccept(message -> {
                back.sendAsync(back.sender(), message);
                answer(there, back, left - 1);
            });
        }
    }
}
