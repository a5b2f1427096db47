package io.millrace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The publisher of a receiver: each message goes to one subscriber, and to none that did not ask for it. */
class PublisherTest extends ContractTest {
    /** Keeps what it gets; asserts that its signals are serial, within its demand, and over once they are over. */
    private class Recorder<T> implements Flow.Subscriber<T> {
        final List<T> received = Collections.synchronizedList(new ArrayList<>());
        volatile Flow.@Nullable Subscription subscription;
        volatile boolean completed;
        volatile @Nullable Throwable failure;
        private final AtomicInteger demand = new AtomicInteger();
        private final AtomicBoolean busy = new AtomicBoolean();

        @Override
        public void onSubscribe(Flow.Subscription given) {
            subscription = given;
        }

        void request(int messages) {
            demand.addAndGet(messages);
            subscription.request(messages);
        }

        void cancel() {
            subscription.cancel();
        }

        @Override
        public final void onNext(T message) {
            enter("onNext");
            if (demand.decrementAndGet() < 0) {
                actors.report(new AssertionError("more than was asked for: " + message));
            }
            received.add(message);
            busy.set(false);
            afterNext(message);
        }

        void afterNext(T message) {}

        @Override
        public void onError(Throwable cause) {
            enter("onError");
            failure = cause;
            busy.set(false);
        }

        @Override
        public void onComplete() {
            enter("onComplete");
            completed = true;
            busy.set(false);
        }

        private void enter(String signal) {
            if (!busy.compareAndSet(false, true)) {
                actors.report(new AssertionError(signal + " beside another signal"));
            }
            if (completed || failure != null) {
                actors.report(new AssertionError(signal + " after the end"));
            }
        }

        boolean hasEnded() {
            return completed || failure != null;
        }
    }

    private <T> Recorder<T> subscribe(Channel<T> channel) {
        Recorder<T> recorder = new Recorder<>();
        channel.receiver().publisher().subscribe(recorder);
        return recorder;
    }

    private static List<String> numbered(int from, int to) {
        return IntStream.range(from, to).mapToObj(i -> "m" + i).toList();
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void subscriber_withoutDemand_takesNothing(ChannelKind kind) {
        Channel<String> channel = channels.create(kind);
        Recorder<String> recorder = subscribe(channel);
        assertThat(channel.stats().waitingReceivers()).isZero();
        assertThat(channel.sender().trySend("m")).isEqualTo(kind.buffers() ? SendResult.SENT : SendResult.FULL);

        assertThat(recorder.received).isEmpty();
        recorder.request(1);
        if (!kind.buffers()) {
            assertThat(channel.sender().trySend("m")).isEqualTo(SendResult.SENT);
        }
        assertThat(recorder.received).containsExactly("m");
        assertThat(channel.stats().waitingReceivers()).as("its demand is met").isZero();
    }

    @Test
    void subscriber_getsNoMoreThanItAskedFor() {
        Channel<String> channel = channels.create(ChannelKind.THOUSAND);
        channel.sender().trySendAll(numbered(0, 10));
        Recorder<String> recorder = subscribe(channel);

        recorder.request(2);
        assertThat(recorder.received).isEqualTo(numbered(0, 2));
        recorder.request(1);
        recorder.request(3);
        assertThat(recorder.received).isEqualTo(numbered(0, 6));
        assertThat(channel.receiver().size()).isEqualTo(4);
        recorder.request(Integer.MAX_VALUE);

        assertThat(recorder.received).isEqualTo(numbered(0, 10));
        assertThat(channel.stats().waitingReceivers()).isEqualTo(1);
    }

    @Test
    void demand_beyondAllNumbers_saturates() {
        Channel<String> channel = channels.create(ChannelKind.THOUSAND);
        Recorder<String> recorder = subscribe(channel);
        recorder.request(Integer.MAX_VALUE);
        recorder.subscription.request(Long.MAX_VALUE);
        recorder.subscription.request(Long.MAX_VALUE);

        channel.sender().trySendAll(numbered(0, 20));

        assertThat(recorder.received).isEqualTo(numbered(0, 20));
        assertThat(recorder.failure).isNull();
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -1, Long.MIN_VALUE})
    void request_ofNothing_failsTheSubscription(long messages) {
        Channel<String> channel = channels.create(ChannelKind.THOUSAND);
        Recorder<String> recorder = subscribe(channel);

        recorder.subscription.request(messages);

        assertThat(recorder.failure)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(": " + messages);
        assertThat(channel.receiver().receiverCount()).isEqualTo(1);
        assertThat(channel.sender().trySend("m")).isEqualTo(SendResult.SENT);
        assertThat(recorder.received).isEmpty();
    }

