package io.millrace;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.spi.Pending;
import io.millrace.spi.PendingReceive;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What flume, whose shape this channel has, does wrong: each scenario once, with the outcome that it must have. */
class FlumeDefectsTest extends ContractTest {
    private Channel<String> bounded(int capacity) {
        return channels.watch(Channel.<String>builder()
                .capacity(capacity)
                .onUndelivered(channels.undelivered::add)
                .build());
    }

    /** Defect 1: the signal of a receive that is cancelled after it was given one is lost, and a thread hangs. */
    @Test
    void asyncReceive_cancelledAfterItWasSignalled_passesNothingByTheThread() throws Exception {
        for (int capacity = 0; capacity < 2; capacity++) {
            Channel<String> channel = bounded(capacity);
            Duel.repeat(actors, duel -> {
                CompletableFuture<String> future = channel.receiver().receiveAsync();
                Operation thread = receive(WaitStyle.THREAD, channel.receiver());
                duel.meet(() -> channel.sender().trySend("m"), () -> future.cancel(false));
                if (future.isCancelled()) {
                    assertReceived(thread, "m");
                } else {
                    assertThat(future.join()).isEqualTo("m");
                    assertThat(thread.isDone()).isFalse();
                    assertThat(channel.sender().trySend("n")).isEqualTo(SendResult.SENT);
                    assertReceived(thread, "n");
                }
            });
        }
    }

    /** Defect 1, second half: not even the end of all senders releases the thread. */
    @Test
    void asyncReceive_cancelledAfterItWasSignalled_leavesTheEndOfTheSendersToTheThread() {
        Channel<String> channel = bounded(1);
        CompletableFuture<String> future = channel.receiver().receiveAsync();
        Operation thread = receive(WaitStyle.THREAD, channel.receiver());
        channel.sender().trySend("m");
        future.cancel(false);

        channel.sender().close();

        assertThat(future).isCompletedWithValue("m");
        assertDisconnected(thread);
    }

    /** Defect 2: a select and a blocking receive share a receiver; the select swallows the thread's wake-up. */
    @Test
    void selectAndBlockingReceive_onOneReceiver_bothEnd() {
        Channel<String> shared = bounded(1);
        Channel<String> other = bounded(1);
        int rounds = 2_000;
        AtomicInteger byThread = new AtomicInteger();
        AtomicInteger bySelect = new AtomicInteger();
        actors.start("receiving", () -> shared.receiver().forEach(message -> byThread.incrementAndGet()));
        actors.start("selecting", () -> {
            Select<Boolean> select = Select.<Boolean>fair()
                    .receive(shared.receiver(), message -> true)
                    .receive(other.receiver(), message -> true)
                    .disconnected(other.receiver(), () -> false);
            while (select.run()) {
                bySelect.incrementAndGet();
            }
        });
        actors.start("sending", () -> {
            for (int i = 0; i < rounds; i++) {
                shared.sender().send("m");
                other.sender().send("m");
            }
            shared.close();
            other.close();
        });

        actors.join();

        long left = shared.receiver().drain().size();
        assertThat(byThread.get() + bySelect.get() + left).isEqualTo(2 * rounds);
    }

    /** Defect 3: a select over two sends, with receivers on both, sends both. */
    @Test
    void selectOverTwoSends_withReceiversOnBoth_sendsExactlyOne() throws Exception {
        Channel<String> a = bounded(0);
        Channel<String> b = bounded(0);
        Select<String> select =
                Select.<String>fair().send(a.sender(), "a", () -> "a").send(b.sender(), "b", () -> "b");
        List<Pending> waiting = new ArrayList<>();
        Duel.repeat(actors, duel -> {
            List<PendingReceive<String>> receives = new ArrayList<>();
            CompletableFuture<String> sent = select.runAsync();
            duel.meet(
                    () -> receives.add(a.receiver().receive(() -> {})),
                    () -> waiting.add(b.receiver().receive(() -> {})));
            Await.until("the select ended", sent::isDone);
            Pending onA = receives.get(0);
            Pending onB = waiting.remove(0);
            assertThat(onA.isDone()).isEqualTo(sent.join().equals("a"));
            assertThat(onB.isDone()).isEqualTo(sent.join().equals("b"));
            assertThat((onA.isDone() ? onB : onA).cancel()).isTrue();
        });
        assertThat(a.stats().sent() + b.stats().sent())
                .isEqualTo(a.stats().received() + b.stats().received());
    }

