package io.millrace;

import static io.millrace.ForkedJvm.check;
import static io.millrace.ForkedJvm.checkEqual;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.spi.ForgottenHandle;
import io.millrace.spi.ForgottenHandleListener;
import java.lang.ref.Reference;
import java.lang.ref.WeakReference;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Row "a handle that becomes unreachable without close". Each scenario runs in a JVM of its own, with a listener that
 * collects the reports.
 */
class ForgottenHandleTest {
    private static final String LEVEL = "-Dio.millrace.leakDetection=";

    @TempDir
    Path directory;

    private ForkedJvm jvm(String level) {
        return new ForkedJvm(directory)
                .with(Map.of(ForgottenHandleListener.class, List.of(Listener.class)))
                .option(LEVEL + level);
    }

    @ParameterizedTest
    @EnumSource(Forgetting.class)
    void forgottenHandle_countsAsClosed(Forgetting scenario) throws Exception {
        jvm("paranoid").play(scenario);
    }

    @ParameterizedTest
    @EnumSource(Holding.class)
    void handleInUse_isNotForgotten(Holding scenario) throws Exception {
        jvm("paranoid").play(scenario);
    }

    @ParameterizedTest
    @CsvSource({
        "simple,REPORTS_ONE_STACK_IN_128",
        "advanced,REPORTS_ONE_STACK_IN_8",
        "ADVANCED,REPORTS_ONE_STACK_IN_8",
        "paranoid,REPORTS_EACH_STACK",
        "off,REPORTS_NOTHING",
        "nonsense,REPORTS_ONE_STACK_IN_128"
    })
    void level_saysHowManyStacksAreRemembered(String level, Levels scenario) throws Exception {
        String output = jvm(level).play(scenario);

        assertThat(output.contains("io.millrace.leakDetection must be off, simple, advanced or paranoid: nonsense"))
                .isEqualTo(level.equals("nonsense"));
    }

    @Test
    void withoutALevel_isSimple() throws Exception {
        new ForkedJvm(directory)
                .with(Map.of(ForgottenHandleListener.class, List.of(Listener.class)))
                .play(Levels.REPORTS_ONE_STACK_IN_128);
    }

    @Test
    void withoutAListener_logsAWarning() throws Exception {
        String output = new ForkedJvm(directory).option(LEVEL + "paranoid").play(Logged.FORGETS_A_SENDER);

        assertThat(output)
                .contains("WARNING")
                .contains("a sender of channel forgotten-one became unreachable without being closed")
                .contains("the handle was opened here")
                .contains("forgetTheSender");
    }

    @Test
    void withoutAListener_sayHowToLearnMore() throws Exception {
        String output = new ForkedJvm(directory).option(LEVEL + "off").play(Logged.FORGETS_A_SENDER);
        assertThat(output).doesNotContain("WARNING");

        output = new ForkedJvm(directory).play(Logged.FORGETS_MANY_SENDERS);
        assertThat(output).contains("-Dio.millrace.leakDetection=paranoid");
    }

    /** Collects what is reported. */
    public static final class Listener implements ForgottenHandleListener {
        static final List<ForgottenHandle> REPORTS = new CopyOnWriteArrayList<>();
        static volatile Runnable onReport = () -> {};

        @Override
        public void forgotten(ForgottenHandle handle) {
            REPORTS.add(handle);
            onReport.run();
        }
    }

    private static Channel<String> named(String name, int capacity) {
        return Channel.<String>builder().name(name).capacity(capacity).build();
    }

    /** What is left of a channel of which only the receiver is held. */
    private static Receiver<String> forgetTheSender(String name) {
        return named(name, 5).receiver();
    }

    private static Sender<String> forgetTheReceiver(String name) {
        return named(name, 5).sender();
    }

    private static void awaitReports(int count) {
        Await.untilCollected("what is reported", () -> Listener.REPORTS.size() >= count);
    }

    /** Collects garbage so often that whatever can be found has been: others are forgotten meanwhile, and found. */
    private static void collectEverything() {
        for (int i = 0; i < 3; i++) {
            Receiver<String> canary = forgetTheSender("canary");
            Await.untilCollected("the canary's sender", () -> canary.senderCount() == 0);
        }
    }

