package io.millrace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.AbstractList;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Rows "sendAll", "receiveMany", "drainTo": several messages as one operation. */
class BatchContractTest extends ContractTest {
    private Channel<String> bounded(int capacity) {
        return channels.watch(Channel.<String>builder()
                .capacity(capacity)
                .onUndelivered(channels.undelivered::add)
                .build());
    }

    private static List<String> numbered(int from, int to) {
        return IntStream.range(from, to).mapToObj(i -> "m" + i).toList();
    }

    /** A thread that sends them all; returns when it is done or in line. */
    private Sending sendAll(Channel<String> channel, List<String> messages) {
        int before = channel.stats().waitingSenders();
        Sending sending = new Sending(channel.sender(), messages);
        Await.until(
                "sendAll is done or in line",
                () -> sending.isDone() || channel.stats().waitingSenders() > before);
        return sending;
    }

    /** How a {@code sendAll} in a thread of its own ended. */
    private final class Sending {
        private final CompletableFuture<Integer> count = new CompletableFuture<>();
        private final AtomicBoolean interrupted = new AtomicBoolean();
        private final Thread thread;

        Sending(Sender<String> sender, List<String> messages) {
            thread = actors.start("sending all", () -> {
                try {
                    int sent = sender.sendAll(messages);
                    interrupted.set(Thread.currentThread().isInterrupted());
                    count.complete(sent);
                } catch (InterruptedException | RuntimeException e) {
                    interrupted.set(Thread.currentThread().isInterrupted());
                    count.completeExceptionally(e);
                }
            });
        }

        boolean isDone() {
            return count.isDone();
        }

        int count() {
            Await.until("sendAll ends", count::isDone);
            return count.join();
        }

        Throwable failure() {
            Await.until("sendAll ends", count::isDone);
            try {
                throw new AssertionError("sendAll returned " + count.get());
            } catch (ExecutionException e) {
                return e.getCause();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }

    // sendAll

    @ParameterizedTest
    @MethodSource("kindsThatBuffer")
    void sendAll_withRoom_doesNotWait(ChannelKind kind) throws InterruptedException {
        Channel<String> channel = channels.create(kind);

        assertThat(channel.sender().sendAll(numbered(0, 1))).isEqualTo(1);

        assertThat(channel.receiver().drain()).isEqualTo(numbered(0, 1));
    }

    @ParameterizedTest
    @MethodSource("kindsThatWaitAndStyles")
    void sendAll_ofMoreThanTheRoom_isOneWaiterThatKeepsItsPlace(ChannelKind kind, WaitStyle style) {
        Channel<String> channel = channels.create(kind);
        int count = kind.room + 3;
        Sending sending = sendAll(channel, numbered(0, count));
        Operation behind = send(style, channel.sender(), "behind");
        assertThat(channel.stats().waitingSenders()).isEqualTo(2);
        assertThat(channel.stats().sent()).isEqualTo(kind.room);

        List<String> received = takeAll(channel.receiver());

        assertThat(received.subList(0, count)).isEqualTo(numbered(0, count));
        assertThat(received).hasSize(count + 1).endsWith("behind");
        assertThat(sending.count()).isEqualTo(count);
        assertSent(behind);
        assertThat(sending.interrupted).isFalse();
    }

    @Test
    void sendAll_behindAWaiter_waitsItsTurn() {
        Channel<String> channel = bounded(1);
        channel.sender().trySend("first");
        Operation ahead = send(WaitStyle.FUTURE, channel.sender(), "ahead");
        Sending sending = sendAll(channel, List.of("a", "b"));

        assertThat(takeAll(channel.receiver())).containsExactly("first", "ahead", "a", "b");

        assertSent(ahead);
        assertThat(sending.count()).isEqualTo(2);
    }

    @ParameterizedTest
    @MethodSource("kindsAndStyles")
    void sendAll_toWaitingReceivers_handsOverInOrder(ChannelKind kind, WaitStyle style) throws InterruptedException {
        Channel<String> channel = channels.create(kind);
        List<Operation> receives = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            receives.add(receive(style, channel.receiver()));
        }

        assertThat(channel.sender().sendAll(numbered(0, 3))).isEqualTo(3);

        for (int i = 0; i < 3; i++) {
            assertReceived(receives.get(i), "m" + i);
        }
    }

