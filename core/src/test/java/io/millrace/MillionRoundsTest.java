package io.millrace;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.ref.Reference;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Row "memory": what came and went leaves nothing in a channel that lives long. */
class MillionRoundsTest extends ContractTest {
    /** A million of anything takes more than this, were it only one reference each. */
    private static final long SLACK_BYTES = 2_000_000;

    /** Ways of joining a line and leaving it without having received or sent. */
    private enum Round {
        FUTURE(1_000_000) {
            @Override
            void play(Channel<String> full, Channel<String> empty, Select<String> select) {
                check(empty.receiver().receiveAsync().complete("outside"));
                check(full.sender().sendAsync("m").complete(null));
            }
        },
        CANCELLED_FUTURE(100_000) {
            @Override
            void play(Channel<String> full, Channel<String> empty, Select<String> select) {
                check(empty.receiver().receiveAsync().cancel(false));
                check(full.sender().sendAsync("m").cancel(false));
            }
        },
        FUTURE_OF_MANY(1_000_000) {
            @Override
            void play(Channel<String> full, Channel<String> empty, Select<String> select) {
                check(empty.receiver().receiveManyAsync(3).complete(List.of()));
            }
        },
        WAKER(1_000_000) {
            @Override
            void play(Channel<String> full, Channel<String> empty, Select<String> select) {
                check(empty.receiver().receive(() -> {}).cancel());
                check(full.sender().send("m", () -> {}).cancel());
            }
        },
        SELECT(1_000_000) {
            @Override
            void play(Channel<String> full, Channel<String> empty, Select<String> select) {
                check(select.runAsync().complete("outside"));
            }
        },
        /** Each puts a task in the timer of the JVM, which must let go of it too. */
        SELECT_WITH_A_TIMEOUT(50_000) {
            @Override
            void play(Channel<String> full, Channel<String> empty, Select<String> select) {
                check(select(full, empty)
                        .timeout(Duration.ofHours(1), () -> "timed out")
                        .runAsync()
                        .cancel(false));
            }
        },
        TIMED_THREAD(5_000) {
            @Override
            void play(Channel<String> full, Channel<String> empty, Select<String> select) throws InterruptedException {
                check(!empty.receiver().tryReceive(Duration.ofNanos(1)).isReceived());
                check(!full.sender().trySend("m", Duration.ofNanos(1)).isSent());
            }
        },
        TIMED_SELECT(5_000) {
            @Override
            void play(Channel<String> full, Channel<String> empty, Select<String> select) throws InterruptedException {
                check(select(full, empty)
                        .timeout(Duration.ofNanos(1), () -> "timed out")
                        .run()
                        .equals("timed out"));
            }
        },
        SELECT_THAT_LOSES(50_000) {
            @Override
            void play(Channel<String> full, Channel<String> empty, Select<String> select) {
                Channel<String> winner = Channel.rendezvous();
                CompletableFuture<String> future = select(full, empty)
                        .receive(winner.receiver(), message -> message)
                        .runAsync();
                check(winner.sender().trySend("m").isSent());
                check(future.join().equals("m"));
            }
        },
        HANDLE(1_000_000) {
            @Override
            void play(Channel<String> full, Channel<String> empty, Select<String> select) {
                full.sender().downgrade().upgrade().orElseThrow().close();
                empty.receiver().duplicate().close();
            }
        },
        SUBSCRIBER(200_000) {
            @Override
            void play(Channel<String> full, Channel<String> empty, Select<String> select) {
                empty.receiver().publisher().subscribe(new Leaving());
            }
        };

        final int times;

        Round(int times) {
            this.times = times;
        }

        abstract void play(Channel<String> full, Channel<String> empty, Select<String> select)
                throws InterruptedException;

        private static Select<String> select(Channel<String> full, Channel<String> empty) {
            return Select.<String>fair()
                    .receive(empty.receiver(), message -> message)
                    .send(full.sender(), "m", () -> "sent")
                    .disconnected(empty.receiver(), () -> "terminated")
                    .disconnected(full.sender(), () -> "disconnected");
        }

        private static void check(boolean condition) {
            if (!condition) {
                throw new AssertionError("something moved");
            }
        }
    }

    /** Asks, waits in line, and leaves. */
    private static final class Leaving implements Flow.Subscriber<String> {
        @Override
        public void onSubscribe(Flow.Subscription subscription) {
            subscription.request(1);
            subscription.cancel();
        }

        @Override
        public void onNext(String message) {
            throw new AssertionError("received " + message);
        }

