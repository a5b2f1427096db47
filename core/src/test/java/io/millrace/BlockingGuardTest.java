package io.millrace;

import static io.millrace.ForkedJvm.check;
import static io.millrace.ForkedJvm.checkEqual;

import io.millrace.spi.BlockingGuard;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Row "blocking call on a guarded thread". Each scenario runs in a JVM of its own, which has two guards. */
class BlockingGuardTest {
    @TempDir
    Path directory;

    @ParameterizedTest
    @EnumSource(Guarded.class)
    void guardedThread(Guarded scenario) throws Exception {
        new ForkedJvm(directory)
                .with(Map.of(BlockingGuard.class, List.of(Silent.class, OfLoops.class)))
                .play(scenario);
    }

    /** Has no objection to anything; comes first. */
    public static final class Silent implements BlockingGuard {
        @Override
        public @Nullable String objection(Thread thread) {
            return null;
        }
    }

    /** Objects to threads of one name. */
    public static final class OfLoops implements BlockingGuard {
        static final AtomicInteger ASKED = new AtomicInteger();

        @Override
        public @Nullable String objection(Thread thread) {
            ASKED.incrementAndGet();
            check(thread == Thread.currentThread(), "the guard is asked about the calling thread, on it");
            return thread.getName().equals("loop") ? "loops must not wait" : null;
        }
    }

    @FunctionalInterface
    private interface Call {
        @Nullable Object call() throws Exception;
    }

