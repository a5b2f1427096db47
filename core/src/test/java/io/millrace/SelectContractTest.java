package io.millrace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.spi.Waker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Rules of select: which branch takes effect, and that no other one does. */
class SelectContractTest extends ContractTest {
    static List<SelectStyle> selectStyles() {
        return SelectStyle.available();
    }

    static Stream<Arguments> selectStylesAndStyles() {
        return selectStyles().stream().flatMap(select -> styles().stream().map(style -> Arguments.of(select, style)));
    }

    static Stream<Arguments> selectStylesAndKinds() {
        return selectStyles().stream().flatMap(select -> kinds().stream().map(kind -> Arguments.of(select, kind)));
    }

    static Stream<Arguments> selectStylesAndKindsThatWait() {
        return selectStyles().stream()
                .flatMap(select -> kindsThatWait().stream().map(kind -> Arguments.of(select, kind)));
    }

    static Stream<Arguments> pairsOfSelectStyles() {
        return selectStyles().stream()
                .flatMap(first -> selectStyles().stream().map(second -> Arguments.of(first, second)));
    }

    private Channel<String> bounded(int capacity) {
        return channels.watch(Channel.<String>builder()
                .capacity(capacity)
                .onUndelivered(channels.undelivered::add)
                .build());
    }

    private static <T> Select<String> receiving(Select<String> select, String name, Channel<T> channel) {
        return select.receive(channel.receiver(), message -> name + ":" + message);
    }

    private static Select<String> sending(Select<String> select, String message, Channel<String> channel) {
        return select.send(channel.sender(), message, () -> "sent:" + message);
    }

    private static void assertNobodyWaits(Channel<?> channel) {
        assertThat(channel.stats().waitingSenders()).isZero();
        assertThat(channel.stats().waitingReceivers()).isZero();
    }

    // one branch

    @ParameterizedTest
    @MethodSource("selectStylesAndKinds")
    void receive_whenAMessageIsThere_takesIt(SelectStyle style, ChannelKind kind) {
        Channel<String> channel = channels.create(kind);
        Operation send = send(WaitStyle.FUTURE, channel.sender(), "m");

        Selecting<String> selecting = style.start(actors, receiving(style.select(), "a", channel));

        assertThat(selecting.result()).isEqualTo("a:m");
        assertSent(send);
        assertThat(channel.stats().received()).isEqualTo(1);
    }

    @ParameterizedTest
    @MethodSource("selectStylesAndKinds")
    void receive_whenEmpty_waitsForTheMessage(SelectStyle style, ChannelKind kind) {
        Channel<String> channel = channels.create(kind);
        Selecting<String> selecting = style.start(actors, receiving(style.select(), "a", channel));
        assertThat(selecting.isDone()).isFalse();
        assertThat(channel.stats().waitingReceivers()).isEqualTo(1);

        assertThat(channel.sender().trySend("m")).isEqualTo(SendResult.SENT);

        assertThat(selecting.result()).isEqualTo("a:m");
        assertNobodyWaits(channel);
    }

    @ParameterizedTest
    @MethodSource("selectStylesAndKindsThatWait")
    void send_whenFull_waitsForRoom(SelectStyle style, ChannelKind kind) {
        Channel<String> channel = channels.create(kind);
        List<String> messages = fill(kind, channel);
        Selecting<String> selecting = style.start(actors, sending(style.select(), "m", channel));
        assertThat(selecting.isDone()).isFalse();
        assertThat(channel.stats().waitingSenders()).isEqualTo(1);

        messages.add("m");
        assertThat(channel.receiver().drain()).isEqualTo(messages);

        assertThat(selecting.result()).isEqualTo("sent:m");
        assertNobodyWaits(channel);
    }

    @ParameterizedTest
    @MethodSource("selectStylesAndStyles")
    void rendezvous_withAWaitingReceiver_sends(SelectStyle style, WaitStyle peer) {
        Channel<String> channel = bounded(0);
        Operation receive = receive(peer, channel.receiver());

        Selecting<String> selecting = style.start(actors, sending(style.select(), "m", channel));

        assertThat(selecting.result()).isEqualTo("sent:m");
        assertReceived(receive, "m");
    }

