package io.millrace;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.spi.PendingReceive;
import io.millrace.spi.PendingSend;
import java.time.Duration;
import java.util.AbstractList;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Four senders and four receivers that use everything there is, on a channel and a second one that only selects use, in
 * short episodes of which each ends in another way; for {@code -Dmillrace.stress.seconds} over all kinds together. After
 * each, every message that was sent was received, reported, returned or is still buffered, exactly once; each receiver saw
 * each sender's messages in order; and nobody waits.
 */
@Timeout(value = 1, unit = TimeUnit.HOURS)
class MixedStressTest extends ContractTest {
    private static final double SECONDS = Double.parseDouble(System.getProperty("millrace.stress.seconds", "20"));
    private static final long SEED = Long.getLong("millrace.stress.seed", System.nanoTime());
    private static final int PARTIES = 4;

    private record Message(int sender, long number, boolean side) {}

    /** How an episode ends. */
    private enum End {
        SENDERS_LEAVE,
        RECEIVERS_LEAVE,
        CLOSE,
        CANCEL,
        EVERYBODY_STOPS
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void everything_atRandom_losesNothingAndKeepsTheOrder(ChannelKind kind) throws InterruptedException {
        SplittableRandom random = new SplittableRandom(SEED);
        long end = System.nanoTime() + (long) (SECONDS * 1e9 / ChannelKind.values().length);
        for (int i = 0; i < End.values().length || System.nanoTime() < end; i++) {
            Episode episode = new Episode(kind, End.values()[i % End.values().length], random.split());
            try {
                episode.play();
            } catch (AssertionError e) {
                throw new AssertionError(episode + ", seed " + SEED + ", episode " + i, e);
            }
        }
    }

    private final class Episode {
        final End how;
        final Channel<Message> channel;
        final Channel<Message> side;
        /** Messages may go back to the front; then their order is not that of their sender. */
        final boolean puttingBack;

        final Queue<Message> reported = new ConcurrentLinkedQueue<>();
        final Queue<Message> displaced = new ConcurrentLinkedQueue<>();
        private final SplittableRandom random;
        private final List<SendingParty> senders = new ArrayList<>();
        private final List<ReceivingParty> receivers = new ArrayList<>();
        volatile boolean over;

        Episode(ChannelKind kind, End how, SplittableRandom random) {
            this.how = how;
            this.random = random;
            puttingBack = random.nextBoolean();
            channel = kind.<Message>builder().onUndelivered(reported::add).build();
            side = Channel.<Message>builder().onUndelivered(reported::add).build();
        }

        void play() throws InterruptedException {
            List<Thread> threads = new ArrayList<>();
            for (int i = 0; i < PARTIES; i++) {
                SendingParty sender = new SendingParty(this, i, random.split());
                ReceivingParty receiver = new ReceivingParty(this, random.split());
                senders.add(sender);
                receivers.add(receiver);
                threads.add(start(i, "sender " + i, sender::run));
                threads.add(start(i, "receiver " + i, receiver::run));
            }
            if (how != End.EVERYBODY_STOPS) {
                for (Channel<Message> each : List.of(channel, side)) {
                    each.sender().close();
                    each.receiver().close();
                }
            }
            interruptAtRandom(threads, System.nanoTime() + random.nextInt(5_000_000, 60_000_000));
            over = true;
            if (how == End.CLOSE) {
                channel.close();
                side.close();
            } else if (how == End.CANCEL) {
                channel.cancel();
                side.cancel();
            }
            if (how == End.EVERYBODY_STOPS) {
                // nobody else releases those who wait; at any other end nobody may need an interrupt
                long limit = System.nanoTime() + TimeUnit.SECONDS.toNanos(Await.LIMIT_SECONDS);
                while (System.nanoTime() < limit && threads.stream().anyMatch(Thread::isAlive)) {
                    interruptAtRandom(threads, System.nanoTime() + 1_000_000);
                }
            }
            actors.join();
            check();
        }