    private static void checkReports(String... sides) {
        collectEverything();
        checkEqual(Listener.REPORTS.stream().map(ForgottenHandle::side).toList(), List.of(sides), "reported");
    }

    /** Scenarios in which a handle is forgotten. */
    enum Forgetting implements ForkedJvm.Scenario {
        SENDER_RELEASES_A_WAITING_THREAD {
            @Override
            public void play() throws Exception {
                Receiver<String> receiver = forgetTheSender("mine");
                AtomicReference<@Nullable Throwable> thrown = new AtomicReference<>();
                Thread thread = new Thread(() -> {
                    try {
                        receiver.receive();
                    } catch (InterruptedException | RuntimeException e) {
                        thrown.set(e);
                    }
                });
                thread.start();
                Await.untilCollected("the sender", () -> !thread.isAlive());

                check(thrown.get() instanceof DisconnectedException, "thrown: " + thrown.get());
                checkEqual(receiver.senderCount(), 0, "senders");
                awaitReports(1);
                checkReports("sender");
                ForgottenHandle report = Listener.REPORTS.get(0);
                checkEqual(report.channel(), "mine", "channel");
                check(report.opened() != null, "where it was opened");
                check(
                        List.of(report.opened().getStackTrace()).stream()
                                .anyMatch(frame -> frame.getMethodName().equals("forgetTheSender")),
                        "the stack names the method that opened it");
            }
        },
        SENDER_RELEASES_A_WAITING_FUTURE {
            @Override
            public void play() {
                CompletableFuture<String> future = forgetTheSender("mine").receiveAsync();
                Await.untilCollected("the sender", future::isDone);
                try {
                    future.join();
                    check(false, "nothing was sent");
                } catch (CompletionException e) {
                    check(e.getCause() instanceof DisconnectedException, "cause: " + e.getCause());
                }
                awaitReports(1);
                checkReports("sender");
            }
        },
        SENDER_RELEASES_A_WAITING_WAKER {
            @Override
            public void play() {
                AtomicInteger wakes = new AtomicInteger();
                Receiver<String> receiver = forgetTheSender("mine");
                var pending = receiver.receive(wakes::incrementAndGet);
                Await.untilCollected("the sender", pending::isDone);
                Await.until("the waker is called", () -> wakes.get() == 1);
                check(pending.result().isDisconnected(), "result: " + pending.result());
                awaitReports(1);
                checkReports("sender");
            }
        },
        SENDER_RELEASES_A_WAITING_SELECT {
            @Override
            public void play() {
                Receiver<String> receiver = forgetTheSender("mine");
                Receiver<String> terminated = forgetTheSender("other");
                CompletableFuture<String> receiving = Select.<String>fair()
                        .receive(receiver, message -> message)
                        .runAsync();
                CompletableFuture<String> watching = Select.<String>fair()
                        .disconnected(terminated, () -> "terminated")
                        .runAsync();
                Await.untilCollected("the senders", () -> receiving.isDone() && watching.isDone());
                check(receiving.isCompletedExceptionally(), "the receiving select fails");
                checkEqual(watching.join(), "terminated", "the watching select");
                Await.untilCollected(
                        "the report of 'mine'",
                        () -> Listener.REPORTS.stream()
                                .anyMatch(report -> report.channel().equals("mine")));
            }
        },
        SENDER_IS_REPORTED_TO_A_LATER_RECEIVE_ONLY {
            @Override
            public void play() {
                Receiver<String> receiver = forgetTheSender("mine");
                Await.untilCollected("the sender", () -> receiver.senderCount() == 0);
                checkReports();

                check(receiver.tryReceive().isDisconnected(), "disconnected");

                checkReports("sender");
                check(receiver.tryReceive().isDisconnected(), "disconnected again");
                checkReports("sender");
            }
        },
        SENDER_LEAVES_ITS_MESSAGES {
            @Override
            public void play() {
                Receiver<String> receiver = sendOneAndForget();
                Await.untilCollected("the sender", () -> receiver.senderCount() == 0);
                checkEqual(receiver.tryReceive().orNull(), "m", "message");
                checkReports();
                check(receiver.tryReceive().isDisconnected(), "disconnected");
                checkReports("sender");
            }

            private Receiver<String> sendOneAndForget() {
                Channel<String> channel = named("mine", 1);
                channel.sender().trySend("m");
                return channel.receiver();
            }
        },
        RECEIVER_RELEASES_A_WAITING_SEND {
            @Override
            public void play() {
                Sender<String> sender = forgetTheReceiver("mine");
                for (int i = 0; i < 5; i++) {
                    sender.trySend("m" + i);
                }
                CompletableFuture<Void> future = sender.sendAsync("waiting");
                Await.untilCollected("the receiver", future::isDone);
                check(future.isCompletedExceptionally(), "the send fails");
                check(sender.isDisconnected(), "disconnected");
                checkEqual(sender.stats().undelivered(), 5L, "undelivered");
                awaitReports(1);
                checkReports("receiver");
            }
        },
        RECEIVER_LOSES_MESSAGES {
            @Override
            public void play() {
                List<String> undelivered = new CopyOnWriteArrayList<>();
                Sender<String> sender = forget(undelivered);
                sender.trySend("a");
                sender.trySend("b");
                Await.untilCollected("the receiver", () -> undelivered.size() == 2);
                awaitReports(1);
                checkReports("receiver");
                checkEqual(undelivered, List.of("a", "b"), "undelivered");
                checkEqual(sender.trySend("c"), SendResult.DISCONNECTED, "later send");
                checkReports("receiver");
            }

            private Sender<String> forget(List<String> undelivered) {
                return Channel.<String>builder()
                        .capacity(2)
                        .onUndelivered(undelivered::add)
                        .build()
                        .sender();
            }
        },
        RECEIVER_IS_REPORTED_TO_A_LATER_SEND_ONLY {
            @Override
            public void play() {
                Sender<String> sender = forgetTheReceiver("mine");
                Await.untilCollected("the receiver", sender::isDisconnected);
                checkReports();

                checkEqual(sender.trySend("m"), SendResult.DISCONNECTED, "later send");

                checkReports("receiver");
            }
        },
        RECEIVER_IS_REPORTED_TO_A_LATER_FORCE_SEND {
            @Override
            public void play() {
                Sender<String> sender = forgetTheReceiver("mine");
                Await.untilCollected("the receiver", sender::isDisconnected);
                checkReports();

                try {
                    sender.forceSend("m");
                    check(false, "nobody can receive it");
                } catch (DisconnectedException expected) {
                    checkReports("receiver");
                }
            }
        },
        DUPLICATES_COUNT_AS_CLOSED_WHILE_OTHERS_ARE_OPEN {
            @Override
            public void play() {
                Channel<String> channel = named("mine", 5);
                for (int i = 0; i < 100; i++) {
                    channel.sender().duplicate();
                    channel.receiver().duplicate();
                }
                Await.untilCollected(
                        "the duplicates",
                        () -> channel.sender().senderCount() == 1
                                && channel.sender().receiverCount() == 1);
                checkReports();
                checkEqual(channel.sender().trySend("m"), SendResult.SENT, "send");
                checkEqual(channel.receiver().tryReceive().orNull(), "m", "receive");
                checkReports();
                Reference.reachabilityFence(channel);
            }
        },
        CLOSED_HANDLES_ARE_NO_LEAK {
            @Override
            public void play() {
                Channel<String> channel = named("mine", 5);
                for (int i = 0; i < 100; i++) {
                    channel.sender().duplicate().close();
                    channel.receiver().duplicate().close();
                }
                channel.sender().close();
                check(channel.receiver().tryReceive().isDisconnected(), "disconnected");
                checkReports();
                Reference.reachabilityFence(channel);
            }
        },
        END_THAT_WAS_CALLED_FOR_IS_NO_LEAK {
            @Override
            public void play() {
                Receiver<String> receiver = closeAndForget(false);
                Await.untilCollected("the sender", () -> receiver.senderCount() == 0);
                check(receiver.tryReceive().isDisconnected(), "disconnected");
                Receiver<String> cancelled = closeAndForget(true);
                Await.untilCollected("the sender", () -> cancelled.senderCount() == 0);
                check(cancelled.tryReceive().isDisconnected(), "disconnected");
                checkReports();
            }

            private Receiver<String> closeAndForget(boolean cancel) {
                Channel<String> channel = named("mine", 5);
                channel.sender().trySend("m");
                if (cancel) {
                    channel.cancel();
                } else {
                    channel.close();
                    channel.receiver().drain();
                }
                return channel.receiver();
            }
        },
        WHOLE_CHANNEL_GOES_SILENTLY {
            @Override
            public void play() {
                AtomicInteger undelivered = new AtomicInteger();
                List<WeakReference<Channel<String>>> channels = new ArrayList<>();
                for (int i = 0; i < 20; i++) {
                    channels.add(forget(undelivered));
                }
                Await.untilCollected(
                        "the channels", () -> channels.stream().allMatch(channel -> channel.refersTo(null)));
                checkReports();
                checkEqual(undelivered.get(), 0, "undelivered");
            }

            private WeakReference<Channel<String>> forget(AtomicInteger undelivered) {
                Channel<String> channel = Channel.<String>builder()
                        .capacity(1)
                        .onUndelivered(message -> undelivered.incrementAndGet())
                        .build();
                channel.sender().duplicate().trySend("m");
                channel.sender().sendAsync("waits");
                channel.receiver().duplicate();
                channel.disconnected().thenRun(undelivered::incrementAndGet);
                return new WeakReference<>(channel);
            }
        },
        EACH_HANDLE_IS_REPORTED_ONCE {
            @Override
            public void play() {
                Receiver<String> receiver = forgetMany();
                CompletableFuture<String> waiting = receiver.receiveAsync();
                CompletableFuture<String> alsoWaiting = receiver.receiveAsync();
                Await.untilCollected("the senders", () -> waiting.isDone() && alsoWaiting.isDone());
                awaitReports(11);
                collectEverything();
                checkEqual(Listener.REPORTS.size(), 11, "reports");
                checkEqual(
                        Listener.REPORTS.stream()
                                .map(ForgottenHandle::opened)
                                .distinct()
                                .count(),
                        11L,
                        "different handles");
            }

            private Receiver<String> forgetMany() {
                Channel<String> channel = named("mine", 5);
                for (int i = 0; i < 10; i++) {
                    channel.sender().duplicate();
                }
                return channel.receiver();
            }
        },
        MANY_HANDLES_OF_ONE_CHANNEL_ARE_REPORTED_BY_A_FEW {
            @Override
            public void play() {
                Channel<String> channel = named("mine", 5);
                for (int i = 0; i < 1000; i++) {
                    channel.sender().duplicate();
                }
                Await.untilCollected("the duplicates", () -> channel.sender().senderCount() == 1);
                channel.sender().close();
                check(channel.receiver().tryReceive().isDisconnected(), "disconnected");
                collectEverything();
                int reports = Listener.REPORTS.size();
                check(reports >= 1 && reports <= 16, "reports: " + reports);
            }
        },
        WEAK_SENDER_HOLDS_NO_HANDLE {
            @Override
            public void play() {
                AtomicReference<WeakSender<String>> weak = new AtomicReference<>();
                Receiver<String> receiver = forget(weak);
                CompletableFuture<String> future = receiver.receiveAsync();
                Await.untilCollected("the sender", future::isDone);
                check(weak.get().upgrade().isEmpty(), "there is nothing to upgrade");
            }

            private Receiver<String> forget(AtomicReference<WeakSender<String>> weak) {
                Channel<String> channel = named("mine", 5);
                weak.set(channel.sender().downgrade());
                return channel.receiver();
            }
        },
        LISTENER_RUNS_WITHOUT_A_LOCK {
            @Override
            public void play() {
                Receiver<String> receiver = forgetTheSender("mine");
                AtomicReference<@Nullable Boolean> used = new AtomicReference<>();
                Listener.onReport = () -> {
                    Thread other = new Thread(receiver.core::checkInvariants);
                    other.start();
                    try {
                        other.join(TimeUnit.SECONDS.toMillis(Await.LIMIT_SECONDS / 4));
                    } catch (InterruptedException e) {
                        throw new AssertionError(e);
                    }
                    used.set(!other.isAlive());
                };
                CompletableFuture<String> future = receiver.receiveAsync();
                Await.untilCollected("the sender", future::isDone);
                Await.until("the listener is through", () -> used.get() != null);
                check(Boolean.TRUE.equals(used.get()), "the listener runs while the lock is held");
            }
        },
        LISTENER_THAT_THROWS_DISTURBS_NOBODY {
            @Override
            public void play() {
                List<Throwable> uncaught = Collections.synchronizedList(new ArrayList<>());
                Thread.setDefaultUncaughtExceptionHandler((thread, failure) -> uncaught.add(failure));
                IllegalStateException thrown = new IllegalStateException("in the listener");
                Listener.onReport = () -> {
                    throw thrown;
                };
                Receiver<String> receiver = forgetTheSender("mine");
                Await.untilCollected("the sender", () -> receiver.senderCount() == 0);
                check(receiver.tryReceive().isDisconnected(), "disconnected");
                checkEqual(uncaught, List.of(thrown), "uncaught");
                // what finds forgotten handles lives on
                Listener.onReport = () -> {};
                collectEverything();
            }
        }
    }