    @ParameterizedTest
    @MethodSource("selectStylesAndStyles")
    void rendezvous_inLine_isServedByAnyPeer(SelectStyle style, WaitStyle peer) {
        Channel<String> there = bounded(0);
        Channel<String> back = bounded(0);
        Select<String> select = sending(receiving(style.select(), "b", back), "m", there);
        Selecting<String> first = style.start(actors, select);
        assertReceived(receive(peer, there.receiver()), "m");
        assertThat(first.result()).isEqualTo("sent:m");

        Selecting<String> second = style.start(actors, select);
        assertSent(send(peer, back.sender(), "x"));

        assertThat(second.result()).isEqualTo("b:x");
        assertNobodyWaits(there);
        assertNobodyWaits(back);
    }

    @ParameterizedTest
    @MethodSource("pairsOfSelectStyles")
    void rendezvous_ofTwoSelects_handsOver(SelectStyle sender, SelectStyle receiver) {
        Channel<String> channel = bounded(0);
        Channel<String> idle = bounded(1);
        Selecting<String> receiving =
                receiver.start(actors, receiving(receiving(receiver.select(), "idle", idle), "a", channel));

        Selecting<String> sending =
                sender.start(actors, sending(receiving(sender.select(), "idle", idle), "m", channel));

        assertThat(receiving.result()).isEqualTo("a:m");
        assertThat(sending.result()).isEqualTo("sent:m");
        assertNobodyWaits(channel);
        assertNobodyWaits(idle);
        assertThat(channel.stats().sent()).isEqualTo(1);
    }

    // several branches

    @ParameterizedTest
    @MethodSource("selectStyles")
    void severalReady_exactlyOneTakesEffect(SelectStyle style) {
        Channel<String> a = bounded(1);
        Channel<String> b = bounded(1);
        Channel<String> c = bounded(1);
        a.sender().trySend("m");
        b.sender().trySend("m");

        String result = style.start(actors, sending(receiving(receiving(style.select(), "a", a), "b", b), "m", c))
                .result();

        assertThat(result).isIn("a:m", "b:m", "sent:m");
        long moved = a.stats().received() + b.stats().received() + c.stats().sent();
        assertThat(moved).isEqualTo(1);
        assertThat(a.receiver().isEmpty()).isEqualTo(result.equals("a:m"));
        assertThat(b.receiver().isEmpty()).isEqualTo(result.equals("b:m"));
        assertThat(c.receiver().isEmpty()).isEqualTo(!result.equals("sent:m"));
    }

    @ParameterizedTest
    @MethodSource("selectStylesAndStyles")
    void twoSends_withReceiversOnBoth_sendOne(SelectStyle style, WaitStyle peer) {
        Channel<String> a = bounded(0);
        Channel<String> b = bounded(0);
        Operation onA = receive(peer, a.receiver());
        Operation onB = receive(peer, b.receiver());

        String result = style.start(actors, sending(sending(style.select(), "a", a), "b", b))
                .result();

        assertThat(a.stats().sent() + b.stats().sent()).isEqualTo(1);
        assertReceived(result.equals("sent:a") ? onA : onB, result.equals("sent:a") ? "a" : "b");
        assertWithdrawn(result.equals("sent:a") ? onB : onA);
    }

    /** What a losing branch leaves behind: nothing. */
    @ParameterizedTest
    @MethodSource("selectStyles")
    void losers_afterAWait_haveNoEffect(SelectStyle style) {
        Channel<String> full = bounded(1);
        full.sender().trySend("before");
        Channel<String> empty = bounded(1);
        Channel<String> won = bounded(1);
        ChannelStats fullBefore = full.stats();
        ChannelStats emptyBefore = empty.stats();
        Selecting<String> selecting = style.start(
                actors,
                receiving(receiving(sending(style.select(), "lost", full), "empty", empty), "won", won)
                        .disconnected(empty.receiver(), () -> "empty is terminated")
                        .disconnected(full.sender(), () -> "full is disconnected"));
        assertThat(full.stats().waitingSenders()).isEqualTo(1);
        assertThat(empty.stats().waitingReceivers()).isEqualTo(1);

        won.sender().trySend("m");

        assertThat(selecting.result()).isEqualTo("won:m");
        assertThat(full.stats()).isEqualTo(fullBefore);
        assertThat(empty.stats()).isEqualTo(emptyBefore);
        assertThat(full.receiver().drain()).containsExactly("before");
        assertThat(empty.sender().trySend("next")).isEqualTo(SendResult.SENT);
        assertThat(empty.receiver().drain()).containsExactly("next");
    }