    @Test
    void subscribers_shareTheLineWithOtherReceivers() {
        Channel<String> channel = channels.create(ChannelKind.RENDEZVOUS);
        Recorder<String> first = subscribe(channel);
        first.request(2);
        Operation between = receive(WaitStyle.FUTURE, channel.receiver());
        Recorder<String> second = subscribe(channel);
        second.request(1);

        for (String message : numbered(0, 4)) {
            assertThat(channel.sender().trySend(message)).isEqualTo(SendResult.SENT);
        }

        assertThat(channel.sender().trySend("m4")).isEqualTo(SendResult.FULL);
        assertReceived(between, "m1");
        assertThat(first.received).containsExactly("m0", "m3");
        assertThat(second.received).containsExactly("m2");
    }

    // the end

    @Test
    void close_completesOnceDrained_withoutDemand() {
        Channel<String> channel = channels.create(ChannelKind.THOUSAND);
        channel.sender().trySend("m");
        Recorder<String> idle = subscribe(channel);
        Recorder<String> asking = subscribe(channel);
        channel.close();
        assertThat(idle.hasEnded()).as("a message is left").isFalse();

        asking.request(1);

        assertThat(asking.received).containsExactly("m");
        assertThat(asking.completed).isTrue();
        assertThat(idle.completed).isTrue();
        assertThat(idle.received).isEmpty();
        assertThat(channel.receiver().receiverCount()).isEqualTo(1);
    }

    @Test
    void close_withDemand_completes() {
        Channel<String> channel = channels.create(ChannelKind.RENDEZVOUS);
        Recorder<String> recorder = subscribe(channel);
        recorder.request(5);

        channel.sender().close();

        assertThat(recorder.completed).isTrue();
        assertThat(channel.stats().waitingReceivers()).isZero();
    }

    @Test
    void closeOrCancel_withACause_failsWithIt() {
        Exception cause = new Exception("why");
        Channel<String> closed = channels.create(ChannelKind.ONE);
        Channel<String> cancelled = channels.create(ChannelKind.ONE);
        List<Recorder<String>> recorders =
                List.of(subscribe(closed), subscribe(closed), subscribe(cancelled), subscribe(cancelled));
        recorders.get(0).request(1);
        recorders.get(2).request(1);

        closed.close(cause);
        cancelled.cancel(cause);

        assertThat(recorders)
                .allSatisfy(recorder -> assertThat(recorder.failure).isSameAs(cause));
    }

    @Test
    void subscribe_toAnEndedChannel_completesAtOnce() {
        Channel<String> channel = channels.create(ChannelKind.ONE);
        Flow.Publisher<String> publisher = channel.receiver().publisher();
        channel.close();
        Recorder<String> recorder = new Recorder<>();

        publisher.subscribe(recorder);

        assertThat(recorder.subscription).isNotNull();
        assertThat(recorder.completed).isTrue();
    }

    @Test
    void subscribe_afterTheReceiverClosed_fails() {
        Channel<String> channel = channels.create(ChannelKind.ONE);
        Receiver<String> receiver = channel.receiver().duplicate();
        Flow.Publisher<String> publisher = receiver.publisher();
        receiver.close();
        Recorder<String> recorder = new Recorder<>();

        publisher.subscribe(recorder);

        assertThat(recorder.failure).isInstanceOf(IllegalStateException.class);
        recorder.subscription.request(1);
        recorder.subscription.cancel();
        assertThatThrownBy(() -> publisher.subscribe(null)).isInstanceOf(NullPointerException.class);
    }

    /** Each subscription has a handle of its own: the receiver may close, and the side stays connected. */
    @Test
    void subscription_hasAHandleOfItsOwn() {
        Channel<String> channel = channels.create(ChannelKind.ONE);
        Recorder<String> recorder = subscribe(channel);
        assertThat(channel.receiver().receiverCount()).isEqualTo(2);
        channel.receiver().close();
        recorder.request(1);

        assertThat(channel.sender().trySend("m")).isEqualTo(SendResult.SENT);
        assertThat(recorder.received).containsExactly("m");
        recorder.cancel();

        assertThat(channel.sender().isDisconnected()).isTrue();
        assertThat(recorder.hasEnded()).isFalse();
    }

