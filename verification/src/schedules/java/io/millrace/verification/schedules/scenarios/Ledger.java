package io.millrace.verification.schedules.scenarios;

import io.millrace.Channel;
import io.millrace.ChannelStats;
import io.millrace.DisconnectedException;
import io.millrace.ReceiveResult;
import io.millrace.Receiver;
import io.millrace.SendResult;
import io.millrace.Sender;
import io.millrace.spi.Pending;
import io.millrace.spi.PendingReceive;
import io.millrace.spi.PendingSend;
import io.millrace.spi.Waker;
import io.millrace.verification.schedules.Play;
import io.millrace.verification.schedules.WovenCalls;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.Field;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;

/**
 * One channel of a play, with a record of what was sent, received and lost on it. The books are closed after the play:
 * <ul>
 *   <li>each accepted message was received once, or reported undelivered, or returned by {@code forceSend}; no other was;
 *   <li>the order is that of a queue: of two sends, one before the other, the messages went to receives in that order, where
 *       these were one before the other; an asynchronous operation takes its place when it is called;
 *   <li>the channel's own figures say the same, its invariants hold, and nothing waits that was not left waiting.
 * </ul>
 *
 * <p>The messages are numbers, each sent at most once.
 */
final class Ledger {
    /** What completes a future without being a message. */
    static final int BY_HAND = -1;

    private static final MethodHandle CHECK_INVARIANTS = findCheckInvariants();

    private final Play play;
    final Channel<Integer> channel;

    /** What happened to a message: its place was taken between the two times. */
    private record Entry(long began, long fixed) {}

    private final Map<Integer, Entry> sent = new HashMap<>();
    private final Map<Integer, Entry> received = new HashMap<>();
    private final List<Integer> undelivered = new ArrayList<>();
    private final List<Integer> displaced = new ArrayList<>();
    private final List<Runnable> unfinished = new ArrayList<>();
    private boolean ordered = true;

    /** A channel that waits where it is full; a negative capacity stands for none. */
    Ledger(Play play, int capacity) {
        this(play, builder -> capacity < 0 ? builder.unbounded() : builder.capacity(capacity));
    }

    Ledger(Play play, UnaryOperator<Channel.Builder<Integer>> kind) {
        this.play = play;
        this.channel = play.hold(
                kind.apply(Channel.builder()).onUndelivered(undelivered::add).build());
        // the first handles are found forgotten otherwise, whenever the collector comes
        play.hold(channel.sender());
        play.hold(channel.receiver());
        play.afterwards(this::closeTheBooks);
    }