    @ParameterizedTest
    @MethodSource("selectStyles")
    void losers_whenReadyAtOnce_haveNoEffect(SelectStyle style) {
        Channel<String> idle = bounded(0);
        Channel<String> won = bounded(1);
        won.sender().trySend("m");
        ChannelStats before = idle.stats();

        Select<String> select = receiving(sending(receiving(style.select(), "idle", idle), "lost", idle), "won", won);

        assertThat(style.start(actors, select).result()).isEqualTo("won:m");
        assertThat(idle.stats()).isEqualTo(before);
    }

    @ParameterizedTest
    @MethodSource("selectStylesAndStyles")
    void loser_thatLeft_isPassedOver(SelectStyle style, WaitStyle behind) {
        Channel<String> a = bounded(0);
        Channel<String> b = bounded(0);
        Selecting<String> selecting = style.start(actors, receiving(receiving(style.select(), "a", a), "b", b));
        Operation next = receive(behind, a.receiver());
        assertThat(b.sender().trySend("x")).isEqualTo(SendResult.SENT);
        assertThat(selecting.result()).isEqualTo("b:x");

        assertThat(a.sender().trySend("m")).isEqualTo(SendResult.SENT);

        assertReceived(next, "m");
    }

    /**
     * The waker ahead of the select runs when the select has been given its message, but has not been told yet: its other
     * branch still stands in line, and the message that comes there goes to the next one.
     */
    @ParameterizedTest
    @EnumSource(
            value = SelectStyle.class,
            names = {"FAIR_FUTURE", "BIASED_FUTURE"})
    void loser_thatIsAboutToLeave_isPassedOver(SelectStyle style) {
        Channel<String> a = bounded(0);
        Channel<String> b = bounded(0);
        List<SendResult> sent = new ArrayList<>();
        b.receiver().receive(() -> sent.add(a.sender().trySend("m")));
        Selecting<String> selecting = style.start(actors, receiving(receiving(style.select(), "a", a), "b", b));
        Operation next = receive(WaitStyle.FUTURE, a.receiver());

        assertThat(b.sender().trySendAll(List.of("x", "y"))).isEqualTo(2);

        assertThat(sent).containsExactly(SendResult.SENT);
        assertReceived(next, "m");
        assertThat(selecting.result()).isEqualTo("b:y");
    }

    /** As above, and nobody stands behind it: then nobody waits there. */
    @ParameterizedTest
    @EnumSource(
            value = SelectStyle.class,
            names = {"FAIR_FUTURE", "BIASED_FUTURE"})
    void loser_thatIsAboutToLeave_isNobody(SelectStyle style) {
        Channel<String> a = bounded(0);
        Channel<String> b = bounded(0);
        List<Object> seen = new ArrayList<>();
        b.receiver().receive(() -> {
            seen.add(a.sender().trySend("m"));
            seen.add(a.receiver().tryReceive().isReceived());
        });
        Selecting<String> selecting =
                style.start(actors, sending(receiving(receiving(style.select(), "a", a), "b", b), "s", a));

        assertThat(b.sender().trySendAll(List.of("x", "y"))).isEqualTo(2);

        assertThat(seen).containsExactly(SendResult.FULL, false);
        assertThat(selecting.result()).isEqualTo("b:y");
        assertNobodyWaits(a);
    }

    /** A branch that only waits to be withdrawn holds nobody up: the end of its side is told to whoever waits for it. */
    @Test
    void loser_thatIsAboutToLeave_doesNotHideTheEndOfTheMessages() {
        Channel<String> a = bounded(0);
        Channel<String> b = bounded(0);
        List<Boolean> seen = new ArrayList<>();
        b.receiver().receive(() -> seen.add(a.receiver().isTerminated()));
        Selecting<String> leaving =
                SelectStyle.FAIR_FUTURE.start(actors, receiving(sending(Select.fair(), "s", a), "b", b));
        a.close();
        Selecting<String> watching = SelectStyle.FAIR_FUTURE.start(
                actors, Select.<String>fair().disconnected(a.receiver(), () -> "terminated"));
        assertThat(watching.isDone()).isFalse();

        assertThat(b.sender().trySendAll(List.of("x", "y"))).isEqualTo(2);

        assertThat(leaving.result()).isEqualTo("b:y");
        assertThat(seen).containsExactly(true);
        assertThat(watching.result()).isEqualTo("terminated");
    }

