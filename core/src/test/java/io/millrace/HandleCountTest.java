package io.millrace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.ref.Reference;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Handles are counted exactly, whoever opens and closes them at the same time; and the end is announced once. */
class HandleCountTest extends ContractTest {
    @ParameterizedTest
    @MethodSource("kinds")
    void duplicateAndClose_fromManyThreads_countExactly(ChannelKind kind) {
        Channel<String> channel = channels.create(kind);
        int parties = 4;
        int kept = 3;
        Queue<AutoCloseable> held = new ConcurrentLinkedQueue<>(); // a handle that nobody holds counts as closed
        for (int party = 0; party < parties; party++) {
            SplittableRandom random = new SplittableRandom(party);
            actors.start("party " + party, () -> {
                List<Sender<String>> senders = new ArrayList<>();
                List<Receiver<String>> receivers = new ArrayList<>();
                for (int i = 0; i < 3_000; i++) {
                    if (random.nextBoolean()) {
                        senders.add(channel.sender().duplicate());
                        receivers.add(channel.receiver().duplicate());
                    } else if (!senders.isEmpty()) {
                        int victim = random.nextInt(senders.size());
                        senders.get(victim).close();
                        senders.remove(victim).close();
                        receivers.remove(victim).close();
                    }
                }
                while (senders.size() > kept) {
                    senders.remove(0).close();
                    receivers.remove(0).close();
                }
                while (senders.size() < kept) {
                    senders.add(channel.sender().duplicate());
                    receivers.add(channel.receiver().duplicate());
                }
                held.addAll(senders);
                held.addAll(receivers);
            });
        }

        actors.join();

        assertThat(held).hasSize(2 * parties * kept);
        assertThat(channel.sender().senderCount()).isEqualTo(1 + parties * kept);
        assertThat(channel.sender().receiverCount()).isEqualTo(1 + parties * kept);
        assertThat(channel.stats().disconnected()).isFalse();
        Reference.reachabilityFence(held);
    }

    /** The same handle, closed by many at once, counts once. */
    @Test
    void close_ofOneHandleByMany_countsOnce() throws Exception {
        Channel<String> channel = channels.create(ChannelKind.ONE);
        Duel.repeat(actors, duel -> {
            Sender<String> sender = channel.sender().duplicate();
            Receiver<String> receiver = channel.receiver().duplicate();
            assertThat(channel.sender().senderCount()).isEqualTo(2);
            duel.meet(
                    () -> {
                        sender.close();
                        receiver.close();
                    },
                    () -> {
                        receiver.close();
                        sender.close();
                    });
            assertThat(channel.sender().senderCount()).isEqualTo(1);
            assertThat(channel.sender().receiverCount()).isEqualTo(1);
        });
    }

    /** A duplicate is open or refused; never does one come to life on a side that has ended. */
    @Test
    void duplicate_racesWithTheClose_isOpenOrRefused() throws Exception {
        Duel.repeat(actors, duel -> {
            Channel<String> channel = Channel.bounded(1);
            List<Receiver<String>> made = new ArrayList<>();
            duel.meet(() -> channel.receiver().close(), () -> {
                try {
                    made.add(channel.receiver().duplicate());
                } catch (IllegalStateException closed) {
                    assertThat(closed).hasMessageContaining("was closed");
                }
            });
            assertThat(channel.sender().receiverCount()).isEqualTo(made.size());
            assertThat(channel.sender().isDisconnected()).isEqualTo(made.isEmpty());
            made.forEach(Receiver::close);
            assertThat(channel.sender().isDisconnected()).isTrue();
        });
    }

    // disconnected()

    @Test
    void disconnected_isOneInstance() {
        Channel<String> channel = channels.create(ChannelKind.ONE);
        CompletableFuture<Void> future = channel.disconnected();

        assertThat(channel.disconnected()).isSameAs(future).isNotDone();
        channel.close();
        assertThat(channel.disconnected()).isSameAs(future).isCompleted();
    }

    @Test
    void disconnected_cannotBeCompletedFromOutside() throws Exception {
        Channel<String> channel = channels.create(ChannelKind.ONE);
        CompletableFuture<Void> future = channel.disconnected();

        assertThat(future.complete(null)).isFalse();
        assertThat(future.completeExceptionally(new IllegalStateException())).isFalse();
        assertThat(future.cancel(true)).isFalse();
        assertThatThrownBy(() -> future.obtrudeValue(null)).isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> future.obtrudeException(new IllegalStateException()))
                .isInstanceOf(UnsupportedOperationException.class);
        future.completeAsync(() -> null, Runnable::run);
        future.completeAsync(() -> null);
        CompletableFuture<Void> timed = future.copy().orTimeout(1, TimeUnit.MILLISECONDS);
        future.orTimeout(1, TimeUnit.MILLISECONDS);
        future.completeOnTimeout(null, 1, TimeUnit.MILLISECONDS);
        assertThatThrownBy(() -> timed.get(Await.LIMIT_SECONDS, TimeUnit.SECONDS))
                .hasCauseInstanceOf(TimeoutException.class);

        assertThat(future).isNotDone();
        assertThat(future.isCancelled()).isFalse();
        channel.cancel();
        assertThat(future).isCompleted();
    }

    /** What ends a channel. */
    enum End {
        CLOSE,
        CANCEL,
        LAST_SENDER,
        LAST_RECEIVER;

        void apply(Channel<String> channel) {
            switch (this) {
                case CLOSE -> channel.close();
                case CANCEL -> channel.cancel();
                case LAST_SENDER -> channel.sender().close();
                case LAST_RECEIVER -> channel.receiver().close();
            }
        }
    }

    @ParameterizedTest
    @EnumSource(End.class)
    void disconnected_completesOnceWithoutALock(End end) {
        Channel<String> channel = channels.create(ChannelKind.ONE);
        AtomicInteger completions = new AtomicInteger();
        channel.disconnected().thenRun(() -> {
            completions.incrementAndGet();
            useFromAnotherThread(channel);
        });

        end.apply(channel);
        assertThat(completions).hasValue(1);
        channel.close();
        channel.cancel();
        channel.sender().close();
        channel.receiver().close();

        assertThat(completions).hasValue(1);
        assertThat(channel.disconnected()).isCompleted();
    }

    @ParameterizedTest
    @EnumSource(End.class)
    void disconnected_askedForAfterTheEnd_isComplete(End end) {
        Channel<String> channel = channels.create(ChannelKind.ONE);

        end.apply(channel);

        assertThat(channel.disconnected()).isCompleted();
    }

    @Test
    void disconnected_withACause_failsWithIt() {
        Exception cause = new Exception("why");
        for (boolean before : new boolean[] {true, false}) {
            Channel<String> channel = channels.create(ChannelKind.ONE);
            CompletableFuture<Void> early = before ? channel.disconnected() : null;
            channel.cancel(cause);

            CompletableFuture<Void> future = early != null ? early : channel.disconnected();

            assertThatThrownBy(future::get).hasCause(cause);
        }
    }

    /** A pending operation keeps its side connected until it ends; then the end is announced. */
    @ParameterizedTest
    @MethodSource("styles")
    void disconnected_waitsForTheLastPendingReceive(WaitStyle style) {
        Channel<String> channel = channels.create(ChannelKind.ONE);
        Operation receive = receive(style, channel.receiver());
        channel.receiver().close();
        assertThat(channel.disconnected()).isNotDone();

        assertThat(receive.withdraw()).isTrue();

        assertThat(channel.disconnected()).isCompleted();
    }
}