        private Thread start(int number, String name, Actors.Script script) {
            return number % 2 == 1 && Actors.hasVirtualThreads()
                    ? actors.startVirtual(script)
                    : actors.start(name, script);
        }

        private void interruptAtRandom(List<Thread> threads, long end) {
            while (System.nanoTime() < end) {
                threads.get(random.nextInt(threads.size())).interrupt();
                for (int i = random.nextInt(20); i >= 0; i--) {
                    Thread.yield();
                }
            }
        }

        private void check() {
            Channels.check(channel);
            Channels.check(side);
            List<Message> left = new ArrayList<>();
            if (how == End.EVERYBODY_STOPS) {
                left.addAll(channel.receiver().drain());
                left.addAll(side.receiver().drain());
            } else {
                assertThat(channel.stats().disconnected()).isTrue();
                assertThat(channel.disconnected()).isDone();
            }
            for (Channel<Message> each : List.of(channel, side)) {
                assertThat(each.stats().waitingSenders()).isZero();
                assertThat(each.stats().waitingReceivers()).isZero();
                assertThat(each.stats().size()).isZero();
            }
            Map<Message, String> fates = new HashMap<>();
            reported.forEach(message -> put(fates, message, "reported"));
            displaced.forEach(message -> put(fates, message, "displaced"));
            left.forEach(message -> put(fates, message, "still buffered"));
            receivers.forEach(party -> party.received.forEach(message -> put(fates, message, "received")));
            long sent = 0;
            for (SendingParty sender : senders) {
                sent += sender.sent.size();
                for (Message message : sender.sent) {
                    assertThat(fates.remove(message)).as("lost: %s", message).isNotNull();
                }
            }
            assertThat(fates)
                    .as("their senders were told that they were not sent")
                    .isEmpty();
            assertThat(channel.stats().sent() + side.stats().sent()).isEqualTo(sent);
            assertThat(channel.stats().undelivered() + side.stats().undelivered())
                    .isEqualTo(reported.size() + displaced.size());
        }

        private void put(Map<Message, String> fates, Message message, String fate) {
            String other = fates.put(message, fate);
            if (other != null) {
                throw new AssertionError(message + " was " + other + " and " + fate);
            }
        }

        @Override
        public String toString() {
            return "ending with " + how + (puttingBack ? ", putting back, " : ", ") + channel + ", " + side;
        }
    }

    /** One that works on both channels until its end. */
    private abstract static class Party {
        final Episode episode;
        final SplittableRandom random;
        boolean disconnected;

        Party(Episode episode, SplittableRandom random) {
            this.episode = episode;
            this.random = random;
        }

        Duration shortTime() {
            return Duration.ofNanos(random.nextInt(-1_000, 200_000));
        }

        boolean oneIn(int number) {
            return random.nextInt(number) == 0;
        }

        /** What the future ended with, or null: it was withdrawn, or the channel is disconnected. */
        <R> @Nullable R end(CompletableFuture<R> future) {
            if (oneIn(8)) {
                future.orTimeout(random.nextInt(50), TimeUnit.MICROSECONDS);
            }
            if (!oneIn(3)) {
                Await.until("the future ends", () -> future.isDone() || episode.over);
            }
            future.cancel(false);
            try {
                return future.join();
            } catch (CancellationException withdrawn) {
                return null;
            } catch (CompletionException e) {
                if (e.getCause() instanceof DisconnectedException) {
                    disconnected = true;
                } else if (!(e.getCause() instanceof TimeoutException)) {
                    throw e;
                }
                return null;
            }
        }

        <R> Select<R> select() {
            return random.nextBoolean() ? Select.fair() : Select.biased();
        }

        /** Runs a select in one of the ways there are; null: nothing was chosen. */
        <R> @Nullable R run(Select<R> select) throws InterruptedException {
            return switch (random.nextInt(4)) {
                case 0 -> select.timeout(shortTime(), () -> null).run();
                case 1 -> select.otherwise(() -> null).run();
                case 2 -> end(select.runAsync());
                default -> select.run();
            };
        }
    }