    @ParameterizedTest
    @MethodSource("selectStyles")
    void sameChannel_inSeveralBranches_movesOneMessage(SelectStyle style) {
        Channel<String> channel = bounded(2);
        channel.sender().trySend("m0");
        Select<String> select = sending(
                sending(receiving(receiving(style.select(), "a", channel), "b", channel), "s1", channel),
                "s2",
                channel);

        String result = style.start(actors, select).result();

        assertThat(result).isIn("a:m0", "b:m0", "sent:s1", "sent:s2");
        assertThat(channel.stats().sent() - 1 + channel.stats().received()).isEqualTo(1);
        assertNobodyWaits(channel);
    }

    @ParameterizedTest
    @MethodSource("selectStyles")
    void sameRendezvous_inSeveralBranches_neverMeetsItself(SelectStyle style) {
        Channel<String> channel = bounded(0);
        Select<String> select = sending(
                sending(receiving(receiving(style.select(), "a", channel), "b", channel), "s1", channel),
                "s2",
                channel);
        Selecting<String> selecting = style.start(actors, select);
        assertThat(selecting.isDone()).isFalse();
        assertThat(channel.stats().waitingSenders()).isEqualTo(2);
        assertThat(channel.stats().waitingReceivers()).isEqualTo(2);
        channel.core.checkInvariants();

        assertThat(channel.receiver().tryReceive().get()).isIn("s1", "s2");

        assertThat(selecting.result()).isIn("sent:s1", "sent:s2");
        assertNobodyWaits(channel);
        assertThat(channel.stats().sent()).isEqualTo(1);
    }

    @ParameterizedTest
    @MethodSource("selectStyles")
    void run_manyTimes_startsAnew(SelectStyle style) {
        Channel<String> a = bounded(1);
        Channel<String> b = bounded(1);
        Select<String> select = sending(receiving(style.select(), "a", a), "out", b);
        b.sender().trySend("full");
        List<String> results = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            Selecting<String> selecting = style.start(actors, select);
            assertThat(selecting.isDone()).isFalse();
            if (i % 2 == 0) {
                a.sender().trySend("m" + i);
            } else {
                assertThat(b.receiver().tryReceive().isReceived()).isTrue();
            }
            results.add(selecting.result());
            assertNobodyWaits(a);
            assertNobodyWaits(b);
        }