        @Override
        public void onError(Throwable failure) {
            throw new AssertionError(failure);
        }

        @Override
        public void onComplete() {
            throw new AssertionError("completed");
        }
    }

    private static long usedMemory() {
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }

    @ParameterizedTest
    @EnumSource(Round.class)
    void registerAndLeave_manyTimes_leavesNothing(Round round) throws InterruptedException {
        Channel<String> full = channels.create(ChannelKind.ONE);
        full.sender().trySend("there");
        Channel<String> empty = channels.create(ChannelKind.RENDEZVOUS);
        // others stand in front all the time, so that no line ever starts anew
        var firstSend = full.sender().send("first", () -> {});
        var firstReceive = empty.receiver().receive(() -> {});
        play(round, full, empty, 1_000);
        System.gc();
        ChannelStats fullBefore = full.stats();
        ChannelStats emptyBefore = empty.stats();
        long before = usedMemory();

        play(round, full, empty, round.times);

        assertThat(full.stats()).isEqualTo(fullBefore);
        assertThat(empty.stats()).isEqualTo(emptyBefore);
        Await.untilCollected("what the rounds took", () -> usedMemory() < before + SLACK_BYTES);
        assertThat(firstReceive.cancel()).isTrue();
        assertThat(firstSend.cancel()).isTrue();
    }

    private static void play(Round round, Channel<String> full, Channel<String> empty, int times)
            throws InterruptedException {
        Select<String> select = Round.select(full, empty);
        for (int i = 0; i < times; i++) {
            round.play(full, empty, select);
        }
    }

    // what selects and batches let go of

    private static void assertCollected(String what, List<? extends WeakReference<?>> references) {
        Await.untilCollected(what, () -> references.stream().allMatch(reference -> reference.refersTo(null)));
    }

    @ParameterizedTest
    @EnumSource(
            value = SelectEndTest.OutsideEnd.class,
            names = {"CANCEL", "COMPLETE", "OR_TIMEOUT"})
    void selectThatWasEnded_isReleased(SelectEndTest.OutsideEnd end) {
        Channel<Object> full = channels.create(ChannelKind.RENDEZVOUS);
        Channel<Object> empty = channels.create(ChannelKind.RENDEZVOUS);
        List<Object> held = new ArrayList<>();

        List<WeakReference<Object>> references = endASelect(full, empty, end, held);

        assertCollected("the message and the code of a select that was ended", references);
        Reference.reachabilityFence(held);
        Reference.reachabilityFence(full);
        Reference.reachabilityFence(empty);
    }

    /** Its future stays with the caller. */
    private static List<WeakReference<Object>> endASelect(
            Channel<Object> full, Channel<Object> empty, SelectEndTest.OutsideEnd end, List<Object> held) {
        Object message = new Object();
        Object used = new Object();
        CompletableFuture<String> future = Select.<String>fair()
                .send(full.sender(), message, used::toString)
                .receive(empty.receiver(), received -> used.toString())
                .runAsync();
        assertThat(end.apply(future)).isTrue();
        held.add(future.handle((result, failure) -> "ended"));
        return List.of(new WeakReference<>(message), new WeakReference<>(used), new WeakReference<>(future));
    }

    @Test
    void loserOfASelect_isReleased() {
        Channel<Object> full = channels.create(ChannelKind.RENDEZVOUS);
        Channel<Object> won = channels.create(ChannelKind.RENDEZVOUS);
        // behind another one in line
        var ahead = full.sender().send("ahead", () -> {});
        List<WeakReference<Object>> references = loseAndReceive(full, won);

        assertCollected("the message of a branch that lost, and the one that was received", references);

        assertThat(ahead.cancel()).isTrue();
        Reference.reachabilityFence(won);
    }

    private static List<WeakReference<Object>> loseAndReceive(Channel<Object> full, Channel<Object> won) {
        Object lost = new Object();
        Object received = new Object();
        CompletableFuture<Object> future = Select.<Object>fair()
                .send(full.sender(), lost, () -> "sent")
                .receive(won.receiver(), message -> message)
                .runAsync();
        assertThat(won.sender().trySend(received)).isEqualTo(SendResult.SENT);
        assertThat(future.join()).isSameAs(received);
        return List.of(new WeakReference<>(lost), new WeakReference<>(received));
    }

    @Test
    void disconnectedSelect_isReleased() {
        Channel<Object> full = channels.create(ChannelKind.RENDEZVOUS);
        List<WeakReference<Object>> references = disconnectASelect(full);

        assertCollected("the message of a select that was disconnected", references);
        Reference.reachabilityFence(full);
    }

