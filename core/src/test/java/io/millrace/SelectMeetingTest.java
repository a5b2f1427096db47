package io.millrace;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Selects that run against each other and against every other way of waiting, on several channels at once. */
class SelectMeetingTest extends ContractTest {
    private static final int PARTIES = 44;
    private static final int LOOKS = 600;

    static Stream<Boolean> virtualOrNot() {
        return Actors.hasVirtualThreads() ? Stream.of(false, true) : Stream.of(false);
    }

    private Thread start(boolean virtual, String name, Actors.Script script) {
        return virtual ? actors.startVirtual(script) : actors.start(name, script);
    }

    /** A number that was sent, or that a number was received: what a party did in one round. */
    private record Met(int party, int from) {
        static final int SENT = -1;
    }

    @ParameterizedTest
    @MethodSource("virtualOrNot")
    void manyThreads_onOneRendezvous_pairUp(boolean virtual) {
        int rounds = 60;
        Channel<Integer> channel = channels.watch(Channel.<Integer>rendezvous());
        List<List<Met>> meetings = new ArrayList<>();
        for (int round = 0; round < rounds; round++) {
            meetings.add(Collections.synchronizedList(new ArrayList<>()));
        }
        CyclicBarrier barrier = new CyclicBarrier(PARTIES);
        for (int i = 0; i < PARTIES; i++) {
            int party = i;
            start(virtual, "party " + party, () -> {
                Select<Integer> select = (party % 2 == 0 ? Select.<Integer>fair() : Select.<Integer>biased())
                        .receive(channel.receiver(), from -> from)
                        .send(channel.sender(), party, () -> Met.SENT);
                for (List<Met> round : meetings) {
                    barrier.await(Await.LIMIT_SECONDS, TimeUnit.SECONDS);
                    round.add(new Met(party, select.run()));
                }
            });
        }

        actors.join();

        meetings.forEach(SelectMeetingTest::assertPaired);
        assertThat(channel.stats().sent()).isEqualTo((long) rounds * PARTIES / 2);
    }

    @Test
    void manyFutures_onOneRendezvous_pairUp() {
        Channel<Integer> channel = channels.watch(Channel.<Integer>rendezvous());
        for (int round = 0; round < 60; round++) {
            List<CompletableFuture<Integer>> futures = new ArrayList<>();
            for (int party = 0; party < PARTIES; party++) {
                futures.add(Select.<Integer>fair()
                        .receive(channel.receiver(), from -> from)
                        .send(channel.sender(), party, () -> Met.SENT)
                        .runAsync());
            }
            List<Met> met = new ArrayList<>();
            for (int party = 0; party < PARTIES; party++) {
                assertThat(futures.get(party)).isCompleted();
                met.add(new Met(party, futures.get(party).join()));
            }
            assertPaired(met);
        }
    }

    private static void assertPaired(List<Met> round) {
        List<Integer> senders = new ArrayList<>();
        List<Integer> from = new ArrayList<>();
        for (Met met : round) {
            if (met.from() == Met.SENT) {
                senders.add(met.party());
            } else {
                assertThat(met.from()).as("nobody meets himself").isNotEqualTo(met.party());
                from.add(met.from());
            }
        }
        assertThat(senders).hasSize(PARTIES / 2);
        assertThat(from).as("each sender was met by one receiver").containsExactlyInAnyOrderElementsOf(senders);
    }

    /** Numbers who sent what; ids of losing branches must never turn up. */
    private record Choice(int channel, long id) {}

