package io.millrace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinWorkerThread;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How a select ends when no message moves: timeout, otherwise, interrupt, cancel, disconnect. */
class SelectEndTest extends ContractTest {
    static List<SelectStyle> selectStyles() {
        return SelectStyle.available();
    }

    static Stream<Arguments> selectStylesAndReceiversEnds() {
        return selectStyles().stream()
                .flatMap(style ->
                        Stream.of(DisconnectContractTest.ReceiversEnd.values()).map(end -> Arguments.of(style, end)));
    }

    private Channel<String> bounded(int capacity) {
        return channels.watch(Channel.<String>builder()
                .capacity(capacity)
                .onUndelivered(channels.undelivered::add)
                .build());
    }

    private static Select<String> receiving(Select<String> select, Channel<String> channel) {
        return select.receive(channel.receiver(), message -> "received:" + message);
    }

    private static Select<String> sending(Select<String> select, Channel<String> channel) {
        return select.send(channel.sender(), "s", () -> "sent");
    }

    private static void assertNobodyWaits(Channel<?> channel) {
        assertThat(channel.stats().waitingSenders()).isZero();
        assertThat(channel.stats().waitingReceivers()).isZero();
    }

    // timeout and otherwise

    @ParameterizedTest
    @MethodSource("selectStyles")
    void timeout_whenNothingBecomesReady_isChosen(SelectStyle style) {
        Channel<String> a = bounded(0);
        ChannelStats before = a.stats();
        Select<String> select =
                sending(receiving(style.select(), a), a).timeout(Duration.ofMillis(2), () -> "timed out");

        for (int i = 0; i < 5; i++) {
            assertThat(style.start(actors, select).result())
                    .as("counted from each run")
                    .isEqualTo("timed out");
            assertThat(a.stats()).isEqualTo(before);
        }
    }

    @ParameterizedTest
    @MethodSource("selectStyles")
    void timeout_thatIsOverAtOnce_looksOnce(SelectStyle style) {
        Channel<String> channel = bounded(1);
        List<Duration> durations = List.of(
                Duration.ZERO, Duration.ofNanos(-1), Duration.ofSeconds(-5), Duration.ofSeconds(Long.MIN_VALUE));
        for (Duration duration : durations) {
            Select<String> select = receiving(style.select(), channel).timeout(duration, () -> "timed out");
            Selecting<String> selecting = style.start(actors, select);
            assertThat(selecting.isDone() || !style.isFuture()).isTrue();
            assertThat(selecting.result()).isEqualTo("timed out");

            channel.sender().trySend("m");
            assertThat(style.start(actors, select).result()).isEqualTo("received:m");
        }
    }

    @ParameterizedTest
    @MethodSource("selectStyles")
    void timeout_ofAnySize_meansForEver(SelectStyle style) {
        Channel<String> channel = bounded(0);
        List<Duration> durations = List.of(
                WaitStyle.FOR_EVER,
                Duration.ofNanos(Long.MAX_VALUE),
                Duration.ofNanos(Long.MAX_VALUE - 1),
                Duration.ofDays(400 * 365));
        for (Duration duration : durations) {
            Selecting<String> selecting =
                    style.start(actors, receiving(style.select(), channel).timeout(duration, () -> "timed out"));
            assertThat(selecting.isDone()).as("after %s", duration).isFalse();
            assertThat(channel.sender().trySend("m")).isEqualTo(SendResult.SENT);
            assertThat(selecting.result()).isEqualTo("received:m");
        }
    }

    @ParameterizedTest
    @MethodSource("selectStyles")
    void timeout_alone_isAWait(SelectStyle style) {
        Select<String> select = style.<String>select().timeout(Duration.ofMillis(2), () -> "timed out");

        assertThat(style.start(actors, select).result()).isEqualTo("timed out");
    }