    /** Defect 4: {@code drain} leaves the waiting senders stuck, and later sends overtake them. */
    @Test
    void drain_ofAFullChannelWithSendersWaiting_releasesThemInOrder() {
        for (WaitStyle style : styles()) {
            Channel<String> channel = bounded(2);
            channel.sender().trySendAll(List.of("m0", "m1"));
            List<Operation> waiting = new ArrayList<>();
            for (int i = 2; i < 6; i++) {
                waiting.add(send(style, channel.sender(), "m" + i));
            }

            List<String> drained = channel.receiver().drain();
            assertThat(channel.sender().trySend("later")).isEqualTo(SendResult.SENT);
            drained.addAll(channel.receiver().drain());

            assertThat(drained).containsExactly("m0", "m1", "m2", "m3", "m4", "m5", "later");
            waiting.forEach(ContractTest::assertSent);
        }
    }

    /** Defect 5: with an async receiver a rendezvous is a one-place buffer, whose message a cancel orphans. */
    @Test
    void rendezvous_withAWaitingAsyncReceiver_buffersNothing() {
        Channel<String> channel = bounded(0);
        CompletableFuture<String> future = channel.receiver().receiveAsync();
        assertThat(channel.sender().trySend("m")).isEqualTo(SendResult.SENT);
        assertThat(channel.sender().size()).isZero();
        assertThat(future.cancel(false)).isFalse();
        assertThat(future).isCompletedWithValue("m");

        CompletableFuture<String> cancelled = channel.receiver().receiveAsync();
        assertThat(cancelled.cancel(false)).isTrue();

        assertThat(channel.sender().trySend("n")).isEqualTo(SendResult.FULL);
        assertThat(channel.sender().size()).isZero();
        assertThat(channel.stats().sent()).isEqualTo(1);
    }

    /** Defect 6: what is buffered when the last receiver leaves lives until the last sender goes. */
    @Test
    void lastReceiver_thatLeaves_releasesWhatIsBuffered() {
        Channel<String> channel = bounded(3);
        channel.sender().trySendAll(List.of("m0", "m1", "m2"));

        channel.receiver().close();

        assertThat(channel.sender().isClosed()).isFalse();
        assertThat(channels.undelivered).containsExactly("m0", "m1", "m2");
        assertThat(channel.sender().size()).isZero();
        assertThat(channel.stats().undelivered()).isEqualTo(3);
    }

    /** Defect 7: one send wakes all of fifty idle streams. */
    @Test
    void oneSend_withFiftyIdleReceivers_wakesOne() {
        Channel<String> channel = bounded(1);
        AtomicInteger wakes = new AtomicInteger();
        List<Pending> idle = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            idle.add(channel.receiver().receive(wakes::incrementAndGet));
        }

        assertThat(channel.sender().trySend("m")).isEqualTo(SendResult.SENT);

        assertThat(wakes).hasValue(1);
        assertThat(idle.stream().filter(Pending::isDone)).hasSize(1);
        assertThat(channel.stats().waitingReceivers()).isEqualTo(49);
    }

    /** Defect 7 for subscribers, the streams that this channel has. */
    @Test
    void oneSend_withFiftyIdleSubscribers_reachesOne() {
        Channel<String> channel = bounded(1);
        AtomicInteger reached = new AtomicInteger();
        List<Flow.Subscription> subscriptions = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            channel.receiver().publisher().subscribe(new Flow.Subscriber<String>() {
                @Override
                public void onSubscribe(Flow.Subscription subscription) {
                    subscriptions.add(subscription);
                    subscription.request(Long.MAX_VALUE);
                }

                @Override
                public void onNext(String message) {
                    reached.incrementAndGet();
                }

                @Override
                public void onError(Throwable failure) {
                    actors.report(failure);
                }

                @Override
                public void onComplete() {}
            });
        }

        assertThat(channel.sender().trySend("m")).isEqualTo(SendResult.SENT);

        assertThat(reached).hasValue(1);
        subscriptions.forEach(Flow.Subscription::cancel);
        assertThat(channel.stats().waitingReceivers()).isZero();
    }

    /** Defect 8: between its signal and its turn a woken async receiver is robbed, and goes to the back of the line. */
    @Test
    void messageOfAWokenReceiver_cannotBeStolen() {
        Channel<String> channel = bounded(1);
        List<@Nullable String> stolen = new ArrayList<>();
        // what a thief finds at the very moment of the wake-up
        PendingReceive<String> first = channel.receiver()
                .receive(() -> stolen.add(channel.receiver().tryReceive().orNull()));
        PendingReceive<String> second = channel.receiver().receive(() -> {});

        channel.sender().trySend("m0");

        assertThat(stolen).containsExactly((String) null);
        assertThat(first.result().get()).isEqualTo("m0");
        assertThat(second.isDone()).isFalse();
        channel.sender().trySend("m1");
        assertThat(second.result().get()).isEqualTo("m1");
    }
}