    @ParameterizedTest
    @MethodSource("virtualOrNot")
    void manySelects_overManyChannels_moveEachChosenMessageOnce(boolean virtual) {
        List<Channel<Long>> all = List.of(
                channels.watch(Channel.<Long>rendezvous()),
                channels.watch(Channel.<Long>bounded(1)),
                channels.watch(Channel.<Long>bounded(3)),
                channels.watch(Channel.<Long>rendezvous()));
        int parties = 4;
        int rounds = 8_000;
        AtomicLong ids = new AtomicLong();
        List<Choice> sent = Collections.synchronizedList(new ArrayList<>());
        List<Choice> received = Collections.synchronizedList(new ArrayList<>());
        List<Thread> sending = new ArrayList<>();
        for (int party = 0; party < parties; party++) {
            SplittableRandom random = new SplittableRandom(party);
            sending.add(start(virtual, "sending " + party, () -> {
                for (int i = 0; i < rounds; i++) {
                    Choice choice = sendOne(all, ids, random);
                    if (choice != null) {
                        sent.add(choice);
                    }
                }
            }));
            start(virtual, "receiving " + party, () -> receiveUntilTheEnd(all, received, random.split()));
        }

        actors.start("closing", () -> {
            for (Thread thread : sending) {
                thread.join();
            }
            all.forEach(Channel::close);
        });
        actors.join();

        assertThat(received).hasSameSizeAs(sent);
        assertThat(new HashSet<>(received)).isEqualTo(new HashSet<>(sent)).hasSameSizeAs(sent);
        assertThat(all.stream().mapToLong(channel -> channel.stats().sent()).sum())
                .isEqualTo(sent.size());
    }

    private static Choice sendOne(List<Channel<Long>> all, AtomicLong ids, SplittableRandom random)
            throws InterruptedException {
        Select<Choice> select = random.nextBoolean() ? Select.fair() : Select.biased();
        int first = random.nextInt(all.size());
        int branches = 1 + random.nextInt(all.size());
        for (int i = 0; i < branches; i++) {
            int channel = (first + i) % all.size();
            long id = ids.incrementAndGet();
            select.send(all.get(channel).sender(), id, () -> new Choice(channel, id));
        }
        return switch (random.nextInt(4)) {
            case 0 ->
                select.timeout(Duration.ofNanos(random.nextInt(50_000)), () -> null)
                        .run();
            case 1 -> select.otherwise(() -> null).run();
            case 2 -> cancelOrJoin(select.runAsync(), random);
            default -> select.run();
        };
    }

    private static <R> R cancelOrJoin(CompletableFuture<R> future, SplittableRandom random) {
        if (random.nextInt(3) == 0 && future.cancel(false)) {
            return null;
        }
        return future.join();
    }

    private static void receiveUntilTheEnd(List<Channel<Long>> all, List<Choice> received, SplittableRandom random)
            throws InterruptedException {
        Select<Choice> select = random.nextBoolean() ? Select.fair() : Select.biased();
        for (int i = 0; i < all.size(); i++) {
            int channel = i;
            select.receive(all.get(i).receiver(), id -> new Choice(channel, id));
        }
        while (true) {
            try {
                Choice choice = random.nextInt(3) == 0 ? cancelOrJoin(select.runAsync(), random) : select.run();
                if (choice != null) {
                    received.add(choice);
                }
            } catch (DisconnectedException e) {
                return;
            } catch (CompletionException e) {
                assertThat(e).hasCauseInstanceOf(DisconnectedException.class);
                return;
            }
        }
    }

    /** Selects lock their channels in one order, whatever the order of their branches; nobody waits for ever. */
    @Test
    void crossedSelects_doNotDeadlock() {
        Channel<Integer> a = channels.watch(Channel.<Integer>rendezvous());
        Channel<Integer> b = channels.watch(Channel.<Integer>bounded(1));
        Channel<Integer> c = channels.watch(Channel.<Integer>rendezvous());
        List<List<Channel<Integer>>> orders =
                List.of(List.of(a, b, c), List.of(c, b, a), List.of(b, c, a), List.of(a, c, b));
        for (int party = 0; party < 8; party++) {
            List<Channel<Integer>> order = orders.get(party % orders.size());
            boolean fair = party % 2 == 0;
            actors.start("party " + party, () -> {
                Select<String> select = fair ? Select.fair() : Select.biased();
                for (int i = 0; i < order.size(); i++) {
                    select.receive(order.get(i).receiver(), message -> "received")
                            .send(order.get((i + 1) % order.size()).sender(), i, () -> "sent");
                }
                select.timeout(Duration.ofNanos(20_000), () -> "timed out");
                for (int round = 0; round < 5_000; round++) {
                    select.run();
                }
            });
        }

        actors.join();

        for (Channel<Integer> channel : List.of(a, b, c)) {
            assertThat(channel.stats().waitingSenders()).isZero();
            assertThat(channel.stats().waitingReceivers()).isZero();
        }
    }