    @Test
    void cancel_inLine_leavesTheMessageToOthers() {
        Channel<String> channel = channels.create(ChannelKind.RENDEZVOUS);
        Recorder<String> recorder = subscribe(channel);
        recorder.request(3);
        Operation behind = receive(WaitStyle.FUTURE, channel.receiver());

        recorder.cancel();
        recorder.cancel();
        recorder.request(1);

        assertThat(channel.sender().trySend("m")).isEqualTo(SendResult.SENT);
        assertReceived(behind, "m");
        assertThat(recorder.received).isEmpty();
        assertThat(channel.receiver().receiverCount()).isEqualTo(1);
    }

    /** Within onNext it is still in time: the messages behind go to others. */
    @Test
    void cancel_inOnNext_endsThere() {
        Channel<String> channel = channels.create(ChannelKind.THOUSAND);
        channel.sender().trySendAll(numbered(0, 5));
        Recorder<String> recorder = new Recorder<>() {
            @Override
            void afterNext(String message) {
                if (message.equals("m1")) {
                    cancel();
                }
            }
        };
        channel.receiver().publisher().subscribe(recorder);

        recorder.request(5);

        assertThat(recorder.received).isEqualTo(numbered(0, 2));
        assertThat(takeAll(channel.receiver())).isEqualTo(numbered(2, 5));
    }

    /** The waker ahead runs when the subscriber has been given its message, but has not been told yet. */
    @Test
    void cancel_betweenTheHandOverAndTheSignal_putsTheMessageBack() {
        Channel<String> channel = channels.create(ChannelKind.TWO);
        Recorder<String> recorder = new Recorder<>();
        channel.receiver().receive(recorder::cancel);
        channel.receiver().publisher().subscribe(recorder);
        recorder.request(1);

        assertThat(channel.sender().trySendAll(List.of("x", "y", "z"))).isEqualTo(3);

        assertThat(recorder.received).isEmpty();
        assertThat(takeAll(channel.receiver())).containsExactly("y", "z");
    }

    /** Cancelled or not: the message was delivered or is still there. */
    @Test
    void cancel_racesWithAMessage_losesNothing() throws Exception {
        Channel<String> channel = channels.create(ChannelKind.THOUSAND);
        Duel.repeat(actors, duel -> {
            Recorder<String> recorder = subscribe(channel);
            recorder.request(1);
            duel.meet(() -> assertThat(channel.sender().trySend("m")).isEqualTo(SendResult.SENT), recorder::cancel);
            Await.until("the subscription ended", () -> channel.receiver().receiverCount() == 1);
            assertThat(recorder.received.size() + channel.receiver().drain().size())
                    .isEqualTo(1);
        });
        assertThat(channels.undelivered).isEmpty();
    }

    @Test
    void request_inOnNext_doesNotRecurse() {
        Channel<Integer> channel = channels.watch(Channel.<Integer>unbounded());
        int count = 100_000;
        for (int i = 0; i < count; i++) {
            channel.sender().trySend(i);
        }
        channel.close();
        Recorder<Integer> recorder = new Recorder<>() {
            @Override
            void afterNext(Integer message) {
                request(1);
            }
        };
        channel.receiver().publisher().subscribe(recorder);

        recorder.request(1);

        assertThat(recorder.received).hasSize(count);
        assertThat(recorder.completed).isTrue();
    }

    /** No signal before onSubscribe has returned, though it asks for messages that are there. */
    @Test
    void request_inOnSubscribe_isServedAfterIt() {
        Channel<String> channel = channels.create(ChannelKind.THOUSAND);
        channel.sender().trySendAll(numbered(0, 2));
        channel.close();
        List<Integer> whenSubscribed = new ArrayList<>();
        Recorder<String> recorder = new Recorder<>() {
            @Override
            public void onSubscribe(Flow.Subscription given) {
                super.onSubscribe(given);
                request(2);
                whenSubscribed.add(received.size());
            }
        };

        channel.receiver().publisher().subscribe(recorder);

        assertThat(whenSubscribed).containsExactly(0);
        assertThat(recorder.received).isEqualTo(numbered(0, 2));
        assertThat(recorder.completed).isTrue();
    }

    @Test
    void signals_runWithoutALock() {
        Channel<String> channel = channels.create(ChannelKind.RENDEZVOUS);
        Recorder<String> recorder = new Recorder<>() {
            @Override
            void afterNext(String message) {
                useFromAnotherThread(channel);
            }

            @Override
            public void onComplete() {
                super.onComplete();
                useFromAnotherThread(channel);
            }
        };
        channel.receiver().publisher().subscribe(recorder);
        recorder.request(1);

        channel.sender().trySend("m");
        channel.close();

        assertThat(recorder.completed).isTrue();
    }