    private static void on(String threadName, Call call) throws Exception {
        CompletableFuture<@Nullable Object> end = new CompletableFuture<>();
        new Thread(
                        () -> {
                            try {
                                end.complete(call.call());
                            } catch (Throwable failure) {
                                end.completeExceptionally(failure);
                            }
                        },
                        threadName)
                .start();
        try {
            end.get(Await.LIMIT_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw new AssertionError("on " + threadName, e.getCause());
        }
    }

    private static IllegalStateException refusal(Call call) throws Exception {
        try {
            throw new AssertionError("was not refused, and returned " + call.call());
        } catch (IllegalStateException e) {
            return e;
        }
    }

    /** Every call that may wait, with the asynchronous method that its refusal names. */
    private static Map<String, Call> blockingCalls(Channel<String> channel) {
        Sender<String> sender = channel.sender();
        Receiver<String> receiver = channel.receiver();
        Map<String, Call> calls = new LinkedHashMap<>();
        calls.put("send: sendAsync", () -> {
            sender.send("m");
            return null;
        });
        calls.put("trySend for a time: sendAsync", () -> sender.trySend("m", Duration.ofSeconds(5)));
        calls.put("trySend until an instant: sendAsync", () -> sender.trySend("m", Instant.MAX));
        calls.put("sendAll: sendAsync", () -> sender.sendAll(List.of("m")));
        calls.put("receive: receiveAsync", receiver::receive);
        calls.put("tryReceive for a time: receiveAsync", () -> receiver.tryReceive(Duration.ofSeconds(5)));
        calls.put("tryReceive until an instant: receiveAsync", () -> receiver.tryReceive(Instant.MAX));
        calls.put("receiveMany: receiveManyAsync", () -> receiver.receiveMany(2));
        calls.put("hasNext: receiveAsync", () -> receiver.iterator().hasNext());
        calls.put("next: receiveAsync", () -> receiver.iterator().next());
        calls.put("stream: receiveAsync", () -> receiver.stream().findFirst());
        calls.put(
                "a select: runAsync",
                () -> Select.<String>fair()
                        .receive(receiver, message -> message)
                        .send(sender, "m", () -> "sent")
                        .run());
        calls.put(
                "a select with a timeout: runAsync",
                () -> Select.<String>biased()
                        .receive(receiver, message -> message)
                        .timeout(Duration.ofMillis(1), () -> "timed out")
                        .run());
        return calls;
    }

    enum Guarded implements ForkedJvm.Scenario {
        IS_REFUSED_EACH_CALL_THAT_MAY_WAIT {
            @Override
            public void play() throws Exception {
                Channel<String> readyForAll = Channel.bounded(3);
                readyForAll.sender().trySend("there");
                for (Channel<String> channel : List.of(Channel.<String>rendezvous(), readyForAll)) {
                    ChannelStats before = channel.stats();
                    for (Map.Entry<String, Call> each : blockingCalls(channel).entrySet()) {
                        String what = each.getKey();
                        String asyncMethod = what.substring(what.indexOf(": ") + 2);
                        on("loop", () -> {
                            String text = refusal(each.getValue()).getMessage();
                            check(text.startsWith("loops must not wait"), what + " says: " + text);
                            check(text.contains(asyncMethod), what + " says: " + text);
                            return null;
                        });
                        checkEqual(channel.stats(), before, "the channel after " + what);
                    }
                }
            }
        },
        MAY_DO_ALL_THAT_DOES_NOT_WAIT {
            @Override
            public void play() throws Exception {
                Channel<String> channel = Channel.bounded(3);
                on("loop", () -> {
                    Sender<String> sender = channel.sender();
                    Receiver<String> receiver = channel.receiver();
                    sender.trySend("1");
                    sender.trySendAll(List.of("2", "3"));
                    sender.forceSend("4");
                    sender.sendAsync("5").cancel(false);
                    sender.send("6", () -> {}).cancel();
                    receiver.tryReceive();
                    receiver.receiveAsync().join();
                    receiver.receiveManyAsync(1).join();
                    receiver.drainTo(new ArrayList<>(), 1);
                    receiver.drain();
                    check(!receiver.available().iterator().hasNext(), "nothing is there");
                    receiver.receive(() -> {}).cancel();
                    Select<String> select = Select.<String>fair().receive(receiver, message -> message);
                    select.runAsync().cancel(false);
                    select.otherwise(() -> "nothing").run();
                    return null;
                });
                checkEqual(OfLoops.ASKED.get(), 0, "how often the guard was asked");
                checkEqual(channel.stats().waitingReceivers(), 0, "waiting receivers");
            }
        },
        OTHERS_MAY_WAIT {
            @Override
            public void play() throws Exception {
                for (Map.Entry<String, Call> each :
                        blockingCalls(Channel.<String>rendezvous()).entrySet()) {
                    Channel<String> channel = Channel.unbounded();
                    channel.sender().trySend("there");
                    on("worker", () -> blockingCalls(channel).get(each.getKey()).call());
                }
                check(OfLoops.ASKED.get() > 0, "the guard was asked");
            }
        },
        /** Null, closed handle, guard, interrupt flag. */
        IS_REFUSED_IN_THE_ORDER_OF_CHECKS {
            @Override
            public void play() throws Exception {
                Channel<String> channel = Channel.bounded(3);
                Sender<String> closedSender = channel.sender().duplicate();
                closedSender.close();
                Receiver<String> closedReceiver = channel.receiver().duplicate();
                closedReceiver.close();
                on("loop", () -> {
                    try {
                        closedSender.send(null);
                        check(false, "null was taken");
                    } catch (NullPointerException expected) {
                        // null comes first
                    }
                    check(
                            refusal(() -> closedSender.trySend("m", Duration.ZERO))
                                    .getMessage()
                                    .contains("was closed"),
                            "the closed handle comes before the guard");
                    check(
                            refusal(closedReceiver::receive).getMessage().contains("was closed"),
                            "the closed handle comes before the guard");
                    Thread.currentThread().interrupt();
                    check(
                            refusal(() -> channel.receiver().receive())
                                    .getMessage()
                                    .startsWith("loops must not wait"),
                            "the guard comes before the interrupt flag");
                    check(Thread.interrupted(), "the interrupt flag stays set");
                    return null;
                });
            }
        }
    }
}