    /**
     * A token moves from channel to channel: it stands in the next one before it leaves the one before, so that at every
     * instant one of them holds one. A select that looked at them one after the other would find none.
     */
    @ParameterizedTest
    @MethodSource("onlookers")
    void otherwiseAndZeroTimeout_areDecidedAsOfOneInstant(Select<String> end) throws Exception {
        Channel<String> a = channels.watch(Channel.<String>bounded(1));
        Channel<String> b = channels.watch(Channel.<String>bounded(1));
        a.sender().trySend("token");
        Select<String> select =
                withALongWalk(end.receive(a.receiver(), token -> "a")).receive(b.receiver(), token -> "b");
        AtomicInteger moves = new AtomicInteger();
        AtomicBoolean over = new AtomicBoolean();
        actors.start("mover", () -> {
            for (; !over.get(); moves.incrementAndGet()) {
                b.sender().trySend("token");
                a.receiver().tryReceive();
                a.sender().trySend("token");
                b.receiver().tryReceive();
            }
        });
        try {
            for (int i = 0; i < LOOKS; i++) {
                String found = select.run();
                assertThat(found).as("in look %s", i).isNotEqualTo("nothing");
                // what was taken goes back to where it was before the next look
                (found.equals("a") ? a : b).sender().trySend("token");
                awaitAMove(moves);
            }
        } finally {
            over.set(true);
        }
    }

    /** So that the next look finds the token anywhere, and not where the last one put it. */
    private static void awaitAMove(AtomicInteger moves) {
        int before = moves.get();
        while (moves.get() == before) {
            Thread.onSpinWait();
        }
    }

    /** Adds branches that are never ready, so that much can happen between the look at the one before and the one behind. */
    private Select<String> withALongWalk(Select<String> select) {
        Channel<String> idle = channels.watch(Channel.<String>bounded(1));
        for (int i = 0; i < 100; i++) {
            select.receive(idle.receiver(), message -> "idle");
        }
        return select;
    }

    /** A handle that closes while a run begins: the run moves nothing after that. */
    @Test
    void run_racingWithTheCloseOfAHandle_movesNothingAfterIt() throws Exception {
        Channel<String> channel = channels.watch(Channel.<String>bounded(1));
        Duel.repeat(actors, duel -> {
            Receiver<String> receiver = channel.receiver().duplicate();
            Select<String> select = withALongWalk(Select.<String>biased().receive(receiver, message -> message))
                    .otherwise(() -> "nothing");
            duel.meet(
                    () -> {
                        receiver.close();
                        assertThat(channel.sender().trySend("too late")).isEqualTo(SendResult.SENT);
                    },
                    () -> {
                        try {
                            assertThat(select.run()).isEqualTo("nothing");
                        } catch (IllegalStateException closed) {
                            assertThat(closed).hasMessageContaining("was closed");
                        }
                    });
            assertThat(channel.receiver().drain()).containsExactly("too late");
        });
    }

    static Stream<Select<String>> onlookers() {
        return Stream.of(
                Select.<String>fair().otherwise(() -> "nothing"),
                Select.<String>biased().otherwise(() -> "nothing"),
                Select.<String>fair().timeout(Duration.ZERO, () -> "nothing"),
                Select.<String>biased().timeout(Duration.ZERO, () -> "nothing"));
    }