    private static final class SendingParty extends Party {
        private final int name;
        private final Queue<Runnable> unfinished = new ArrayDeque<>();
        private Sender<Message> main;
        private final Sender<Message> side;
        private long next;
        final List<Message> sent = new ArrayList<>();

        SendingParty(Episode episode, int name, SplittableRandom random) {
            super(episode, random);
            this.name = name;
            main = episode.channel.sender().duplicate();
            side = episode.side.sender().duplicate();
        }

        void run() {
            boolean stops = episode.how == End.SENDERS_LEAVE || episode.how == End.EVERYBODY_STOPS;
            while (!disconnected && !(stops && episode.over)) {
                try {
                    act();
                } catch (InterruptedException withdrawn) {
                    // not sent
                } catch (DisconnectedException e) {
                    disconnected = true;
                }
                while (unfinished.size() > random.nextInt(6)) {
                    unfinished.remove().run();
                }
                if (oneIn(50)) {
                    Sender<Message> another = main.downgrade().upgrade().orElseThrow();
                    main.close();
                    main = oneIn(2) ? another.duplicate() : another;
                    if (main != another) {
                        another.close();
                    }
                }
            }
            unfinished.forEach(Runnable::run);
            main.close();
            side.close();
        }

        private Message message() {
            return new Message(name, next++, false);
        }

        private List<Message> messages() {
            List<Message> batch = new ArrayList<>();
            for (int i = random.nextInt(5); i >= 0; i--) {
                batch.add(message());
            }
            return batch;
        }

        private void act() throws InterruptedException {
            switch (random.nextInt(9)) {
                case 0 -> {
                    Message message = message();
                    main.send(message);
                    sent.add(message);
                }
                case 1 -> {
                    Message message = message();
                    record(message, main.trySend(message));
                }
                case 2 -> {
                    Message message = message();
                    record(message, main.trySend(message, shortTime()));
                }
                case 3 -> {
                    Message message = message();
                    CompletableFuture<Void> future = main.sendAsync(message);
                    unfinished.add(() -> {
                        end(future);
                        if (!future.isCompletedExceptionally()) {
                            sent.add(message);
                        }
                    });
                }
                case 4 -> {
                    Message message = message();
                    PendingSend<Message> pending = main.send(message, () -> {});
                    unfinished.add(() -> finish(message, pending));
                }
                case 5 -> {
                    Message here = message();
                    Message there = new Message(name, next++, true);
                    Message chosen = run(
                            this.<Message>select().send(main, here, () -> here).send(side, there, () -> there));
                    if (chosen != null) {
                        sent.add(chosen);
                    }
                }
                case 6 -> {
                    List<Message> batch = messages();
                    sent.addAll(batch.subList(0, main.sendAll(batch)));
                }
                case 7 -> {
                    List<Message> batch = messages();
                    sent.addAll(batch.subList(0, main.trySendAll(batch)));
                }
                default -> {
                    Message message = message();
                    Message returned = main.forceSend(message);
                    if (returned != message) {
                        sent.add(message);
                        if (returned != null) {
                            episode.displaced.add(returned);
                        }
                    }
                }
            }
        }

        private void record(Message message, SendResult result) {
            if (result.isSent()) {
                sent.add(message);
            }
            disconnected |= result == SendResult.DISCONNECTED;
        }

        private void finish(Message message, PendingSend<Message> pending) {
            if (!oneIn(3)) {
                Await.until("the pending send ends", () -> pending.isDone() || episode.over);
            }
            if (!pending.cancel()) {
                record(message, pending.result());
            }
        }
    }

    private static final class ReceivingParty extends Party {
        private Receiver<Message> main;
        private final Receiver<Message> side;
        private final Map<List<Object>, Long> last = new HashMap<>();
        final List<Message> received = new ArrayList<>();

        ReceivingParty(Episode episode, SplittableRandom random) {
            super(episode, random);
            main = episode.channel.receiver().duplicate();
            side = episode.side.receiver().duplicate();
        }