    private static List<WeakReference<Object>> disconnectASelect(Channel<Object> full) {
        Object message = new Object();
        CompletableFuture<String> future =
                Select.<String>fair().send(full.sender(), message, () -> "sent").runAsync();
        full.cancel();
        assertThat(future).isCompletedExceptionally();
        return List.of(new WeakReference<>(message));
    }

    @Test
    void displacedByForceSend_isReleased() {
        Channel<Object> channel = channels.watch(Channel.bounded(2));
        List<WeakReference<Object>> references = displace(channel);

        assertCollected("a message that was displaced", references);
        Reference.reachabilityFence(channel);
    }

    private static List<WeakReference<Object>> displace(Channel<Object> channel) {
        List<WeakReference<Object>> references = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            Object message = new Object();
            references.add(new WeakReference<>(message));
            channel.sender().trySend(message);
        }
        for (int i = 0; i < 2; i++) {
            assertThat(channel.sender().forceSend("new"))
                    .isSameAs(references.get(i).get());
        }
        return references;
    }

    @Test
    void sendAll_thatWasInterrupted_isReleased() throws InterruptedException {
        Channel<Object> channel = channels.create(ChannelKind.ONE);
        List<WeakReference<Object>> references = interruptASendAll(channel);

        assertCollected("what sendAll did not send", references.subList(1, 4));
        assertThat(references.get(0).get()).as("what it did send").isNotNull();
        Reference.reachabilityFence(channel);
    }

    private List<WeakReference<Object>> interruptASendAll(Channel<Object> channel) throws InterruptedException {
        List<Object> messages = List.of(new Object(), new Object(), new Object(), new Object());
        Thread thread = actors.start(
                "sending all",
                () -> assertThat(channel.sender().sendAll(messages)).isEqualTo(1));
        Await.until("it waits", () -> channel.stats().waitingSenders() == 1);
        thread.interrupt();
        actors.join();
        List<WeakReference<Object>> references = new ArrayList<>();
        messages.forEach(message -> references.add(new WeakReference<>(message)));
        return references;
    }

    /** The future keeps its batch for whoever asks it; the channel does not. */
    @Test
    void receivedBatch_isReleasedWithItsFuture() {
        Channel<Object> channel = channels.watch(Channel.unbounded());
        List<WeakReference<Object>> references = receiveABatch(channel, 5);

        assertCollected("a batch that was received", references);
        Reference.reachabilityFence(channel);
    }

    private static List<WeakReference<Object>> receiveABatch(Channel<Object> channel, int count) {
        CompletableFuture<List<Object>> future = channel.receiver().receiveManyAsync(count);
        List<Object> batch = new ArrayList<>();
        List<WeakReference<Object>> references = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Object message = new Object();
            batch.add(message);
            references.add(new WeakReference<>(message));
        }
        channel.sender().trySendAll(batch);
        assertThat(future.join()).hasSize(count);
        references.add(new WeakReference<>(future));
        return references;
    }

    /** A cancelled subscriber is not held by the channel that it came to. */
    @Test
    void cancelledSubscriber_isReleased() throws InterruptedException {
        Channel<String> channel = channels.create(ChannelKind.RENDEZVOUS);
        Flow.Publisher<String> publisher = channel.receiver().publisher();
        WeakReference<Object> subscriber = leave(publisher);

        assertCollected("a subscriber that left", List.of(subscriber));
        Reference.reachabilityFence(channel);
        Reference.reachabilityFence(publisher);
    }

    private static WeakReference<Object> leave(Flow.Publisher<String> publisher) {
        Leaving leaving = new Leaving();
        publisher.subscribe(leaving);
        return new WeakReference<>(leaving);
    }

    @Test
    void timedOutSelects_leaveTheTimerEmpty() throws Exception {
        Channel<Object> empty = channels.create(ChannelKind.RENDEZVOUS);
        List<WeakReference<Object>> references = timeOutASelect(empty);

        assertCollected("a select that timed out", references);
        Reference.reachabilityFence(empty);
    }

    private static List<WeakReference<Object>> timeOutASelect(Channel<Object> empty) throws Exception {
        Object used = new Object();
        CompletableFuture<String> future = Select.<String>fair()
                .receive(empty.receiver(), message -> used.toString())
                .timeout(Duration.ofMillis(1), () -> "timed out")
                .runAsync();
        assertThat(future.get(Await.LIMIT_SECONDS, TimeUnit.SECONDS)).isEqualTo("timed out");
        return List.of(new WeakReference<>(used), new WeakReference<>(future));
    }
}