    /** The second channel never holds a message while the first one holds none. */
    @Test
    void biased_isDecidedAsOfOneInstant() throws Exception {
        Channel<String> first = channels.watch(Channel.<String>bounded(1));
        Channel<String> second = channels.watch(Channel.<String>bounded(1));
        Select<String> select = withALongWalk(Select.<String>biased().receive(first.receiver(), token -> "first"))
                .receive(second.receiver(), token -> "second");
        AtomicInteger moves = new AtomicInteger();
        AtomicBoolean over = new AtomicBoolean();
        actors.start("mover", () -> {
            for (; !over.get(); moves.incrementAndGet()) {
                first.sender().trySend("token");
                second.sender().trySend("token");
                second.receiver().tryReceive();
                first.receiver().tryReceive();
            }
        });
        try {
            for (int i = 0; i < LOOKS; i++) {
                assertThat(select.run()).as("in look %s", i).isEqualTo("first");
                first.sender().trySend("token");
                awaitAMove(moves);
            }
        } finally {
            over.set(true);
        }
    }

    @Test
    void biased_takesTheFirstReadyInTheOrderAdded() throws InterruptedException {
        List<Channel<String>> all = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            all.add(channels.watch(Channel.<String>bounded(1)));
        }
        List<Channel<String>> order = new ArrayList<>(all);
        Collections.reverse(order); // the order in which they are locked is another one
        Select<Integer> select = Select.biased();
        for (Channel<String> channel : order) {
            select.receive(channel.receiver(), message -> order.indexOf(channel));
        }
        for (int ready = 0; ready < 32; ready++) {
            int least = 5;
            for (int i = 4; i >= 0; i--) {
                order.get(i).receiver().drain();
                if ((ready & 1 << i) != 0) {
                    order.get(i).sender().trySend("m");
                    least = i;
                }
            }
            if (ready != 0) {
                assertThat(select.run()).isEqualTo(least);
            }
        }
    }

    /** How often a branch is chosen by a fair select, of so many that are ready, among others that never are. */
    private int[] choices(int runs, int... readyBranches) throws InterruptedException {
        Channel<String> idle = channels.watch(Channel.<String>rendezvous());
        int branches = readyBranches[readyBranches.length - 1] + 1;
        int[] counts = new int[branches];
        Select<Integer> select = Select.fair();
        List<Channel<Integer>> ready = new ArrayList<>();
        for (int i = 0; i < branches; i++) {
            int branch = i;
            if (Arrays.stream(readyBranches).anyMatch(each -> each == branch)) {
                Channel<Integer> channel = channels.watch(Channel.<Integer>bounded(1));
                channel.sender().trySend(branch);
                ready.add(channel);
                select.receive(channel.receiver(), message -> message);
            } else {
                select.receive(idle.receiver(), message -> branch);
            }
        }
        for (int i = 0; i < runs; i++) {
            int chosen = select.run();
            counts[chosen]++;
            for (Channel<Integer> channel : ready) {
                channel.sender().trySend(chosen); // only the one that was taken from has room
            }
        }
        return counts;
    }

    @Test
    void fair_ofSeveralReady_choosesEachAboutAsOften() throws InterruptedException {
        int[] counts = choices(4_000, 0, 1, 2, 3);

        assertThat(counts).hasSize(4);
        for (int count : counts) {
            assertThat(count).as("of %s", Arrays.toString(counts)).isBetween(700, 1_300);
        }
    }

    /** Branches that are not ready give their share to all that are, not to the next one in the order added. */
    @Test
    void fair_amongBranchesThatAreNotReady_choosesEachAboutAsOften() throws InterruptedException {
        int[] counts = choices(2_000, 0, 9);

        assertThat(counts[0]).as("of %s", Arrays.toString(counts)).isBetween(700, 1_300);
        assertThat(counts[9]).as("of %s", Arrays.toString(counts)).isBetween(700, 1_300);
    }

    @Test
    void fair_onOneChannel_choosesSendsAndReceives() throws InterruptedException {
        Channel<String> channel = channels.watch(Channel.<String>bounded(2));
        channel.sender().trySend("m");
        Select<Boolean> select = Select.<Boolean>fair()
                .receive(channel.receiver(), message -> true)
                .send(channel.sender(), "m", () -> false);
        int received = 0;
        for (int i = 0; i < 2_000; i++) {
            if (select.run()) {
                received++;
                channel.sender().trySend("m");
            } else {
                channel.receiver().tryReceive();
            }
        }

        assertThat(received).isBetween(700, 1_300);
    }
}