        void run() {
            boolean stops = episode.how == End.RECEIVERS_LEAVE || episode.how == End.EVERYBODY_STOPS;
            while (!disconnected && !(stops && episode.over)) {
                attempt(this::act);
                if (oneIn(50)) {
                    Receiver<Message> another = main.duplicate();
                    main.close();
                    main = another;
                }
            }
            if (!stops) {
                receiveUntilTheEnd(main);
                receiveUntilTheEnd(side);
            }
            main.close();
            side.close();
        }

        private interface Action {
            void run() throws InterruptedException;
        }

        private void attempt(Action action) {
            try {
                action.run();
            } catch (InterruptedException withdrawn) {
                // not received
            } catch (DisconnectedException e) {
                disconnected = true;
            }
        }

        private void receiveUntilTheEnd(Receiver<Message> receiver) {
            disconnected = false;
            while (!disconnected) {
                attempt(() -> accept(receiver.receive()));
            }
        }

        private void act() throws InterruptedException {
            switch (random.nextInt(11)) {
                case 0 -> accept(main.receive());
                case 1 -> accept(main.tryReceive());
                case 2 -> accept(main.tryReceive(shortTime()));
                case 3 -> {
                    List<CompletableFuture<Message>> futures = new ArrayList<>();
                    for (int i = random.nextInt(3); i >= 0; i--) {
                        futures.add(main.receiveAsync());
                    }
                    futures.forEach(future -> acceptAny(end(future)));
                }
                case 4 -> {
                    PendingReceive<Message> pending = main.receive(() -> {});
                    if (!oneIn(3)) {
                        Await.until("the pending receive ends", () -> pending.isDone() || episode.over);
                    }
                    if (!pending.cancel()) {
                        if (episode.puttingBack && oneIn(2) && pending.result().isReceived()) {
                            pending.putBack();
                        } else {
                            accept(pending.result());
                        }
                    }
                }
                case 5 ->
                    acceptAny(run(this.<Message>select()
                            .receive(main, message -> message)
                            .receive(side, message -> message)));
                case 6 -> main.receiveMany(1 + random.nextInt(5)).forEach(this::accept);
                case 7 -> {
                    List<Message> batch = end(main.receiveManyAsync(1 + random.nextInt(5)));
                    if (batch != null) {
                        batch.forEach(this::accept);
                    }
                }
                case 8 -> {
                    int room = episode.puttingBack ? random.nextInt(3) : Integer.MAX_VALUE;
                    LimitedTarget target = new LimitedTarget(room, this::accept);
                    try {
                        main.drainTo(target, random.nextInt(6));
                    } catch (IllegalStateException full) {
                        assertThat(full).hasMessage("full");
                    }
                }
                case 9 -> main.drain().forEach(this::accept);
                default -> {
                    for (Message message : main.available()) {
                        accept(message);
                        if (oneIn(3)) {
                            break;
                        }
                    }
                }
            }
        }

        private void accept(ReceiveResult<Message> result) {
            acceptAny(result.orNull());
            disconnected |= result.isDisconnected();
        }

        private void acceptAny(@Nullable Message message) {
            if (message != null) {
                accept(message);
            }
        }

        private boolean accept(Message message) {
            Long before = last.put(List.of(message.sender(), message.side()), message.number());
            if (before != null && before >= message.number() && !episode.puttingBack) {
                throw new AssertionError(message + " came after number " + before);
            }
            return received.add(message);
        }
    }

    /** Takes so many messages, then throws. */
    private static final class LimitedTarget extends AbstractList<Message> {
        private final Predicate<Message> taker;
        private int room;

        LimitedTarget(int room, Predicate<Message> taker) {
            this.room = room;
            this.taker = taker;
        }

        @Override
        public boolean add(Message message) {
            if (room-- == 0) {
                throw new IllegalStateException("full");
            }
            return taker.test(message);
        }

        @Override
        public Message get(int index) {
            throw new IndexOutOfBoundsException(index);
        }

        @Override
        public int size() {
            return 0;
        }
    }
}