    @ParameterizedTest
    @MethodSource("kindsThatWait")
    void sendAll_interruptedInTheMiddle_tellsHowManyAndKeepsTheFlag(ChannelKind kind) {
        Channel<String> channel = channels.create(kind);
        Sending sending = sendAll(channel, numbered(0, kind.room + 5));
        assertThat(channel.receiver().tryReceive().get()).isEqualTo("m0");

        sending.thread.interrupt();

        assertThat(sending.count()).isEqualTo(kind.room + 1);
        assertThat(sending.interrupted).isTrue();
        assertThat(channel.stats().waitingSenders()).isZero();
        assertThat(takeAll(channel.receiver())).isEqualTo(numbered(1, kind.room + 1));
    }

    @ParameterizedTest
    @MethodSource("kindsThatWait")
    void sendAll_interruptedBeforeTheFirst_throws(ChannelKind kind) {
        Channel<String> channel = channels.create(kind);
        List<String> messages = fill(kind, channel);
        Sending sending = sendAll(channel, List.of("a", "b"));

        sending.thread.interrupt();

        assertThat(sending.failure()).isInstanceOf(InterruptedException.class);
        assertThat(sending.interrupted).isFalse();
        assertThat(takeAll(channel.receiver())).isEqualTo(messages);
    }

    @Test
    void sendAll_interruptedOnEntry_sendsNothing() {
        Channel<String> channel = bounded(3);
        Thread.currentThread().interrupt();

        assertThatThrownBy(() -> channel.sender().sendAll(List.of("a"))).isInstanceOf(InterruptedException.class);

        assertThat(Thread.interrupted()).isFalse();
        assertThat(channel.stats().sent()).isZero();
    }

    static Stream<Arguments> kindsThatWaitAndReceiversEnds() {
        return kindsThatWait().stream()
                .flatMap(kind ->
                        Stream.of(DisconnectContractTest.ReceiversEnd.values()).map(end -> Arguments.of(kind, end)));
    }

    @ParameterizedTest
    @MethodSource("kindsThatWaitAndReceiversEnds")
    void sendAll_disconnectedInTheMiddle_tellsHowMany(ChannelKind kind, DisconnectContractTest.ReceiversEnd end) {
        Channel<String> channel = channels.create(kind);
        Sending sending = sendAll(channel, numbered(0, kind.room + 5));
        assertThat(channel.receiver().tryReceive().get()).isEqualTo("m0");

        end.apply.accept(channel);

        assertThat(sending.count()).isEqualTo(kind.room + 1);
        assertThat(sending.interrupted).isFalse();
        assertThat(channels.undelivered).isEqualTo(numbered(1, kind.room + 1));
        assertThat(channel.stats().sent()).isEqualTo(kind.room + 1);
    }