    @ParameterizedTest
    @MethodSource("selectStyles")
    void otherwise_whenNothingIsReady_isChosen(SelectStyle style) {
        Channel<String> a = bounded(0);
        Channel<String> b = bounded(0);
        ChannelStats before = a.stats();
        Select<String> select =
                receiving(sending(receiving(style.select(), a), a), b).otherwise(() -> "nothing is ready");

        assertThat(style.start(actors, select).result()).isEqualTo("nothing is ready");

        assertThat(a.stats()).isEqualTo(before);
        send(WaitStyle.FUTURE, b.sender(), "m");
        assertThat(style.start(actors, select).result()).isEqualTo("received:m");
        assertThat(style.start(actors, Select.<String>fair().otherwise(() -> "alone"))
                        .result())
                .isEqualTo("alone");
    }

    @ParameterizedTest
    @MethodSource("selectStyles")
    void otherwise_whenAllBranchesAreDead_isChosen(SelectStyle style) {
        Channel<String> dead = bounded(1);
        dead.cancel();

        assertThat(style.start(
                                actors,
                                sending(receiving(style.select(), dead), dead).otherwise(() -> "dead"))
                        .result())
                .isEqualTo("dead");
    }

    static List<Consumer<Select<String>>> ends() {
        return List.of(select -> select.timeout(Duration.ZERO, () -> "t"), select -> select.otherwise(() -> "o"));
    }

    @Test
    void timeoutAndOtherwise_areAtMostOne() {
        for (Consumer<Select<String>> first : ends()) {
            for (Consumer<Select<String>> second : ends()) {
                Select<String> select = Select.fair();
                first.accept(select);

                assertThatThrownBy(() -> second.accept(select))
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessageContaining("at most one timeout or otherwise");
            }
        }
    }

