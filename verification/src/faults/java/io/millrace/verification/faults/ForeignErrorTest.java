package io.millrace.verification.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.Channel;
import io.millrace.ReceiveResult;
import io.millrace.Select;
import io.millrace.SendResult;
import io.millrace.spi.PendingReceive;
import java.lang.Thread.UncaughtExceptionHandler;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Foreign code that the core calls, and that ends with an Error: it goes to the uncaught-exception handler and disturbs nobody. */
class ForeignErrorTest {
    private static final int PARTIES = 3;

    /** How it ends. */
    enum Failure {
        STACK {
            @Override
            @SuppressWarnings("InfiniteRecursion") // wanted
            void fail() {
                fail(); // up to the end of the stack
            }

            @Override
            Class<? extends Error> type() {
                return StackOverflowError.class;
            }
        },
        MEMORY {
            @Override
            void fail() {
                throw new OutOfMemoryError("thrown by foreign code");
            }

            @Override
            Class<? extends Error> type() {
                return OutOfMemoryError.class;
            }
        },
        ASSERTION {
            @Override
            void fail() {
                throw new AssertionError("thrown by foreign code");
            }

            @Override
            Class<? extends Error> type() {
                return AssertionError.class;
            }
        };

        abstract void fail();

        abstract Class<? extends Error> type();
    }

    private final List<Throwable> uncaught = new ArrayList<>();
    /** Collects what goes to the uncaught-exception handler of this thread meanwhile. */
    private void record(String what, Failure failure, ResultFile.Run run) throws Exception {
        Thread thread = Thread.currentThread();
        UncaughtExceptionHandler before = thread.getUncaughtExceptionHandler();
        thread.setUncaughtExceptionHandler((same, thrown) -> uncaught.add(thrown));
        try {
            ResultFile.record(what + ": " + failure, 1, run);
        } finally {
            thread.setUncaughtExceptionHandler(before);
        }
    }

    private void assertIntact(Channel<Integer> channel) throws Exception {
        CompletableFuture.runAsync(() -> Inside.checkInvariants(channel)).get(10, TimeUnit.SECONDS);
        assertThat(channel.stats().waitingReceivers()).isZero();
    }

    @ParameterizedTest
    @EnumSource(Failure.class)
    void waker_thatThrowsAnError_disturbsNeitherSenderNorOtherWaiters(Failure failure) throws Exception {
        record("wakers that throw", failure, () -> {
            Channel<Integer> channel = Channel.rendezvous();
            List<PendingReceive<Integer>> failing = new ArrayList<>();
            List<CompletableFuture<Integer>> futures = new ArrayList<>();
            for (int i = 0; i < PARTIES; i++) {
                failing.add(channel.receiver().receive(failure::fail));
                futures.add(channel.receiver().receiveAsync());
                futures.add(Select.<Integer>fair()
                        .receive(channel.receiver(), message -> message)
                        .runAsync());
            }

            assertThat(channel.sender().trySendAll(List.of(0, 1, 2, 3, 4, 5, 6, 7, 8)))
                    .isEqualTo(3 * PARTIES);

            for (int i = 0; i < PARTIES; i++) {
                assertThat(failing.get(i).result()).isEqualTo(new ReceiveResult.Received<>(3 * i));
                assertThat(futures.get(2 * i)).isCompletedWithValue(3 * i + 1);
                assertThat(futures.get(2 * i + 1)).isCompletedWithValue(3 * i + 2);
            }
            assertThat(uncaught).hasSize(PARTIES).hasOnlyElementsOfType(failure.type());
            assertIntact(channel);
            return channel.stats().sent();
        });
    }

    @ParameterizedTest
    @EnumSource(Failure.class)
    void disconnect_whoseListenersThrowErrors_tellsAllOthers(Failure failure) throws Exception {
        record("listeners of a disconnect that throw", failure, () -> {
            List<Integer> undelivered = new ArrayList<>();
            Channel<Integer> channel = Channel.<Integer>builder()
                    .capacity(PARTIES)
                    .onUndelivered(message -> {
                        undelivered.add(message);
                        failure.fail();
                    })
                    .build();
            channel.disconnected().whenComplete((ended, cause) -> failure.fail());
            for (int i = 0; i < PARTIES; i++) {
                channel.sender().trySend(i);
            }
            List<CompletableFuture<Void>> sends = new ArrayList<>();
            for (int i = 0; i < PARTIES; i++) {
                channel.sender().send(PARTIES, failure::fail);
                sends.add(channel.sender().sendAsync(PARTIES));
            }

            channel.receiver().close();

            assertThat(undelivered).containsExactly(0, 1, 2);
            assertThat(sends).allMatch(CompletableFuture::isCompletedExceptionally);
            assertThat(channel.disconnected()).isDone();
            assertThat(uncaught).hasSize(2 * PARTIES).hasOnlyElementsOfType(failure.type());
            assertThat(channel.sender().trySend(PARTIES)).isEqualTo(SendResult.DISCONNECTED);
            assertIntact(channel);
            return channel.stats().sent();
        });
    }
}