    // subscribers that break the rules

    @Test
    void onNext_thatThrows_endsItsSubscriptionOnly() {
        Channel<String> channel = channels.create(ChannelKind.THOUSAND);
        List<Throwable> uncaught = new ArrayList<>();
        IllegalStateException thrown = new IllegalStateException("in onNext");
        Recorder<String> wrong = new Recorder<>() {
            @Override
            void afterNext(String message) {
                throw thrown;
            }
        };
        channel.receiver().publisher().subscribe(wrong);
        wrong.request(5);
        Recorder<String> right = subscribe(channel);
        right.request(5);

        actors.start("sending", () -> {
            Thread.currentThread().setUncaughtExceptionHandler((thread, failure) -> uncaught.add(failure));
            assertThat(channel.sender().trySendAll(numbered(0, 3))).isEqualTo(3);
        });
        actors.join();

        assertThat(uncaught).containsExactly(thrown);
        assertThat(wrong.received).hasSize(1);
        assertThat(right.received).hasSize(2);
        assertThat(channel.receiver().receiverCount()).isEqualTo(2);
    }

    @Test
    void onSubscribe_thatThrows_leavesNoHandle() {
        Channel<String> channel = channels.create(ChannelKind.ONE);
        Recorder<String> wrong = new Recorder<>() {
            @Override
            public void onSubscribe(Flow.Subscription given) {
                throw new IllegalStateException("in onSubscribe");
            }
        };

        assertThatThrownBy(() -> channel.receiver().publisher().subscribe(wrong))
                .hasMessage("in onSubscribe");

        assertThat(channel.receiver().receiverCount()).isEqualTo(1);
        channel.receiver().close();
        assertThat(channel.sender().isDisconnected()).isTrue();
    }

    // many

    /** Subscribers with little demand, on several channels each: every message goes to one, in order, within demand. */
    @Test
    void manySubscribers_onSeveralChannels_shareTheMessages() {
        int messages = 3_000;
        List<Channel<Integer>> all = List.of(
                channels.watch(Channel.<Integer>rendezvous()),
                channels.watch(Channel.<Integer>bounded(2)),
                channels.watch(Channel.<Integer>unbounded()));
        List<List<Recorder<Integer>>> recorders = new ArrayList<>();
        for (Channel<Integer> channel : all) {
            List<Recorder<Integer>> own = new ArrayList<>();
            recorders.add(own);
            for (int i = 0; i < 7; i++) {
                int step = 1 + i % 3;
                Recorder<Integer> recorder = new Recorder<>() {
                    private int seen;

                    @Override
                    void afterNext(Integer message) {
                        if (++seen % step == 0) {
                            request(step);
                        }
                    }
                };
                channel.receiver().publisher().subscribe(recorder);
                recorder.request(step);
                own.add(recorder);
            }
            for (int sender = 0; sender < 2; sender++) {
                int first = sender * messages;
                Sender<Integer> handle = channel.sender().duplicate();
                actors.start("sender " + sender, () -> {
                    for (int i = first; i < first + messages; i++) {
                        handle.send(i);
                    }
                    handle.close();
                });
            }
            channel.sender().close();
        }
        actors.join();

        for (List<Recorder<Integer>> own : recorders) {
            Await.until("all are complete", () -> own.stream().allMatch(recorder -> recorder.completed));
            Set<Integer> seen = ConcurrentHashMap.newKeySet();
            for (Recorder<Integer> recorder : own) {
                int[] last = {-1, -1};
                for (int message : recorder.received) {
                    assertThat(seen.add(message))
                            .as("received twice: %s", message)
                            .isTrue();
                    assertThat(message).as("in the order of its sender").isGreaterThan(last[message / messages]);
                    last[message / messages] = message;
                }
            }
            assertThat(seen).hasSize(2 * messages);
        }
    }

    /** The one that asks for nothing keeps nothing from the others. */
    @Test
    void idleSubscribers_takeNothingFromTheOthers() {
        Channel<String> channel = channels.create(ChannelKind.TWO);
        List<Recorder<String>> idle = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            idle.add(subscribe(channel));
        }
        Recorder<String> asking = subscribe(channel);
        asking.request(1_000);

        actors.start("sending", () -> channel.sender().sendAll(numbered(0, 1_000)));
        actors.join();

        assertThat(asking.received).isEqualTo(numbered(0, 1_000));
        assertThat(idle).allMatch(recorder -> recorder.received.isEmpty() && !recorder.hasEnded());
    }
}