    private static MethodHandle findCheckInvariants() {
        try {
            Field core = Channel.class.getDeclaredField("core");
            core.setAccessible(true);
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            MethodHandle check = lookup.unreflect(core.getType().getMethod("checkInvariants"));
            return MethodHandles.filterArguments(check, 0, lookup.unreflectGetter(core));
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** Messages may change places: some are put back, or dropped out of turn. */
    Ledger unordered() {
        ordered = false;
        return this;
    }

    Sender<Integer> sender() {
        return channel.sender();
    }

    Receiver<Integer> receiver() {
        return channel.receiver();
    }

    Sender<Integer> newSender() {
        return play.hold(channel.sender().duplicate());
    }

    Receiver<Integer> newReceiver() {
        return play.hold(channel.receiver().duplicate());
    }

    /** Adds an actor that looks at the figures and invariants at any time. */
    Ledger observed() {
        play.actor("observer", () -> {
            for (int i = 0; i < 3; i++) {
                play.delay();
                checkNow();
            }
        });
        return this;
    }

    // Sending

    void send(Sender<Integer> sender, int message) throws InterruptedException {
        long began = play.tick();
        sender.send(message);
        sent(message, began);
    }

    /** Sends until the channel is disconnected; false if it is. */
    boolean sendIfConnected(Sender<Integer> sender, int message) throws InterruptedException {
        try {
            send(sender, message);
            return true;
        } catch (DisconnectedException e) {
            return false;
        }
    }

    SendResult trySend(Sender<Integer> sender, int message) {
        long began = play.tick();
        return sent(sender.trySend(message), message, began);
    }

    SendResult trySend(Sender<Integer> sender, int message, long nanos) throws InterruptedException {
        long began = play.tick();
        return sent(sender.trySend(message, Duration.ofNanos(nanos)), message, began);
    }

    private SendResult sent(SendResult result, int message, long began) {
        if (result.isSent()) {
            sent(message, began);
        }
        return result;
    }

    /** How many were sent; 0 also for an interrupt or a disconnect. */
    int sendAll(Sender<Integer> sender, List<Integer> messages) {
        long began = play.tick();
        int count;
        try {
            count = sender.sendAll(messages);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            count = 0;
        } catch (DisconnectedException e) {
            count = 0;
        }
        for (Integer message : messages.subList(0, count)) {
            sent(message, began);
        }
        return count;
    }

    void forceSend(Sender<Integer> sender, int message) {
        long began = play.tick();
        Integer back;
        try {
            back = sender.forceSend(message);
        } catch (DisconnectedException e) {
            return;
        }
        if (back == null || back != message) {
            sent(message, began);
        }
        if (back != null && back != message) {
            displaced.add(back);
        }
    }

    /** Whether the future ends, once a timer that has just fired was given the time to end it. */
    private static boolean ends(CompletableFuture<?> future) {
        for (int i = 0; i < 100 && !future.isDone(); i++) {
            WovenCalls.yield();
        }
        return future.isDone();
    }

    CompletableFuture<Void> sendAsync(Sender<Integer> sender, int message) {
        long began = play.tick();
        CompletableFuture<Void> future = sender.sendAsync(message);
        long fixed = play.tick();
        unfinished.add(() -> {
            hold(ends(future), "the future of a send is not done", message);
            if (!future.isCompletedExceptionally()) {
                sent.put(message, new Entry(began, fixed));
            }
        });
        return future;
    }

    PendingSend<Integer> send(Sender<Integer> sender, int message, Wakes wakes) {
        long began = play.tick();
        PendingSend<Integer> pending = sender.send(message, wakes);
        long fixed = play.tick();
        wakes.returned(pending.isDone());
        unfinished.add(() -> {
            wakes.check(pending);
            if (!wakes.cancelled && pending.result().isSent()) {
                sent.put(message, new Entry(began, fixed));
            }
        });
        return pending;
    }

    /** A message was sent in a way of the scenario's own, which began at that time. */
    void sent(int message, long began) {
        hold(sent.put(message, new Entry(began, play.tick())) == null, "sent twice", message);
    }

    // Receiving

    int receive(Receiver<Integer> receiver) throws InterruptedException {
        long began = play.tick();
        return received(receiver.receive(), began);
    }

    /** Receives until the channel ends. */
    void receiveAll(Receiver<Integer> receiver) throws InterruptedException {
        try {
            while (true) {
                receive(receiver);
            }
        } catch (DisconnectedException end) {
            hold(receiver.isTerminated(), "told of an end that has not come");
        }
    }

    ReceiveResult<Integer> tryReceive(Receiver<Integer> receiver) {
        long began = play.tick();
        return received(receiver.tryReceive(), began);
    }

    ReceiveResult<Integer> tryReceive(Receiver<Integer> receiver, long nanos) throws InterruptedException {
        long began = play.tick();
        return received(receiver.tryReceive(Duration.ofNanos(nanos)), began);
    }

    private ReceiveResult<Integer> received(ReceiveResult<Integer> result, long began) {
        if (result.isReceived()) {
            received(result.get(), began);
        }
        return result;
    }

    List<Integer> receiveMany(Receiver<Integer> receiver, int max) throws InterruptedException {
        long began = play.tick();
        List<Integer> messages = receiver.receiveMany(max);
        hold(messages.size() <= max, "received more than " + max, messages);
        return received(messages, began);
    }

    void drainTo(Receiver<Integer> receiver, int max) {
        long began = play.tick();
        List<Integer> messages = new ArrayList<>();
        int count = receiver.drainTo(messages, max);
        hold(messages.size() == count && count <= max, "drained another number than told", count, messages);
        received(messages, began);
    }

    CompletableFuture<Integer> receiveAsync(Receiver<Integer> receiver) {
        long began = play.tick();
        CompletableFuture<Integer> future = receiver.receiveAsync();
        long fixed = play.tick();
        unfinished.add(() -> {
            hold(ends(future), "the future of a receive is not done");
            if (!future.isCompletedExceptionally() && future.join() != BY_HAND) {
                received(future.join(), began, fixed);
            }
        });
        return future;
    }

    CompletableFuture<List<Integer>> receiveManyAsync(Receiver<Integer> receiver, int max) {
        long began = play.tick();
        CompletableFuture<List<Integer>> future = receiver.receiveManyAsync(max);
        unfinished.add(() -> {
            hold(ends(future), "the future of a receiveMany is not done");
            if (!future.isCompletedExceptionally()) {
                received(future.join(), began);
            }
        });
        return future;
    }

    PendingReceive<Integer> receive(Receiver<Integer> receiver, Wakes wakes) {
        long began = play.tick();
        PendingReceive<Integer> pending = receiver.receive(wakes);
        long fixed = play.tick();
        wakes.returned(pending.isDone());
        unfinished.add(() -> {
            wakes.check(pending);
            if (!wakes.cancelled && !wakes.putBack && pending.result().isReceived()) {
                received(pending.result().get(), began, fixed);
            }
        });
        return pending;
    }

    /** A message was received in a way of the scenario's own, which began at that time. */
    int received(int message, long began) {
        received(message, began, play.tick());
        return message;
    }

    private List<Integer> received(List<Integer> messages, long began) {
        for (Integer message : messages) {
            received(message, began);
        }
        return messages;
    }

    private void received(int message, long began, long fixed) {
        hold(received.put(message, new Entry(began, fixed)) == null, "received twice", message);
    }

    /** The waker of one operation, and what its party did about it. */
    static final class Wakes implements Waker {
        private final Runnable action;
        private int count;
        private boolean doneAtOnce;
        boolean cancelled;
        boolean putBack;

        Wakes() {
            this(() -> {});
        }

        Wakes(Runnable action) {
            this.action = action;
        }

        @Override
        public void wake() {
            count++;
            action.run();
        }

        private void returned(boolean done) {
            doneAtOnce = done && count == 0;
        }

        private void check(Pending pending) {
            hold(pending.isDone(), "an operation is not done");
            hold(count <= 1, "woken more than once", count);
            hold(!cancelled || count == 0, "woken after a cancel that succeeded");
            hold(cancelled || doneAtOnce || count == 1, "never woken");
        }
    }

    // At the end

    private void checkNow() throws Throwable {
        CHECK_INVARIANTS.invoke(channel);
        ChannelStats stats = channel.stats();
        hold(
                stats.sent() == stats.received() + stats.undelivered() + stats.size() && stats.received() >= 0,
                "the figures do not add up",
                stats);
    }

    private void closeTheBooks() throws Throwable {
        checkNow();
        if (!receiver().isClosed()) {
            long began = play.tick();
            for (Integer message : receiver().drain()) {
                received(message, began);
            }
            checkNow();
        }
        channel.cancel();
        checkNow();
        ChannelStats stats = channel.stats();
        hold(
                stats.size() + stats.waitingSenders() + stats.waitingReceivers() == 0,
                "something is left after the end",
                stats);
        unfinished.forEach(Runnable::run);

        List<Integer> ends = new ArrayList<>(received.keySet());
        ends.addAll(undelivered);
        ends.addAll(displaced);
        hold(sameNumbers(ends, sent.keySet()), "a message was lost, made or doubled", this);
        hold(stats.sent() == sent.size(), "the figures differ", stats, this);
        hold(stats.received() == received.size(), "the figures differ", stats, this);
        hold(stats.undelivered() == undelivered.size() + displaced.size(), "the figures differ", stats, this);
        if (ordered) {
            checkOrder();
        }
    }

    private static boolean sameNumbers(Collection<Integer> some, Collection<Integer> others) {
        return some.stream().sorted().toList().equals(others.stream().sorted().toList());
    }

    private void checkOrder() {
        sent.forEach((first, firstSend) -> sent.forEach((second, secondSend) -> {
            if (firstSend.fixed < secondSend.began) {
                Entry firstReceive = received.get(first);
                Entry secondReceive = received.get(second);
                hold(
                        firstReceive == null || secondReceive == null || secondReceive.fixed >= firstReceive.began,
                        "the second was received before the first",
                        first,
                        second,
                        this);
            }
        }));
    }

    @Override
    public String toString() {
        return "sent " + sent + ", received " + received + ", undelivered " + undelivered + ", displaced " + displaced;
    }

    static void hold(boolean condition, String violation, Object... details) {
        if (!condition) {
            throw new AssertionError(violation + (details.length == 0 ? "" : ": " + Arrays.toString(details)));
        }
    }
}