    /** Scenarios in which nobody but an operation holds a handle: it is no leak. */
    enum Holding implements ForkedJvm.Scenario {
        FUTURE_THAT_RECEIVES {
            @Override
            public void play() {
                Channel<String> channel = named("mine", 1);
                CompletableFuture<String> future =
                        start(channel, () -> channel.receiver().duplicate().receiveAsync());
                collectEverything();
                checkSent(channel);
                checkEqual(future.join(), "m", "received");
            }
        },
        FUTURE_THAT_NOBODY_HOLDS {
            @Override
            public void play() {
                Channel<String> channel = named("mine", 1);
                AtomicReference<@Nullable String> received = new AtomicReference<>();
                start(
                        channel,
                        () -> channel.receiver().duplicate().receiveAsync().thenAccept(received::set));
                collectEverything();
                checkSent(channel);
                checkEqual(received.get(), "m", "received");
            }
        },
        FUTURE_THAT_RECEIVES_MANY {
            @Override
            public void play() {
                Channel<String> channel = named("mine", 1);
                var future = start(channel, () -> channel.receiver().duplicate().receiveManyAsync(3));
                collectEverything();
                checkSent(channel);
                checkEqual(future.join(), List.of("m"), "received");
            }
        },
        WAKER_THAT_RECEIVES {
            @Override
            public void play() {
                Channel<String> channel = named("mine", 1);
                var pending =
                        start(channel, () -> channel.receiver().duplicate().receive(() -> {}));
                collectEverything();
                checkSent(channel);
                checkEqual(pending.result().get(), "m", "received");
            }
        },
        SELECT_THAT_WAITS {
            @Override
            public void play() {
                Channel<String> channel = named("mine", 1);
                var future = start(
                        channel,
                        () -> Select.<String>fair()
                                .receive(channel.receiver().duplicate(), message -> message)
                                .runAsync());
                collectEverything();
                checkSent(channel);
                checkEqual(future.join(), "m", "received");
            }
        },
        SELECT_THAT_DOES_NOT_RUN {
            @Override
            public void play() throws Exception {
                Channel<String> channel = named("mine", 1);
                Select<String> select = start(
                        channel,
                        () -> Select.<String>fair().receive(channel.receiver().duplicate(), message -> message));
                collectEverything();
                checkSent(channel);
                checkEqual(select.run(), "m", "received");
            }
        },
        THREAD_THAT_RECEIVES {
            @Override
            public void play() throws Exception {
                Channel<String> channel = named("mine", 1);
                AtomicReference<@Nullable String> received = new AtomicReference<>();
                Thread thread = start(channel, () -> {
                    Receiver<String> own = channel.receiver().duplicate();
                    Thread made = new Thread(() -> received.set(receiveOn(own)));
                    made.start();
                    return made;
                });
                Await.until("it waits", () -> channel.stats().waitingReceivers() == 1);
                collectEverything();
                checkSent(channel);
                thread.join();
                checkEqual(received.get(), "m", "received");
            }

            private String receiveOn(Receiver<String> receiver) {
                try {
                    return receiver.receive();
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
            }
        },
        ITERATOR {
            @Override
            public void play() {
                Channel<String> channel = named("mine", 1);
                Iterator<String> iterator =
                        start(channel, () -> channel.receiver().duplicate().iterator());
                collectEverything();
                checkSent(channel);
                checkEqual(iterator.next(), "m", "received");
            }
        },
        PUBLISHER {
            @Override
            public void play() {
                Channel<String> channel = named("mine", 1);
                var publisher =
                        start(channel, () -> channel.receiver().duplicate().publisher());
                collectEverything();
                checkSent(channel);
                Reference.reachabilityFence(publisher);
            }
        },
        FUTURE_THAT_SENDS {
            @Override
            public void play() {
                Channel<String> channel = named("mine", 0);
                CompletableFuture<Void> future = channel.sender().duplicate().sendAsync("m");
                channel.sender().close();
                collectEverything();
                checkEqual(channel.receiver().senderCount(), 1, "the handle in use is open");
                checkEqual(channel.receiver().tryReceive().orNull(), "m", "received");
                future.join();
                Await.untilCollected("the sender", channel.receiver()::isDisconnected);
            }
        };

        /** Starts something on a receiver of its own, which is then the only one. */
        private static <R> R start(Channel<String> channel, Supplier<R> starting) {
            R started = starting.get();
            channel.receiver().close();
            return started;
        }

        private static void checkSent(Channel<String> channel) {
            checkEqual(channel.sender().receiverCount(), 1, "the handle in use is open");
            checkEqual(channel.sender().trySend("m"), SendResult.SENT, "send");
            check(
                    Listener.REPORTS.stream()
                            .noneMatch(report -> report.channel().equals("mine")),
                    "nothing is reported: " + Listener.REPORTS);
        }
    }