        assertThat(results).startsWith("a:m0", "sent:out", "a:m2").endsWith("a:m48", "sent:out");
        assertThat(b.stats().sent()).isEqualTo(26);
    }

    @ParameterizedTest
    @MethodSource("selectStyles")
    void run_ofOneSelectByManyAtOnce_servesEach(SelectStyle style) {
        Channel<String> a = bounded(0);
        Channel<String> b = bounded(0);
        Select<String> select = receiving(receiving(style.select(), "a", a), "b", b);
        List<Selecting<String>> runs = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            runs.add(style.start(actors, select));
        }
        for (int i = 0; i < 10; i++) {
            assertThat((i % 2 == 0 ? a : b).sender().trySend("m" + i)).isEqualTo(SendResult.SENT);
        }

        List<String> results = new ArrayList<>();
        runs.forEach(run -> results.add(run.result()));
        assertThat(results)
                .as("first come, first served")
                .containsExactly("a:m0", "b:m1", "a:m2", "b:m3", "a:m4", "b:m5", "a:m6", "b:m7", "a:m8", "b:m9");
    }

    // in line with others

    @ParameterizedTest
    @MethodSource("selectStyles")
    void line_ofEveryWayOfWaiting_isServedInOrder(SelectStyle style) {
        Channel<String> channel = bounded(0);
        Channel<String> idle = bounded(0);
        List<Operation> operations = new ArrayList<>();
        List<Selecting<String>> selects = new ArrayList<>();
        for (WaitStyle waitStyle : styles()) {
            operations.add(receive(waitStyle, channel.receiver()));
            selects.add(style.start(actors, receiving(receiving(style.select(), "idle", idle), "a", channel)));
        }

        for (int i = 0; i < operations.size(); i++) {
            assertThat(channel.sender().trySendAll(List.of("o" + i, "s" + i))).isEqualTo(2);
        }

        for (int i = 0; i < operations.size(); i++) {
            assertReceived(operations.get(i), "o" + i);
            assertThat(selects.get(i).result()).isEqualTo("a:s" + i);
        }
        assertNobodyWaits(idle);
    }

    @ParameterizedTest
    @MethodSource("selectStyles")
    void lineOfSenders_ofEveryWayOfWaiting_isServedInOrder(SelectStyle style) {
        Channel<String> channel = bounded(1);
        channel.sender().trySend("first");
        Channel<String> idle = bounded(0);
        List<String> expected = new ArrayList<>(List.of("first"));
        List<Operation> operations = new ArrayList<>();
        List<Selecting<String>> selects = new ArrayList<>();
        for (WaitStyle waitStyle : styles()) {
            String name = waitStyle.name();
            operations.add(send(waitStyle, channel.sender(), name));
            selects.add(style.start(actors, sending(receiving(style.select(), "idle", idle), "s" + name, channel)));
            expected.addAll(List.of(name, "s" + name));
        }

        assertThat(takeAll(channel.receiver())).isEqualTo(expected);

        operations.forEach(ContractTest::assertSent);
        selects.forEach(select -> assertThat(select.result()).startsWith("sent:s"));
    }

    @ParameterizedTest
    @MethodSource("selectStyles")
    void ready_behindAnEarlierWaiter_doesNotOvertake(SelectStyle style) {
        Channel<String> channel = bounded(1);
        channel.sender().trySend("m");
        Operation earlier = send(WaitStyle.FUTURE, channel.sender(), "earlier");
        Selecting<String> selecting = style.start(actors, sending(style.select(), "s", channel));

        assertThat(takeAll(channel.receiver())).containsExactly("m", "earlier", "s");

        assertSent(earlier);
        assertThat(selecting.result()).isEqualTo("sent:s");
    }

    // then

    @ParameterizedTest
    @MethodSource("selectStyles")
    void then_runsWithoutALockAndAfterAllBranchesWereWithdrawn(SelectStyle style) {
        Channel<String> a = bounded(0);
        Channel<String> b = bounded(0);
        Select<String> select = sending(receiving(style.select(), "lost", b), "lost", b)
                .receive(a.receiver(), message -> {
                    useFromAnotherThread(a);
                    useFromAnotherThread(b);
                    assertNobodyWaits(a);
                    assertNobodyWaits(b);
                    return message;
                });
        Selecting<String> waiting = style.start(actors, select);
        assertThat(a.sender().trySend("m")).isEqualTo(SendResult.SENT);
        assertThat(waiting.result()).isEqualTo("m");

        Operation send = send(WaitStyle.FUTURE, a.sender(), "n");
        assertThat(style.start(actors, select).result()).isEqualTo("n");
        assertSent(send);
    }

    @ParameterizedTest
    @MethodSource("selectStyles")
    void then_ofEveryKindOfBranch_runsWithoutALock(SelectStyle style) {
        Channel<String> channel = bounded(1);
        Channel<String> ended = bounded(1);
        Channel<String> empty = bounded(0);
        ended.close();
        ended.receiver().close();
        List<Select<String>> selects = List.of(
                style.<String>select().send(channel.sender(), "m", () -> use(channel)),
                style.<String>select().receive(channel.receiver(), message -> use(channel)),
                style.<String>select().disconnected(ended.sender(), () -> use(ended)),
                style.<String>select().receive(empty.receiver(), m -> m).timeout(Duration.ZERO, () -> use(empty)),
                style.<String>select()
                        .receive(empty.receiver(), m -> m)
                        .timeout(Duration.ofMillis(1), () -> use(empty)),
                style.<String>select().receive(empty.receiver(), m -> m).otherwise(() -> use(empty)));

        for (Select<String> select : selects) {
            assertThat(style.start(actors, select).result()).isEqualTo("used");
        }
    }

    private String use(Channel<?> channel) {
        useFromAnotherThread(channel);
        return "used";
    }

    @ParameterizedTest
    @MethodSource("selectStyles")
    void then_thatThrows_failsTheRunAfterItsBranchTookEffect(SelectStyle style) {
        Channel<String> channel = bounded(1);
        List<RuntimeException> thrown = List.of(new IllegalStateException("now"), new IllegalStateException("later"));
        Select<String> select = style.<String>select().receive(channel.receiver(), message -> {
            throw thrown.get(message.equals("now") ? 0 : 1);
        });
        channel.sender().trySend("now");
        assertThat(style.start(actors, select).failure()).isSameAs(thrown.get(0));

        Selecting<String> waiting = style.start(actors, select);
        assertThat(channel.sender().trySend("later")).isEqualTo(SendResult.SENT);

        assertThat(waiting.failure()).isSameAs(thrown.get(1));
        assertThat(channel.stats().received()).isEqualTo(2);
        assertNobodyWaits(channel);
    }

    @Test
    void then_thatThrows_doesNotDisturbThePeer() {
        Channel<String> channel = bounded(0);
        AssertionError thrown = new AssertionError("in then");
        Selecting<String> selecting =
                SelectStyle.FAIR_FUTURE.start(actors, Select.<String>fair().receive(channel.receiver(), message -> {
                    throw thrown;
                }));
        Operation behind = receive(WaitStyle.FUTURE, channel.receiver());

        assertThat(channel.sender().trySendAll(List.of("x", "y"))).isEqualTo(2);

        assertThat(selecting.failure()).isSameAs(thrown);
        assertReceived(behind, "y");
    }

    @ParameterizedTest
    @MethodSource("selectStyles")
    void then_thatRunsTheSameSelect_goesOn(SelectStyle style) throws Exception {
        Channel<String> channel = bounded(4);
        channel.sender().trySendAll(List.of("1", "2", "3"));
        List<Select<String>> made = new ArrayList<>();
        made.add(style.<String>select().receive(channel.receiver(), message -> {
            try {
                return message.equals("3") ? message : message + made.get(0).run();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }));

        assertThat(style.start(actors, made.get(0)).result()).isEqualTo("123");
    }

    // what is refused

    @Test
    void add_ofAClosedHandle_isRefused() {
        Channel<String> channel = bounded(1);
        channel.sender().close();
        channel.receiver().close();
        Select<String> select = Select.fair();

        assertThatThrownBy(() -> receiving(select, "a", channel)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> sending(select, "m", channel)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> select.disconnected(channel.receiver(), () -> "r"))
                .isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> select.disconnected(channel.sender(), () -> "s"))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void run_afterAHandleWasClosed_isRefusedAtOnce() {
        Channel<String> channel = bounded(1);
        Channel<String> other = bounded(1);
        Sender<String> closed = channel.sender().duplicate();
        Select<String> select = receiving(Select.fair(), "a", other).send(closed, "m", () -> "sent");
        closed.close();
        other.sender().trySend("ready");

        assertThatThrownBy(select::run).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(select::runAsync).isInstanceOf(IllegalStateException.class);

        assertThat(other.receiver().size()).isEqualTo(1);
        assertThat(channel.stats().sent()).isZero();
    }

    @Test
    void add_ofNull_isRefused() {
        Channel<String> channel = bounded(1);
        Select<String> select = Select.fair();

        assertThatThrownBy(() -> select.receive(null, message -> "r")).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> select.receive(channel.receiver(), null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> select.send(null, "m", () -> "s")).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> select.send(channel.sender(), null, () -> "s"))
                .isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> select.send(channel.sender(), "m", null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> select.disconnected(channel.receiver(), null))
                .isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> select.disconnected(channel.sender(), null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> select.timeout(null, () -> "t")).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> select.timeout(Duration.ZERO, null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> select.otherwise(null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(select::run)
                .as("nothing of that was added")
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("none");
    }

    /** A waker that is a thread is a waker, not a thread to unpark, also beside a select. */
    @Test
    void waker_besideASelect_isCalledOnce() {
        Channel<String> channel = bounded(0);
        List<String> woken = new ArrayList<>();
        Waker waker = () -> woken.add("waker");
        var pending = channel.receiver().receive(waker);
        Selecting<String> selecting = SelectStyle.FAIR_FUTURE.start(actors, receiving(Select.fair(), "a", channel));

        channel.sender().trySendAll(List.of("x", "y"));

        assertThat(pending.result().get()).isEqualTo("x");
        assertThat(selecting.result()).isEqualTo("a:y");
        assertThat(woken).containsExactly("waker");
    }
}