    @Test
    void empty_isRefused() {
        assertThatThrownBy(() -> Select.fair().run()).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> Select.biased().run()).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> Select.fair().runAsync()).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void asyncTimeout_runsThenOnTheCommonPool() throws Exception {
        Channel<String> channel = bounded(0);
        Select<Thread> select = Select.<Thread>fair()
                .receive(channel.receiver(), message -> Thread.currentThread())
                .timeout(Duration.ofMillis(1), Thread::currentThread);

        Thread thread = select.runAsync().get(Await.LIMIT_SECONDS, TimeUnit.SECONDS);

        assertThat(thread).isInstanceOf(ForkJoinWorkerThread.class);
        assertThat(((ForkJoinWorkerThread) thread).getPool()).isSameAs(ForkJoinPool.commonPool());
    }

    @Test
    void asyncThen_runsOnTheThreadThatCompletedIt() throws Exception {
        Channel<String> channel = bounded(0);
        CompletableFuture<Thread> waiting = Select.<Thread>fair()
                .receive(channel.receiver(), message -> Thread.currentThread())
                .runAsync();

        Thread peer = actors.start("peer", () -> channel.sender().trySend("m"));

        assertThat(waiting.get(Await.LIMIT_SECONDS, TimeUnit.SECONDS)).isSameAs(peer);
    }

    /** No thread of its own for a select that waits, and none for its timeout. */
    @Test
    void manyAsyncSelects_needNoThreads() {
        Channel<String> channel = bounded(0);
        Select<String> select = receiving(Select.fair(), channel).timeout(Duration.ofHours(1), () -> "timed out");
        int before = Thread.getAllStackTraces().size();
        List<CompletableFuture<String>> futures = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            futures.add(select.runAsync());
        }

        assertThat(Thread.getAllStackTraces().size()).isLessThan(before + 20);

        assertThat(channel.stats().waitingReceivers()).isEqualTo(1000);
        channel.close();
        assertThat(futures).as("their timeout is still to come").noneMatch(CompletableFuture::isDone);
        futures.forEach(future -> assertThat(future.cancel(false)).isTrue());
    }

    // interrupt and cancel

    @ParameterizedTest
    @MethodSource("selectStyles")
    void withdraw_whileItWaits_hasNoEffect(SelectStyle style) {
        Channel<String> a = bounded(0);
        Channel<String> b = bounded(1);
        ChannelStats before = a.stats();
        Selecting<String> selecting = style.start(
                actors,
                receiving(sending(receiving(style.select(), a), a), b)
                        .disconnected(b.receiver(), () -> "terminated")
                        .timeout(Duration.ofHours(1), () -> "timed out"));

        assertThat(selecting.withdraw()).isTrue();

        assertThat(a.stats()).isEqualTo(before);
        assertNobodyWaits(b);
        assertThat(a.sender().trySend("m")).isEqualTo(SendResult.FULL);
        assertThat(b.sender().trySend("m")).isEqualTo(SendResult.SENT);
        assertThat(b.receiver().drain()).containsExactly("m");
    }

    @Test
    void run_interruptedOnEntry_movesNothing() {
        Channel<String> channel = bounded(1);
        channel.sender().trySend("m");
        for (Select<String> select : List.of(
                receiving(Select.fair(), channel),
                receiving(Select.fair(), channel).otherwise(() -> "nothing"))) {
            Thread.currentThread().interrupt();

            assertThatThrownBy(select::run).isInstanceOf(InterruptedException.class);

            assertThat(Thread.interrupted()).isFalse();
            assertThat(channel.receiver().size()).isEqualTo(1);
        }
    }

    @Test
    void runAsync_onAnInterruptedThread_works() {
        Channel<String> channel = bounded(1);
        channel.sender().trySend("m");
        Thread.currentThread().interrupt();
        CompletableFuture<String> future = receiving(Select.fair(), channel).runAsync();

        assertThat(Thread.interrupted()).isTrue();
        assertThat(future).isCompletedWithValue("received:m");
    }

    /** All ways of ending a future from outside, each before a peer comes. */
    enum OutsideEnd {
        CANCEL {
            @Override
            boolean apply(CompletableFuture<String> future) {
                return future.cancel(true);
            }
        },
        COMPLETE {
            @Override
            boolean apply(CompletableFuture<String> future) {
                return future.complete("outside");
            }
        },
        COMPLETE_EXCEPTIONALLY {
            @Override
            boolean apply(CompletableFuture<String> future) {
                return future.completeExceptionally(new IllegalStateException("outside"));
            }
        },
        COMPLETE_ASYNC {
            @Override
            boolean apply(CompletableFuture<String> future) {
                future.completeAsync(() -> "outside");
                return awaitEnd(future);
            }
        },
        OR_TIMEOUT {
            @Override
            boolean apply(CompletableFuture<String> future) {
                return awaitEnd(future.orTimeout(1, TimeUnit.MILLISECONDS));
            }
        },
        COMPLETE_ON_TIMEOUT {
            @Override
            boolean apply(CompletableFuture<String> future) {
                return awaitEnd(future.completeOnTimeout("outside", 1, TimeUnit.MILLISECONDS));
            }
        };

        abstract boolean apply(CompletableFuture<String> future);

        private static boolean awaitEnd(CompletableFuture<String> future) {
            Await.until("the future is ended from outside", future::isDone);
            return true;
        }
    }

    @ParameterizedTest
    @EnumSource(OutsideEnd.class)
    void future_endedFromOutside_commitsNothing(OutsideEnd end) {
        Channel<String> a = bounded(0);
        Channel<String> b = bounded(1);
        ChannelStats before = a.stats();
        List<String> thens = new ArrayList<>();
        CompletableFuture<String> future = Select.<String>fair()
                .receive(a.receiver(), message -> {
                    thens.add(message);
                    return message;
                })
                .send(a.sender(), "s", () -> "sent")
                .receive(b.receiver(), message -> message)
                .runAsync();

        assertThat(end.apply(future)).isTrue();

        assertThat(future).isDone();
        assertThat(a.stats()).isEqualTo(before);
        assertNobodyWaits(b);
        assertThat(b.sender().trySend("m")).isEqualTo(SendResult.SENT);
        assertThat(b.receiver().drain()).containsExactly("m");
        assertThat(thens).isEmpty();
    }

    @Test
    void future_thatHasEnded_isNotEndedAgain() throws Exception {
        Channel<String> channel = bounded(0);
        CompletableFuture<String> future = receiving(Select.fair(), channel).runAsync();
        channel.sender().trySend("m");

        assertThat(future.cancel(false)).isFalse();
        assertThat(future.complete("outside")).isFalse();
        assertThat(future.completeExceptionally(new IllegalStateException())).isFalse();
        assertThatThrownBy(() -> future.obtrudeValue("outside")).isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> future.obtrudeException(new IllegalStateException()))
                .isInstanceOf(UnsupportedOperationException.class);

        assertThat(future.get()).isEqualTo("received:m");
    }

    /** A cancel that comes when the select was chosen but not told yet: the message moved, and the future says so. */
    @Test
    void cancel_betweenTheChoiceAndTheWakeUp_loses() {
        Channel<String> channel = bounded(0);
        Channel<String> idle = bounded(0);
        List<CompletableFuture<String>> futures = new ArrayList<>();
        List<String> thens = new ArrayList<>();
        List<Object> seen = new ArrayList<>();
        channel.receiver().receive(() -> {
            seen.add(futures.get(0).cancel(false));
            seen.add(futures.get(0).isDone());
        });
        futures.add(receiving(Select.fair(), idle)
                .receive(channel.receiver(), message -> {
                    thens.add(message);
                    return message;
                })
                .runAsync());

        assertThat(channel.sender().trySendAll(List.of("x", "y"))).isEqualTo(2);

        assertThat(seen).containsExactly(false, true);
        assertThat(futures.get(0)).isCompletedWithValue("y");
        assertThat(thens).as("then ran once").containsExactly("y");
        assertNobodyWaits(idle);
    }

    // disconnect

    @ParameterizedTest
    @MethodSource("selectStyles")
    void disconnectedReceiver_isChosenOnceDrained(SelectStyle style) {
        Channel<String> channel = bounded(2);
        channel.sender().trySend("m");
        Select<String> select = receiving(style.select(), channel).disconnected(channel.receiver(), () -> "terminated");
        channel.close();

        assertThat(style.start(actors, select).result())
                .as("not before the last message")
                .isEqualTo("received:m");
        assertThat(style.start(actors, select).result()).isEqualTo("terminated");
    }

    @ParameterizedTest
    @MethodSource("selectStyles")
    void disconnectedReceiver_whileItWaits_isChosenOnceDrained(SelectStyle style) {
        Channel<String> channel = bounded(2);
        channel.sender().trySendAll(List.of("m", "n"));
        Selecting<String> selecting =
                style.start(actors, style.<String>select().disconnected(channel.receiver(), () -> "terminated"));
        channel.close();
        assertThat(channel.receiver().tryReceive().get()).isEqualTo("m");
        assertThat(selecting.isDone()).as("a message is left").isFalse();

        assertThat(channel.receiver().tryReceive().get()).isEqualTo("n");

        assertThat(selecting.result()).isEqualTo("terminated");
    }

    @ParameterizedTest
    @MethodSource("selectStyles")
    void disconnectedReceiver_withASendInLine_isChosenAfterIt(SelectStyle style) {
        Channel<String> channel = bounded(0);
        Operation send = send(WaitStyle.FUTURE, channel.sender(), "m");
        channel.sender().close();
        Selecting<String> selecting =
                style.start(actors, style.<String>select().disconnected(channel.receiver(), () -> "terminated"));
        assertThat(selecting.isDone()).isFalse();

        assertThat(send.withdraw()).isTrue();

        assertThat(selecting.result()).isEqualTo("terminated");
    }

    @ParameterizedTest
    @MethodSource("selectStylesAndReceiversEnds")
    void disconnected_whenTheReceiversGo_isChosen(SelectStyle style, DisconnectContractTest.ReceiversEnd end) {
        Channel<String> channel = bounded(1);
        channel.sender().trySend("m");
        Receiver<String> watched = channel.receiver();
        Selecting<String> onSender =
                style.start(actors, style.<String>select().disconnected(channel.sender(), () -> "no receivers"));
        Selecting<String> onReceiver =
                style.start(actors, style.<String>select().disconnected(watched, () -> "terminated"));
        assertThat(onSender.isDone()).isFalse();
        assertThat(onReceiver.isDone()).isFalse();

        end.apply.accept(channel);

        assertThat(onSender.result()).isEqualTo("no receivers");
        assertThat(onReceiver.result()).isEqualTo("terminated");
    }

    @ParameterizedTest
    @MethodSource("selectStyles")
    void disconnectedSender_whenTheChannelIsClosed_isChosenThoughMessagesRemain(SelectStyle style) {
        Channel<String> channel = bounded(1);
        channel.sender().trySend("m");
        Select<String> select = style.<String>select().disconnected(channel.sender(), () -> "closed");
        Selecting<String> waiting = style.start(actors, select);
        assertThat(waiting.isDone()).isFalse();

        channel.close();

        assertThat(waiting.result()).isEqualTo("closed");
        assertThat(style.start(actors, select).result()).isEqualTo("closed");
        assertThat(channel.receiver().size()).isEqualTo(1);
    }

    @ParameterizedTest
    @MethodSource("selectStyles")
    void deadBranches_takeNoPart(SelectStyle style) {
        Channel<String> closed = bounded(1);
        closed.close();
        Channel<String> cancelled = bounded(1);
        cancelled.cancel();
        Channel<String> live = bounded(0);
        Select<String> select = receiving(sending(sending(receiving(style.select(), closed), closed), cancelled), live);
        Selecting<String> selecting = style.start(actors, select);
        assertThat(selecting.isDone()).isFalse();
        assertNobodyWaits(closed);
        assertNobodyWaits(cancelled);

        assertThat(live.sender().trySend("m")).isEqualTo(SendResult.SENT);

        assertThat(selecting.result()).isEqualTo("received:m");
    }

    @ParameterizedTest
    @MethodSource("selectStyles")
    void closedButNotDrained_takesPart(SelectStyle style) {
        Channel<String> channel = bounded(1);
        channel.sender().trySend("m");
        channel.close();

        assertThat(style.start(actors, sending(receiving(style.select(), channel), channel))
                        .result())
                .isEqualTo("received:m");
    }

    @ParameterizedTest
    @MethodSource("selectStyles")
    void allBranchesDead_throwsDisconnected(SelectStyle style) {
        Channel<String> a = bounded(1);
        Exception cause = new Exception("why");
        a.close(cause);
        Channel<String> b = bounded(1);
        b.receiver().close();

        Throwable failure =
                style.start(actors, sending(receiving(style.select(), a), b)).failure();

        assertThat(failure).isInstanceOf(DisconnectedException.class).hasCause(cause);
    }

    @ParameterizedTest
    @MethodSource("selectStyles")
    void allBranchesDead_withATimeout_waitsForIt(SelectStyle style) {
        Channel<String> a = bounded(1);
        a.close();

        assertThat(style.start(actors, receiving(style.select(), a).timeout(Duration.ofMillis(1), () -> "timed out"))
                        .result())
                .isEqualTo("timed out");
    }

    @ParameterizedTest
    @MethodSource("selectStylesAndReceiversEnds")
    void lastBranch_thatDiesWhileItWaits_endsIt(SelectStyle style, DisconnectContractTest.ReceiversEnd end) {
        Channel<String> a = bounded(1);
        a.sender().trySend("full");
        Channel<String> b = bounded(1);
        b.sender().trySend("full");
        Selecting<String> selecting = style.start(actors, sending(sending(style.select(), a), b));

        end.apply.accept(a);
        assertThat(selecting.isDone()).as("one branch lives").isFalse();
        end.apply.accept(b);

        assertThat(selecting.failure()).isInstanceOf(DisconnectedException.class);
        assertThat(a.stats().sent() + b.stats().sent()).isEqualTo(2);
        assertNobodyWaits(a);
        assertNobodyWaits(b);
    }

    @ParameterizedTest
    @MethodSource("selectStyles")
    void lastReceive_thatDiesWhileItWaits_endsIt(SelectStyle style) {
        Channel<String> a = bounded(0);
        Channel<String> b = bounded(0);
        Selecting<String> selecting = style.start(actors, receiving(receiving(style.select(), a), b));

        a.sender().close();
        assertThat(selecting.isDone()).as("one branch lives").isFalse();
        b.close();

        assertThat(selecting.failure()).isInstanceOf(DisconnectedException.class);
    }

    @ParameterizedTest
    @MethodSource("selectStyles")
    void oneBranch_thatDies_leavesTheOthersInLine(SelectStyle style) {
        Channel<String> a = bounded(0);
        Channel<String> b = bounded(0);
        Selecting<String> selecting = style.start(actors, receiving(receiving(style.select(), a), b));
        a.cancel();

        assertThat(b.sender().trySend("m")).isEqualTo(SendResult.SENT);

        assertThat(selecting.result()).isEqualTo("received:m");
        assertNobodyWaits(a);
    }

    @ParameterizedTest
    @MethodSource("selectStyles")
    void allBranchesDieWhileItWaits_withATimeout_waitsForIt(SelectStyle style) {
        Channel<String> a = bounded(0);
        Selecting<String> selecting =
                style.start(actors, receiving(style.select(), a).timeout(Duration.ofMillis(100), () -> "timed out"));

        a.close();

        assertThat(selecting.result()).isEqualTo("timed out");
    }

    // closing handles under a select that waits

    @ParameterizedTest
    @MethodSource("selectStyles")
    void closeOfItsReceiver_keepsTheSideConnected(SelectStyle style) {
        Channel<String> a = bounded(0);
        Channel<String> b = bounded(0);
        Selecting<String> first = style.start(actors, receiving(receiving(style.select(), a), b));

        a.receiver().close();

        assertThat(a.sender().isDisconnected()).isFalse();
        assertThat(a.sender().trySend("m")).isEqualTo(SendResult.SENT);
        assertThat(first.result()).isEqualTo("received:m");
        assertThat(a.sender().isDisconnected()).as("once it has ended").isTrue();
        assertThat(a.sender().trySend("n")).isEqualTo(SendResult.DISCONNECTED);
    }

    /** The branch that loses holds its side no longer. */
    @ParameterizedTest
    @MethodSource("selectStyles")
    void closeOfItsReceiver_thenAnotherBranchWins_disconnects(SelectStyle style) {
        Channel<String> a = bounded(0);
        Channel<String> b = bounded(0);
        Selecting<String> selecting = style.start(actors, receiving(receiving(style.select(), a), b));
        Operation waiting = send(WaitStyle.FUTURE, b.sender(), "m");
        assertSent(waiting);
        assertThat(selecting.result()).isEqualTo("received:m");
        Selecting<String> second = style.start(actors, receiving(receiving(style.select(), a), b));
        a.receiver().close();
        assertThat(a.sender().isDisconnected()).isFalse();

        assertThat(b.sender().trySend("n")).isEqualTo(SendResult.SENT);

        assertThat(second.result()).isEqualTo("received:n");
        assertThat(a.sender().isDisconnected()).isTrue();
        assertThat(a.disconnected()).isCompleted();
    }

    @ParameterizedTest
    @MethodSource("selectStyles")
    void closeOfItsSender_keepsTheSideConnected(SelectStyle style) {
        Channel<String> a = bounded(1);
        a.sender().trySend("m");
        Selecting<String> selecting = style.start(actors, sending(style.select(), a));

        a.sender().close();

        assertThat(a.receiver().isDisconnected()).isFalse();
        assertThat(takeAll(a.receiver())).containsExactly("m", "s");
        assertThat(selecting.result()).isEqualTo("sent");
        assertThat(a.receiver().isTerminated()).isTrue();
    }

    @ParameterizedTest
    @MethodSource("selectStyles")
    void close_ofTheChannel_leavesItsSendInLine(SelectStyle style) {
        Channel<String> a = bounded(1);
        a.sender().trySend("m");
        Channel<String> idle = bounded(0);
        Selecting<String> selecting = style.start(actors, receiving(sending(style.select(), a), idle));

        a.close();

        assertThat(selecting.isDone()).isFalse();
        assertThat(a.receiver().isTerminated()).isFalse();
        assertThat(takeAll(a.receiver())).containsExactly("m", "s");
        assertThat(selecting.result()).isEqualTo("sent");
        assertThat(a.receiver().tryReceive().isDisconnected()).isTrue();
    }

    /** Nobody but itself could meet it, and it never meets itself. */
    @ParameterizedTest
    @MethodSource("selectStyles")
    void aloneInBothLines_whenAllHandlesClose_isDisconnected(SelectStyle style) {
        for (boolean senderFirst : new boolean[] {true, false}) {
            Channel<String> channel = bounded(0);
            Selecting<String> selecting = style.start(actors, sending(receiving(style.select(), channel), channel));
            if (senderFirst) {
                channel.sender().close();
                assertThat(selecting.isDone()).isFalse();
                channel.receiver().close();
            } else {
                channel.receiver().close();
                assertThat(selecting.isDone()).isFalse();
                channel.sender().close();
            }

            assertThat(selecting.failure()).isInstanceOf(DisconnectedException.class);
            assertThat(channel.disconnected()).isCompleted();
            assertNobodyWaits(channel);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aloneInBothLines_afterAClose_isDisconnected(boolean closeFirst) {
        Channel<String> channel = bounded(0);
        Selecting<String> selecting =
                SelectStyle.FAIR_FUTURE.start(actors, sending(receiving(Select.fair(), channel), channel));
        if (closeFirst) {
            channel.close();
            assertThat(selecting.isDone()).as("a receiver may still come").isFalse();
            channel.receiver().close();
        } else {
            channel.receiver().close();
            channel.close();
        }

        assertThat(selecting.failure()).isInstanceOf(DisconnectedException.class);
        assertNobodyWaits(channel);
    }

    /** With another branch it lives on, and only the branches on the dead channel go. */
    @Test
    void aloneInBothLines_withAnotherBranch_waitsOnThere() {
        Channel<String> channel = bounded(0);
        Channel<String> other = bounded(0);
        Selecting<String> selecting = SelectStyle.FAIR_FUTURE.start(
                actors, receiving(sending(receiving(Select.fair(), channel), channel), other));
        channel.sender().close();
        channel.receiver().close();
        assertThat(channel.stats().disconnected()).isTrue();
        assertThat(selecting.isDone()).isFalse();

        assertThat(other.sender().trySend("m")).isEqualTo(SendResult.SENT);

        assertThat(selecting.result()).isEqualTo("received:m");
    }

    /** Two of them are not alone: they meet. */
    @Test
    void twoInBothLines_meet() {
        Channel<String> channel = bounded(0);
        Selecting<String> first =
                SelectStyle.FAIR_FUTURE.start(actors, sending(receiving(Select.fair(), channel), channel));
        Selecting<String> second =
                SelectStyle.FAIR_FUTURE.start(actors, sending(receiving(Select.fair(), channel), channel));

        assertThat(List.of(first.result(), second.result())).containsExactlyInAnyOrder("sent", "received:s");
    }

    @Test
    void timedGet_ofAWaitingSelect_leavesItInLine() throws Exception {
        Channel<String> channel = bounded(0);
        CompletableFuture<String> future = receiving(Select.fair(), channel).runAsync();

        assertThatThrownBy(() -> future.get(1, TimeUnit.MILLISECONDS)).isInstanceOf(TimeoutException.class);

        assertThat(channel.sender().trySend("m")).isEqualTo(SendResult.SENT);
        assertThat(future.get()).isEqualTo("received:m");
    }

    @Test
    void derivedFuture_cancelled_doesNotCancelTheSelect() throws ExecutionException, InterruptedException {
        Channel<String> channel = bounded(0);
        CompletableFuture<String> future = receiving(Select.fair(), channel).runAsync();

        assertThat(future.thenApply(String::length).cancel(false)).isTrue();

        assertThat(channel.sender().trySend("m")).isEqualTo(SendResult.SENT);
        assertThat(future.get()).isEqualTo("received:m");
    }
}