    @ParameterizedTest
    @MethodSource("kindsThatWaitAndReceiversEnds")
    void sendAll_disconnectedBeforeTheFirst_throws(ChannelKind kind, DisconnectContractTest.ReceiversEnd end) {
        Channel<String> channel = channels.create(kind);
        fill(kind, channel);
        Sending sending = sendAll(channel, List.of("a", "b"));

        end.apply.accept(channel);

        assertThat(sending.failure()).isInstanceOf(DisconnectedException.class);
        assertThat(channel.stats().sent()).isEqualTo(kind.room);
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void sendAll_onADeadChannel_throws(ChannelKind kind) {
        Channel<String> channel = channels.create(kind);
        Exception cause = new Exception("why");
        channel.close(cause);

        assertThatThrownBy(() -> channel.sender().sendAll(List.of("a")))
                .isInstanceOf(DisconnectedException.class)
                .hasCause(cause);
        assertThat(channel.sender().trySendAll(List.of("a"))).isZero();
    }

    /** In line at the close: it still completes as receivers come. */
    @ParameterizedTest
    @MethodSource("kindsThatWait")
    void sendAll_inLineAtAClose_completes(ChannelKind kind) {
        Channel<String> channel = channels.create(kind);
        Sending sending = sendAll(channel, numbered(0, kind.room + 3));

        channel.close();

        assertThat(takeAll(channel.receiver())).isEqualTo(numbered(0, kind.room + 3));
        assertThat(sending.count()).isEqualTo(kind.room + 3);
        assertThat(channel.receiver().isTerminated()).isTrue();
    }

    @ParameterizedTest
    @MethodSource("kindsThatWait")
    void sendAll_keepsItsSideConnectedToTheLastMessage(ChannelKind kind) {
        Channel<String> channel = channels.create(kind);
        Sending sending = sendAll(channel, numbered(0, kind.room + 3));

        channel.sender().close();

        for (String expected : numbered(0, kind.room + 3)) {
            assertThat(channel.receiver().tryReceive().get()).isEqualTo(expected);
        }
        assertThat(channel.receiver().tryReceive().isDisconnected()).isTrue();
        assertThat(sending.count()).isEqualTo(kind.room + 3);
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void sendAll_withANull_sendsNothing(ChannelKind kind) {
        Channel<String> channel = channels.create(kind);
        List<String> messages = Arrays.asList("a", null);

        assertThatThrownBy(() -> channel.sender().sendAll(messages)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> channel.sender().trySendAll(messages)).isInstanceOf(NullPointerException.class);

        assertThat(channel.stats().sent()).isZero();
        assertThat(channel.stats().waitingSenders()).isZero();
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void sendAll_ofNothing_isDone(ChannelKind kind) throws InterruptedException {
        Channel<String> channel = channels.create(kind);

        assertThat(channel.sender().sendAll(List.of())).isZero();
        assertThat(channel.sender().trySendAll(List.of())).isZero();
    }

    /** What the caller does with his collection meanwhile is his affair. */
    @Test
    void sendAll_ofACollectionThatChanges_sendsWhatItHeldAtFirst() {
        Channel<String> channel = bounded(0);
        List<String> messages = new ArrayList<>(numbered(0, 4));
        Sending sending = sendAll(channel, messages);

        messages.clear();

        assertThat(takeAll(channel.receiver())).isEqualTo(numbered(0, 4));
        assertThat(sending.count()).isEqualTo(4);
    }

    @Test
    void sendAll_onAClosedHandle_isRefused() {
        Channel<String> channel = bounded(1);
        Sender<String> closed = channel.sender().duplicate();
        closed.close();

        assertThatThrownBy(() -> closed.sendAll(List.of("a"))).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> closed.trySendAll(List.of("a"))).isInstanceOf(IllegalStateException.class);
    }

    @ParameterizedTest
    @MethodSource("kindsThatWait")
    void trySendAll_ofMoreThanTheRoom_acceptsAPrefix(ChannelKind kind) {
        Channel<String> channel = channels.create(kind);

        assertThat(channel.sender().trySendAll(numbered(0, kind.room + 2))).isEqualTo(kind.room);

        assertThat(channel.receiver().drain()).isEqualTo(numbered(0, kind.room));
        assertThat(channel.stats().waitingSenders()).isZero();
    }

    @Test
    void trySendAll_behindAWaiter_acceptsNothing() {
        Channel<String> channel = bounded(1);
        channel.sender().trySend("first");
        Operation waiting = send(WaitStyle.FUTURE, channel.sender(), "w");

        assertThat(channel.sender().trySendAll(List.of("a"))).isZero();

        assertThat(takeAll(channel.receiver())).containsExactly("first", "w");
        assertSent(waiting);
    }

    /** The whole batch comes in one lock hold: nothing of another sender stands in the middle of it. */
    @Test
    void trySendAll_besideOtherSenders_isNotMixed() {
        Channel<String> channel = channels.watch(Channel.<String>unbounded());
        int rounds = 3_000;
        for (String name : List.of("a", "b")) {
            List<String> batch = Collections.nCopies(3, name);
            actors.start("sender " + name, () -> {
                for (int i = 0; i < rounds; i++) {
                    assertThat(channel.sender().trySendAll(batch)).isEqualTo(3);
                }
            });
        }
        actors.join();

        List<String> received = channel.receiver().drain();
        assertThat(received).hasSize(6 * rounds);
        for (int i = 0; i < received.size(); i += 3) {
            assertThat(received.subList(i, i + 3)).containsOnly(received.get(i));
        }
    }

    // receiveMany

    @ParameterizedTest
    @MethodSource("kindsThatBuffer")
    void receiveMany_takesUpToMax(ChannelKind kind) throws Exception {
        Channel<String> channel = channels.create(kind);
        int there = Math.min(kind.room, 3);
        channel.sender().trySendAll(numbered(0, there));

        List<String> received = channel.receiver().receiveMany(2);
        assertThat(received).isEqualTo(numbered(0, Math.min(2, there)));
        received.clear(); // it is the caller's own

        if (there > 2) {
            assertThat(channel.receiver().receiveManyAsync(100).get()).isEqualTo(numbered(2, there));
        }
    }

    @ParameterizedTest
    @MethodSource("kindsThatWaitAndStyles")
    void receiveMany_freesAsManySenders(ChannelKind kind, WaitStyle style) throws InterruptedException {
        Channel<String> channel = channels.create(kind);
        List<String> expected = new ArrayList<>(fill(kind, channel));
        List<Operation> waiting = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            waiting.add(send(style, channel.sender(), "w" + i));
            expected.add("w" + i);
        }

        assertThat(channel.receiver().receiveMany(2)).isEqualTo(expected.subList(0, 2));

        assertSent(waiting.get(0));
        assertSent(waiting.get(1));
        assertThat(waiting.get(2).isDone()).isFalse();
        assertThat(waiting.get(3).isDone()).isFalse();
        assertThat(channel.receiver().receiveMany(Integer.MAX_VALUE)).isEqualTo(expected.subList(2, expected.size()));
        assertSent(waiting.get(3));
    }

    /** As a thread and as a future. */
    private CompletableFuture<List<String>> receiveMany(boolean async, Receiver<String> receiver, int max) {
        if (async) {
            return receiver.receiveManyAsync(max);
        }
        int before = receiver.stats().waitingReceivers();
        CompletableFuture<List<String>> received = new CompletableFuture<>();
        actors.start("receiving many", () -> {
            try {
                received.complete(receiver.receiveMany(max));
            } catch (InterruptedException | RuntimeException e) {
                received.completeExceptionally(e);
            }
        });
        Await.until(
                "receiveMany is done or in line",
                () -> received.isDone() || receiver.stats().waitingReceivers() > before);
        return received;
    }

    static Stream<Arguments> kindsAndAsync() {
        return kinds().stream().flatMap(kind -> Stream.of(Arguments.of(kind, true), Arguments.of(kind, false)));
    }

    @ParameterizedTest
    @MethodSource("kindsAndAsync")
    void receiveMany_whenEmpty_waitsForOne(ChannelKind kind, boolean async) throws Exception {
        Channel<String> channel = channels.create(kind);
        CompletableFuture<List<String>> received = receiveMany(async, channel.receiver(), 5);
        assertThat(received).isNotDone();

        assertThat(channel.sender().trySend("m")).isEqualTo(SendResult.SENT);

        assertThat(received.get()).containsExactly("m");
    }

    /** Woken by the first message of a batch, it takes the others along where they are there. */
    @ParameterizedTest
    @MethodSource("kindsThatBuffer")
    void receiveManyAsync_wokenByABatch_takesTheRestAlong(ChannelKind kind) {
        Channel<String> channel = channels.create(kind);
        CompletableFuture<List<String>> received = channel.receiver().receiveManyAsync(3);
        int count = Math.min(kind.room, 3) + 1;

        assertThat(channel.sender().trySendAll(numbered(0, count))).isEqualTo(count);

        assertThat(received).isCompletedWithValue(numbered(0, Math.min(3, count)));
        assertThat(takeAll(channel.receiver())).isEqualTo(numbered(Math.min(3, count), count));
    }

    @ParameterizedTest
    @MethodSource("kindsAndAsync")
    void receiveMany_whenDisconnected_fails(ChannelKind kind, boolean async) {
        Channel<String> channel = channels.create(kind);
        CompletableFuture<List<String>> waiting = receiveMany(async, channel.receiver(), 5);
        Exception cause = new Exception("why");
        channel.close(cause);

        for (CompletableFuture<List<String>> received : List.of(waiting, receiveMany(async, channel.receiver(), 5))) {
            assertThatThrownBy(() -> received.get(Await.LIMIT_SECONDS, TimeUnit.SECONDS))
                    .hasCauseInstanceOf(DisconnectedException.class)
                    .hasRootCause(cause);
        }
    }

    @ParameterizedTest
    @MethodSource("kindsThatBuffer")
    void receiveMany_afterAClose_takesWhatIsLeft(ChannelKind kind) throws InterruptedException {
        Channel<String> channel = channels.create(kind);
        channel.sender().trySend("m");
        channel.close();

        assertThat(channel.receiver().receiveMany(5)).containsExactly("m");
        assertThatThrownBy(() -> channel.receiver().receiveMany(5)).isInstanceOf(DisconnectedException.class);
    }

    @Test
    void receiveMany_ofLessThanOne_isRefused() {
        Channel<String> channel = bounded(1);
        for (int max : new int[] {0, -3}) {
            assertThatThrownBy(() -> channel.receiver().receiveMany(max))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("max must be >= 1: " + max);
            assertThatThrownBy(() -> channel.receiver().receiveManyAsync(max))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("max must be >= 1: " + max);
        }
        assertThatThrownBy(() -> channel.receiver().drainTo(new ArrayList<>(), -1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("max must be >= 0: -1");
    }

    @Test
    void receiveMany_onAClosedHandle_isRefused() {
        Channel<String> channel = bounded(1);
        Receiver<String> closed = channel.receiver().duplicate();
        closed.close();
        for (ThrowingCallable call : List.<ThrowingCallable>of(
                () -> closed.receiveMany(1),
                () -> closed.receiveManyAsync(1),
                () -> closed.drainTo(new ArrayList<>(), 1),
                closed::drain,
                closed::iterator,
                closed::stream,
                closed::available,
                closed::publisher)) {
            assertThatThrownBy(call).isInstanceOf(IllegalStateException.class);
        }
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void receiveMany_interrupted_takesNothing(ChannelKind kind) {
        Channel<String> channel = channels.create(kind);
        AtomicBoolean interrupted = new AtomicBoolean();
        Thread thread = actors.start("receiving many", () -> {
            try {
                throw new AssertionError("received " + channel.receiver().receiveMany(2));
            } catch (InterruptedException e) {
                interrupted.set(true);
            }
        });
        Await.until("it waits", () -> channel.stats().waitingReceivers() == 1);

        thread.interrupt();
        actors.join();

        assertThat(interrupted).isTrue();
        assertThat(channel.stats().waitingReceivers()).isZero();
        assertThat(channel.stats().received()).isZero();
    }

    /** Cancelled or not: each message is in the batch or still there. */
    @ParameterizedTest
    @MethodSource("kindsThatBuffer")
    void receiveManyAsync_cancelRacesWithABatch_losesNothing(ChannelKind kind) throws Exception {
        Channel<String> channel = channels.create(kind);
        List<String> batch = numbered(0, Math.min(kind.room, 3));
        Duel.repeat(actors, duel -> {
            CompletableFuture<List<String>> future = channel.receiver().receiveManyAsync(2);
            duel.meet(
                    () -> assertThat(channel.sender().trySendAll(batch)).isEqualTo(batch.size()),
                    () -> future.cancel(false));
            assertThat(future).isDone();
            List<String> all = new ArrayList<>(future.isCancelled() ? List.of() : future.join());
            assertThat(all.size()).isLessThanOrEqualTo(2);
            all.addAll(channel.receiver().drain());
            assertThat(all).isEqualTo(batch);
        });
    }

    // drain and drainTo

    @ParameterizedTest
    @MethodSource("kindsThatWaitAndStyles")
    void drain_withSendersWaiting_takesTheirsToo(ChannelKind kind, WaitStyle style) {
        Channel<String> channel = channels.create(kind);
        List<String> expected = new ArrayList<>(fill(kind, channel));
        List<Operation> waiting = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            waiting.add(send(style, channel.sender(), "w" + i));
            expected.add("w" + i);
        }

        assertThat(channel.receiver().drain()).isEqualTo(expected);

        waiting.forEach(ContractTest::assertSent);
        assertThat(channel.receiver().drain()).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("kindsThatWaitAndStyles")
    void drainTo_withALimit_freesAsManySenders(ChannelKind kind, WaitStyle style) {
        Channel<String> channel = channels.create(kind);
        List<String> expected = new ArrayList<>(fill(kind, channel));
        Operation first = send(style, channel.sender(), "w1");
        Operation second = send(style, channel.sender(), "w2");
        expected.addAll(List.of("w1", "w2"));
        List<String> target = new ArrayList<>();

        assertThat(channel.receiver().drainTo(target, 0)).isZero();
        assertThat(first.isDone()).isFalse();
        assertThat(channel.receiver().drainTo(target, 1)).isEqualTo(1);
        assertSent(first);
        assertThat(second.isDone()).isFalse();
        assertThat(channel.receiver().drainTo(target, Integer.MAX_VALUE)).isEqualTo(expected.size() - 1);

        assertThat(target).isEqualTo(expected);
        assertSent(second);
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void drain_whenNothingIsThere_isEmpty(ChannelKind kind) {
        Channel<String> channel = channels.create(kind);

        assertThat(channel.receiver().drain()).isEmpty();
        channel.close();
        assertThat(channel.receiver().drain()).isEmpty();
        assertThat(channel.receiver().drainTo(new ArrayList<>(), 5)).isZero();
    }

    static Stream<Collection<String>> targets() {
        return Stream.of(new ArrayList<>(), new ArrayList<>(1), new ArrayDeque<>(), new LinkedHashSet<>());
    }

    /** The limit is one of messages, whatever the target holds before. */
    @ParameterizedTest
    @MethodSource("targets")
    void drainTo_aTargetThatHoldsSome_addsAtItsEnd(Collection<String> target) {
        Channel<String> channel = bounded(20);
        target.add("own");
        channel.sender().trySendAll(numbered(0, 20));

        assertThat(channel.receiver().drainTo(target, 0)).isZero();
        assertThat(channel.receiver().drainTo(target, 2)).isEqualTo(2);
        assertThat(channel.receiver().drainTo(target, Integer.MAX_VALUE)).isEqualTo(18);

        List<String> expected = new ArrayList<>(numbered(0, 20));
        expected.add(0, "own");
        assertThat(target).containsExactlyElementsOf(expected);
    }

    /** An own kind of list may do anything when it gets a message. */
    @Test
    void drainTo_aListOfAnOwnKind_getsItsMessagesWithoutALock() {
        Channel<String> channel = bounded(3);
        channel.sender().trySendAll(numbered(0, 3));
        List<String> target = new ArrayList<>() {
            private static final long serialVersionUID = 1;

            @Override
            public boolean add(String message) {
                useFromAnotherThread(channel);
                if (size() == 1) {
                    throw new IllegalStateException("full");
                }
                return super.add(message);
            }
        };

        assertThatThrownBy(() -> channel.receiver().drainTo(target, 3)).hasMessage("full");

        assertThat(target).containsExactly("m0");
        assertThat(takeAll(channel.receiver())).containsExactly("m1", "m2");
    }

    /** A collection that takes so many, then does something, and throws. */
    private static final class Full extends AbstractList<String> {
        private final int room;
        private final Runnable before;
        final List<String> taken = new ArrayList<>();

        Full(int room, Runnable before) {
            this.room = room;
            this.before = before;
        }

        @Override
        public boolean add(String message) {
            if (taken.size() == room) {
                before.run();
                throw new IllegalStateException("full");
            }
            return taken.add(message);
        }

        @Override
        public String get(int index) {
            return taken.get(index);
        }

        @Override
        public int size() {
            return taken.size();
        }
    }

    @ParameterizedTest
    @MethodSource("kindsThatBuffer")
    void drainTo_aTargetThatThrows_putsTheRestBackInOrder(ChannelKind kind) {
        Channel<String> channel = channels.create(kind);
        int count = Math.min(kind.room, 5);
        channel.sender().trySendAll(numbered(0, count));
        Full target = new Full(1, () -> useFromAnotherThread(channel));
        if (count > 1) {
            assertThatThrownBy(() -> channel.receiver().drainTo(target, 10)).hasMessage("full");
            assertThat(target.taken).containsExactly("m0");
            assertThat(channel.sender().size()).isEqualTo(count - 1);
        }
        Channels.check(channel);
        assertThat(channel.stats().received()).isEqualTo(count > 1 ? 1 : 0);

        channel.sender().trySend("next");

        List<String> expected = new ArrayList<>(numbered(count > 1 ? 1 : 0, count));
        if (kind.room > expected.size()) {
            expected.add("next");
            assertThat(takeAll(channel.receiver())).isEqualTo(expected);
        }
    }

    /** Senders moved up while the batch was out: it stands above the capacity when it comes back, and shows no more. */
    @Test
    void drainTo_aTargetThatThrows_whenSendersMovedUp_keepsTheOrder() {
        Channel<String> channel = bounded(2);
        channel.sender().trySendAll(numbered(0, 2));
        Operation waiting = send(WaitStyle.FUTURE, channel.sender(), "m2");
        Full target = new Full(
                0,
                () -> assertThat(channel.sender().trySendAll(numbered(3, 10))).isEqualTo(2));

        assertThatThrownBy(() -> channel.receiver().drainTo(target, 10)).hasMessage("full");

        assertSent(waiting);
        Channels.check(channel);
        assertThat(channel.receiver().size()).isEqualTo(2);
        assertThat(channel.sender().trySend("late")).isEqualTo(SendResult.FULL);
        assertThat(takeAll(channel.receiver())).isEqualTo(numbered(0, 5));
    }

    /** Receivers that came to wait meanwhile get what comes back, first come, first served, the oldest first. */
    @ParameterizedTest
    @MethodSource("kindsThatBufferAndStyles")
    void drainTo_aTargetThatThrows_servesWhoWaitsMeanwhile(ChannelKind kind, WaitStyle style) {
        Channel<String> channel = channels.create(kind);
        int count = Math.min(kind.room, 3);
        channel.sender().trySendAll(numbered(0, count));
        List<Operation> receives = new ArrayList<>();
        Full target = new Full(0, () -> {
            receives.add(receive(style, channel.receiver()));
            receives.add(receive(style, channel.receiver()));
        });

        assertThatThrownBy(() -> channel.receiver().drainTo(target, 10)).hasMessage("full");

        for (int i = 0; i < 2 && i < count; i++) {
            assertReceived(receives.get(i), "m" + i);
        }
        assertThat(takeAll(channel.receiver())).isEqualTo(count > 2 ? numbered(2, 3) : List.of());
        if (count < 2) {
            assertWithdrawn(receives.get(1));
        }
    }

    /** The only one in line is a select that has got its message elsewhere and is about to leave. */
    @Test
    void drainTo_aTargetThatThrows_whenASelectIsAboutToLeave_keepsTheOrder() {
        Channel<String> channel = bounded(3);
        channel.sender().trySendAll(numbered(0, 3));
        Channel<String> other = bounded(0);
        AtomicInteger step = new AtomicInteger();
        Full target = new Full(0, () -> {
            // the waker ahead of the select holds up its wake-up until the messages are back
            other.receiver().receive(() -> {
                step.set(1);
                Await.until("the messages are back", () -> step.get() == 2);
            });
            Select.<String>fair()
                    .receive(channel.receiver(), message -> "wrong:" + message)
                    .receive(other.receiver(), message -> message)
                    .runAsync()
                    .thenAccept(message -> assertThat(message).isEqualTo("y"));
            actors.start("sending", () -> other.sender().trySendAll(List.of("x", "y")));
            Await.until("the select is chosen", () -> step.get() == 1);
        });
        try {
            assertThatThrownBy(() -> channel.receiver().drainTo(target, 10)).hasMessage("full");

            assertThat(takeAll(channel.receiver())).isEqualTo(numbered(0, 3));
        } finally {
            step.set(2);
        }
    }

    @Test
    void drainTo_aTargetThatThrows_afterTheReceiversEnded_reportsTheRest() {
        Channel<String> channel = bounded(3);
        channel.sender().trySendAll(numbered(0, 3));
        Full target = new Full(1, channel::cancel);

        assertThatThrownBy(() -> channel.receiver().drainTo(target, 10)).hasMessage("full");

        assertThat(channels.undelivered).containsExactlyInAnyOrder("m1", "m2");
        assertThat(channel.stats().undelivered()).isEqualTo(2);
        assertThat(channel.stats().received()).isEqualTo(1);
    }

    /** Somebody was told that nothing would ever come: what comes back then is too late for all. */
    @Test
    void drainTo_aTargetThatThrows_afterReceiversWereTold_reportsTheRest() {
        Channel<String> channel = bounded(3);
        channel.sender().trySendAll(numbered(0, 3));
        channel.close();
        Full target = new Full(
                1,
                () -> assertThat(channel.receiver().tryReceive().isDisconnected())
                        .isTrue());

        assertThatThrownBy(() -> channel.receiver().drainTo(target, 10)).hasMessage("full");

        assertThat(channels.undelivered).containsExactlyInAnyOrder("m1", "m2");
        assertThat(channel.receiver().tryReceive().isDisconnected()).isTrue();
    }

    @Test
    void drainTo_null_isRefused() {
        Channel<String> channel = bounded(1);
        channel.sender().trySend("m");

        assertThatThrownBy(() -> channel.receiver().drainTo(null, 1)).isInstanceOf(NullPointerException.class);

        assertThat(channel.receiver().size()).isEqualTo(1);
    }
}
