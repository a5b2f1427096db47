package io.millrace;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.spi.Pending;
import io.millrace.spi.PendingReceive;
import io.millrace.spi.Waker;
import java.lang.ref.Reference;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Row "memory": what was received, withdrawn or disconnected is not reachable from the channel. Objects are made in
 * methods of their own, so that no frame of the test holds them.
 */
class MemoryContractTest extends ContractTest {
    private static final int COUNT = 200;

    private static void assertCollected(String what, List<? extends WeakReference<?>> references) {
        Await.untilCollected(what, () -> references.stream().allMatch(reference -> reference.refersTo(null)));
    }

    private static void fillWith(ChannelKind kind, Channel<Object> channel) {
        for (int i = 0; i < kind.room; i++) {
            assertThat(channel.sender().trySend("m")).isEqualTo(SendResult.SENT);
        }
    }

    private static List<WeakReference<Object>> sendSome(Channel<Object> channel, int count) {
        List<WeakReference<Object>> references = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Object message = new Object();
            references.add(new WeakReference<>(message));
            assertThat(channel.sender().trySend(message)).isEqualTo(SendResult.SENT);
        }
        return references;
    }

    @ParameterizedTest
    @MethodSource("kindsThatBuffer")
    void received_fromTheBuffer_isReleased(ChannelKind kind) {
        Channel<Object> channel = channels.create(kind);
        int count = Math.min(kind.room, COUNT);
        List<WeakReference<Object>> references = sendSome(channel, count);
        int taken = Math.max(1, count / 2);
        for (int i = 0; i < taken; i++) {
            assertThat(channel.receiver().tryReceive().isReceived()).isTrue();
        }

        assertCollected("a received message", references.subList(0, taken));

        assertThat(references.subList(taken, count)).noneMatch(reference -> reference.refersTo(null));
        Reference.reachabilityFence(channel);
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void received_byHandOver_isReleased(ChannelKind kind) {
        Channel<Object> channel = channels.create(kind);
        channel.receiver().receiveAsync();
        channel.receiver().receive(() -> {});
        actors.start("receiving", () -> channel.receiver().receive());
        Await.until("three receivers wait", () -> channel.stats().waitingReceivers() == 3);

        List<WeakReference<Object>> references = sendSome(channel, 3);
        actors.join();

        assertCollected("a message that was handed over", references);
        Reference.reachabilityFence(channel);
    }

    @ParameterizedTest
    @EnumSource(DisconnectContractTest.ReceiversEnd.class)
    void undelivered_isReleased_whileTheSenderIsHeld(DisconnectContractTest.ReceiversEnd end) {
        Channel<Object> channel = channels.watch(Channel.<Object>unbounded());
        List<WeakReference<Object>> references = sendSome(channel, COUNT);

        if (end == DisconnectContractTest.ReceiversEnd.CANCEL) {
            channel.cancel();
        } else {
            channel.receiver().close();
        }

        assertCollected("an undelivered message", references);
        Reference.reachabilityFence(channel);
    }

    @ParameterizedTest
    @EnumSource(
            value = ChannelKind.class,
            names = {"DROP_OLDEST", "DROP_LATEST"})
    void dropped_isReleased(ChannelKind kind) {
        Channel<Object> channel = channels.watch(kind.<Object>builder().build());
        List<WeakReference<Object>> references = sendSome(channel, COUNT);

        List<WeakReference<Object>> dropped = kind.overflow == Overflow.DROP_OLDEST
                ? references.subList(0, COUNT - kind.room)
                : references.subList(kind.room, COUNT);

        assertCollected("a dropped message", dropped);
        Reference.reachabilityFence(channel);
    }

    @ParameterizedTest
    @MethodSource("kindsThatWait")
    void withdrawnSends_areReleased(ChannelKind kind) {
        Channel<Object> channel = channels.create(kind);
        fillWith(kind, channel);
        List<Object> heldByTheCaller = new ArrayList<>();

        List<WeakReference<Object>> references = withdrawSends(channel, heldByTheCaller);

        assertCollected("the message of a withdrawn send", references);
        Reference.reachabilityFence(channel);
        Reference.reachabilityFence(heldByTheCaller);
    }

    /** The futures and pending operations stay in the caller's hands: they too must let go of their message. */
    private List<WeakReference<Object>> withdrawSends(Channel<Object> channel, List<Object> held) {
        List<WeakReference<Object>> references = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            Object message = new Object();
            references.add(new WeakReference<>(message));
            switch (i) {
                case 0 -> {
                    CompletableFuture<Void> future = channel.sender().sendAsync(message);
                    assertThat(future.cancel(false)).isTrue();
                    held.add(future);
                }
                case 1 -> {
                    CompletableFuture<Void> future =
                            channel.sender().sendAsync(message).orTimeout(1, TimeUnit.MILLISECONDS);
                    Await.until("the send timed out", future::isDone);
                    held.add(future);
                }
                case 2 -> {
                    Pending pending = channel.sender().send(message, () -> {});
                    assertThat(pending.cancel()).isTrue();
                    held.add(pending);
                }
                default -> {
                    try {
                        assertThat(channel.sender().trySend(message, Duration.ofMillis(1)))
                                .isEqualTo(SendResult.TIMED_OUT);
                    } catch (InterruptedException e) {
                        throw new AssertionError(e);
                    }
                }
            }
        }
        return references;
    }

    /** Whoever keeps the future or the pending operation of a send keeps no message. */
    @ParameterizedTest
    @MethodSource("kindsThatWait")
    void endedSends_areReleased(ChannelKind kind) {
        Channel<Object> channel = channels.create(kind);
        fillWith(kind, channel);
        List<Object> heldByTheCaller = new ArrayList<>();
        List<WeakReference<Object>> references = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            references.add(endSend(channel, heldByTheCaller, i == 0));
        }

        for (int i = 0; i < kind.room + 2; i++) {
            assertThat(channel.receiver().tryReceive().isReceived()).isTrue();
        }

        assertCollected("the message of a send that ended", references);
        Reference.reachabilityFence(heldByTheCaller);
    }

    private static WeakReference<Object> endSend(Channel<Object> channel, List<Object> held, boolean future) {
        Object message = new Object();
        held.add(future ? channel.sender().sendAsync(message) : channel.sender().send(message, () -> {}));
        return new WeakReference<>(message);
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void withdrawnReceives_areReleased(ChannelKind kind) {
        Channel<Object> channel = channels.create(kind);
        // others stand before and behind them in line
        Pending ahead = channel.receiver().receive(() -> {});
        List<WeakReference<Object>> references = withdrawReceives(channel);
        Pending behind = channel.receiver().receive(() -> {});

        assertCollected("a withdrawn receive", references);

        assertThat(ahead.cancel()).isTrue();
        assertThat(behind.cancel()).isTrue();
        Reference.reachabilityFence(channel);
    }

    private static List<WeakReference<Object>> withdrawReceives(Channel<Object> channel) {
        List<WeakReference<Object>> references = new ArrayList<>();
        CompletableFuture<Object> future = channel.receiver().receiveAsync();
        assertThat(future.cancel(false)).isTrue();
        references.add(new WeakReference<>(future));
        Object captured = new Object();
        Waker waker = captured::notifyAll;
        Pending pending = channel.receiver().receive(waker);
        assertThat(pending.cancel()).isTrue();
        references.add(new WeakReference<>(waker));
        references.add(new WeakReference<>(pending));
        return references;
    }

    /** Operations that ended together must not hold each other: the one that is kept would hold all the others. */
    @ParameterizedTest
    @MethodSource("kinds")
    void endedOperations_doNotHoldEachOther(ChannelKind kind) {
        Channel<Object> channel = channels.create(kind);
        List<Pending> held = new ArrayList<>();
        List<WeakReference<Object>> references = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            held.add(channel.receiver().receive(() -> {}));
            references.add(new WeakReference<>(channel.receiver().receive(() -> {})));
        }

        channel.close();

        assertCollected("a pending operation that ended beside others", references);
        assertThat(held).allMatch(Pending::isDone);
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void putBack_releasesTheMessageOnceReceived(ChannelKind kind) {
        Channel<Object> channel = channels.create(kind);
        PendingReceive<Object> pending = channel.receiver().receive(() -> {});
        List<WeakReference<Object>> references = sendSome(channel, 1);
        pending.putBack();

        assertThat(channel.receiver().tryReceive().isReceived()).isTrue();

        assertCollected("a message that was put back and received", references);
        Reference.reachabilityFence(pending);
        Reference.reachabilityFence(channel);
    }

    @ParameterizedTest
    @MethodSource("kindsThatWait")
    void registerAndWithdraw_manyTimes_leavesTheLinesAsTheyWere(ChannelKind kind) {
        Channel<Object> channel = channels.create(kind);
        for (int i = 0; i < 100_000; i++) {
            assertThat(channel.receiver().receive(() -> {}).cancel()).isTrue();
        }
        fillWith(kind, channel);
        for (int i = 0; i < 100_000; i++) {
            assertThat(channel.sender().send("m", () -> {}).cancel()).isTrue();
        }

        assertThat(channel.stats().waitingReceivers()).isZero();
        assertThat(channel.stats().waitingSenders()).isZero();
        assertThat(channel.stats().size()).isEqualTo(kind.room);
    }

    /** A million messages come and go: their segments go with them. */
    @Test
    void burst_leavesNothingBehind() {
        Channel<Object> channel = channels.watch(Channel.<Object>unbounded());
        String message = "always the same";
        passThrough(channel, message, 1_000);
        System.gc();
        long before = usedMemory();

        passThrough(channel, message, 1_000_000);

        // a million references take four million bytes at least
        Await.untilCollected("what the burst took", () -> usedMemory() < before + 1_000_000);
        Reference.reachabilityFence(channel);
    }

    private static void passThrough(Channel<Object> channel, Object message, int count) {
        for (int i = 0; i < count; i++) {
            channel.sender().trySend(message);
        }
        for (int i = 0; i < count; i++) {
            if (!channel.receiver().tryReceive().isReceived()) {
                throw new AssertionError("lost after " + i);
            }
        }
    }

    private static long usedMemory() {
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }
}
