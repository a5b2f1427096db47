package io.millrace.verification.schedules.scenarios;

import static io.millrace.verification.schedules.scenarios.Ledger.hold;

import io.millrace.Sender;
import io.millrace.verification.schedules.Play;
import io.millrace.verification.schedules.Scenario;
import java.util.List;
import java.util.concurrent.Flow;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Publishers and iterators. */
public final class Streams implements Supplier<List<Scenario>> {
    @Override
    public List<Scenario> get() {
        return new Scenarios()
                .add("two subscribers, one cancels", Kind.values(), Streams::publisher)
                .add("a subscriber that asks from another thread", Kind.values(), Streams::lateDemand)
                .add("iterators", Kind.BOUNDED, Streams::iterators)
                .list();
    }

    /** Asks for one message after the other, and checks that the signals come one at a time. */
    private static final class Subscriber implements Flow.Subscriber<Integer> {
        private final Play play;
        private final Ledger ledger;
        private final int demand;
        Flow.@Nullable Subscription subscription;
        boolean cancelled;
        int ends;
        private boolean inside;

        Subscriber(Play play, Ledger ledger, int demand) {
            this.play = play;
            this.ledger = ledger;
            this.demand = demand;
        }

        @Override
        public void onSubscribe(Flow.Subscription begun) {
            subscription = begun;
            if (demand > 0) {
                begun.request(demand);
            }
        }

        @Override
        public void onNext(Integer message) {
            hold(!inside, "two signals at once");
            hold(ends == 0, "a message after the end");
            inside = true;
            ledger.received(message, play.tick());
            if (demand > 0 && subscription != null) {
                subscription.request(demand);
            }
            inside = false;
        }

        @Override
        public void onError(Throwable failure) {
            throw new AssertionError(failure);
        }

        @Override
        public void onComplete() {
            hold(!inside, "two signals at once");
            ends++;
        }

        void checkEnd() {
            hold(ends == 1 || (cancelled && ends == 0), "how many ends", ends);
        }

        void cancel() {
            if (subscription != null) {
                cancelled = true;
                subscription.cancel();
            }
        }
    }

    private static void publisher(Play play, int capacity) {
        Ledger ledger = new Ledger(play, capacity).unordered();
        Subscriber first = play.hold(new Subscriber(play, ledger, 1));
        Subscriber second = play.hold(new Subscriber(play, ledger, 1));
        ledger.receiver().publisher().subscribe(first);
        ledger.receiver().publisher().subscribe(second);
        play.actor("sender", () -> {
            ledger.send(ledger.sender(), 1);
            ledger.send(ledger.sender(), 2);
            ledger.sender().close();
        });
        Sender<Integer> other = ledger.newSender();
        play.actor("other sender", () -> {
            ledger.trySend(other, 10);
            other.close();
        });
        play.actor("canceller", () -> {
            play.delay();
            first.cancel();
        });
        play.afterwards(first::checkEnd);
        play.afterwards(second::checkEnd);
    }

    private static void lateDemand(Play play, int capacity) {
        Ledger ledger = new Ledger(play, capacity).unordered();
        Subscriber subscriber = play.hold(new Subscriber(play, ledger, 0));
        ledger.receiver().publisher().subscribe(subscriber);
        for (int n = 0; n < 2; n++) {
            play.actor("asker " + n, () -> {
                for (int i = 0; i < 2; i++) {
                    play.delay();
                    if (subscriber.subscription != null) {
                        subscriber.subscription.request(1);
                    }
                }
            });
        }
        play.actor("sender", () -> {
            for (int message = 1; message < 5; message++) {
                ledger.send(ledger.sender(), message);
            }
            ledger.sender().close();
        });
        play.afterwards(subscriber::checkEnd);
    }

    private static void iterators(Play play, int capacity) {
        Ledger ledger = new Ledger(play, capacity);
        play.actor("iterator", () -> {
            long began = play.tick();
            for (Integer message : ledger.receiver()) {
                ledger.received(message, began);
                began = play.tick();
            }
        });
        play.actor("stream", () -> {
            long began = play.tick();
            ledger.receiver().stream().forEach(message -> ledger.received(message, began));
        });
        for (int n = 0; n < 2; n++) {
            int first = 10 * n;
            play.actor("sender " + n, () -> {
                ledger.sendIfConnected(ledger.sender(), first);
                ledger.sendIfConnected(ledger.sender(), first + 1);
                play.delay();
                ledger.channel.close();
            });
        }
    }
}
