package io.millrace.vertx;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.ChannelStats;
import io.millrace.DisconnectedException;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import java.util.function.Supplier;
import org.awaitility.core.ConditionFactory;

/**
 * Every message of one channel in a soak, and what became of it. What must not be is noted when it happens: a message
 * that is handled twice, or handled although its sender was told that it was not sent.
 *
 * <p>A listener never runs whose context is gone; the futures that nobody has heard of are looked at in the end.
 */
final class Ledger {
    /** What can become of a message. */
    enum Fact {
        ACCEPTED,
        REFUSED,
        HANDLED;

        private int bit() {
            return 1 << ordinal();
        }
    }

    /** One message. */
    static final class Message {
        private final AtomicInteger facts = new AtomicInteger();
    }

    private record Sending(Message message, Future<?> future) {}

    private record Receiving(Future<?> future) {}

    private final LongAdder made = new LongAdder();
    private final LongAdder[] counts = {new LongAdder(), new LongAdder(), new LongAdder()};
    private final Set<Sending> sendings = ConcurrentHashMap.newKeySet();
    private final Set<Receiving> receivings = ConcurrentHashMap.newKeySet();
    private final Queue<String> wrong = new ConcurrentLinkedQueue<>();

    Message message() {
        made.increment();
        return new Message();
    }

    /** Notes what became of a message. */
    void note(Message message, Fact fact) {
        int before = message.facts.getAndUpdate(facts -> facts | fact.bit());
        boolean refused = fact == Fact.REFUSED || (before & Fact.REFUSED.bit()) != 0;
        if ((before & fact.bit()) != 0 || (refused && before != 0)) {
            wrong("a message became " + fact + " that was " + before + " before (bits as in Fact)");
        }
        counts[fact.ordinal()].increment();
    }

    void handled(Message message) {
        note(message, Fact.HANDLED);
    }

    void wrong(String what) {
        wrong.add(what);
    }

    long handled() {
        return counts[Fact.HANDLED.ordinal()].sum();
    }

    /** Sends a message by a call that refuses closed handles at once. */
    Future<Void> sending(Function<Message, Future<Void>> call) {
        Message message = message();
        Future<Void> future;
        try {
            future = call.apply(message);
        } catch (IllegalStateException closed) {
            note(message, Fact.REFUSED);
            return Future.failedFuture(closed);
        }
        Sending sending = new Sending(message, future);
        sendings.add(sending);
        return future.onComplete(done -> resolve(sending));
    }

    private void resolve(Sending sending) {
        if (sendings.remove(sending)) {
            note(sending.message, sending.future.succeeded() ? Fact.ACCEPTED : Fact.REFUSED);
            checkFailure(sending.future.cause());
        }
    }

    /** Hands what a future brings to the ledger. */
    Future<Message> receiving(Future<Message> future) {
        return receiving(future, List::of);
    }

    /** Hands the messages that a future brings to the ledger. */
    <R> Future<R> receiving(Future<R> future, Function<R, List<Message>> messages) {
        Receiving receiving = new Receiving(future);
        receivings.add(receiving);
        return future.onComplete(done -> {
            receivings.remove(receiving);
            if (done.succeeded()) {
                messages.apply(done.result()).forEach(this::handled);
            }
            checkFailure(done.cause());
        });
    }

    /** Resolves the sends that have ended but whose listeners never run. */
    private void resolveUnheard() {
        sendings.forEach(sending -> {
            if (sending.future.isComplete()) {
                resolve(sending);
            }
        });
    }

    private void checkFailure(Throwable failure) {
        if (failure != null
                && !(failure instanceof TimeoutException)
                && !(failure instanceof CancellationException)
                && !(failure instanceof DisconnectedException)) {
            wrong("a future failed with " + failure);
        }
    }

    /** A wait that looks often: a soak has thousands of them. */
    static ConditionFactory soon(String name) {
        return await(name)
                .atMost(10, SECONDS)
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(1))
                .pollInSameThread();
    }

    /** Waits until every future has ended; a message that came for a future that nobody can hear of any more is lost. */
    void awaitFutures(String name) {
        soon(name + ": futures that never end").untilAsserted(() -> {
            assertThat(sendings).allMatch(sending -> sending.future.isComplete());
            assertThat(receivings).allMatch(receiving -> receiving.future.isComplete());
        });
        resolveUnheard();
        receivings.forEach(receiving -> {
            if (receivings.remove(receiving) && receiving.future.succeeded()) {
                wrong("a message came for a context that runs no more");
            }
        });
    }

    /**
     * Asserts that every accepted message was handled once, or is in the channel, or was told undelivered; soon, as a
     * thread may stand between a call and its note, be it that of a context that runs no more.
     */
    void assertConserved(String name, Supplier<ChannelStats> current) {
        assertThat(wrong).as(name).isEmpty();
        soon(name).untilAsserted(() -> {
            resolveUnheard();
            ChannelStats stats = current.get();
            long accepted = counts[Fact.ACCEPTED.ordinal()].sum();
            assertThat(accepted + counts[Fact.REFUSED.ordinal()].sum())
                    .as("%s: accepted and refused of all that were made, %s never ended", name, sendings)
                    .isEqualTo(made.sum());
            assertThat(stats.sent()).as("%s: sent, %s", name, stats).isEqualTo(accepted);
            assertThat(stats.received()).as("%s: received, %s", name, stats).isEqualTo(handled());
            assertThat(handled() + stats.undelivered() + stats.size())
                    .as("%s: handled, undelivered or buffered of those accepted, %s", name, stats)
                    .isEqualTo(accepted);
        });
        assertThat(wrong).as(name).isEmpty();
    }

    @Override
    public String toString() {
        return made + " messages, " + counts[0] + " accepted, " + counts[1] + " refused, " + counts[2] + " handled";
    }
}