    /** Forgets the senders of so many channels, and is told so on each. */
    private static void forgetAndBeTold(int count) {
        List<Receiver<String>> receivers = IntStream.range(0, count)
                .mapToObj(number -> forgetTheSender("many-" + number))
                .toList();
        Await.untilCollected("the senders", () -> receivers.stream().allMatch(receiver -> receiver.senderCount() == 0));
        for (Receiver<String> receiver : receivers) {
            check(receiver.tryReceive().isDisconnected(), "disconnected");
        }
    }

    /** How many of many forgotten handles tell where they were opened. */
    enum Levels implements ForkedJvm.Scenario {
        REPORTS_NOTHING(0, 0, 0),
        REPORTS_ONE_STACK_IN_128(2000, 1, 60),
        REPORTS_ONE_STACK_IN_8(2000, 150, 350),
        REPORTS_EACH_STACK(2000, 2000, 2000);

        private final int reports;
        private final int leastStacks;
        private final int mostStacks;

        Levels(int reports, int leastStacks, int mostStacks) {
            this.reports = reports;
            this.leastStacks = leastStacks;
            this.mostStacks = mostStacks;
        }

        @Override
        public void play() {
            forgetAndBeTold(2000);
            checkEqual(Listener.REPORTS.size(), reports, "reports");
            long stacks = Listener.REPORTS.stream()
                    .filter(report -> report.opened() != null)
                    .count();
            check(stacks >= leastStacks && stacks <= mostStacks, "stacks: " + stacks);
        }
    }

    /** Scenarios without a listener. */
    enum Logged implements ForkedJvm.Scenario {
        FORGETS_A_SENDER {
            @Override
            public void play() {
                Receiver<String> receiver = forgetTheSender("forgotten-one");
                Await.untilCollected("the sender", () -> receiver.senderCount() == 0);
                check(receiver.tryReceive().isDisconnected(), "disconnected");
            }
        },
        FORGETS_MANY_SENDERS {
            @Override
            public void play() {
                forgetAndBeTold(100);
            }
        }
    }
}
