package io.millrace.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.ChannelStats;
import io.millrace.DisconnectedException;
import io.millrace.Overflow;
import io.millrace.ReceiveResult;
import io.millrace.SendResult;
import io.millrace.internal.HandleState.Side;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How threads are parked and woken, with a parker that hides no mistake. */
class ParkingTest {
    /** Long enough to get everybody in line, short enough to wait for. */
    private static final long SHORT = TimeUnit.MILLISECONDS.toNanos(500);

    /** Never returns without a reason, so that a lost wake-up hangs the test. */
    private static final class StrictParker extends Parker {
        private final Map<Thread, Semaphore> permits = new ConcurrentHashMap<>();
        final AtomicInteger parks = new AtomicInteger();

        private Semaphore permits(Thread thread) {
            return permits.computeIfAbsent(thread, any -> new Semaphore(0));
        }

        @Override
        void park(Object channel) {
            parks.incrementAndGet();
            permits(Thread.currentThread()).acquireUninterruptibly();
        }

        @Override
        void unpark(Thread thread) {
            permits(thread).release();
        }
    }

    /** Returns at once, for no reason, as LockSupport may. */
    private static final class RestlessParker extends Parker {
        final AtomicInteger parks = new AtomicInteger();

        @Override
        void park(Object channel) {
            parks.incrementAndGet();
        }

        @Override
        void parkNanos(Object channel, long nanos) {
            parks.incrementAndGet();
        }
    }

    private static final class Pipe {
        final ChannelCore<Integer> core;
        final HandleState sender;
        final HandleState receiver;

        Pipe(int capacity, Parker parker) {
            this(capacity, 0, parker);
        }

        Pipe(int capacity, int yields, Parker parker) {
            core = new ChannelCore<>(null, capacity, Overflow.WAIT, null, new Tuning(0, yields, 0, 2, parker));
            sender = core.openFirst(Side.SENDER, this);
            receiver = core.openFirst(Side.RECEIVER, this);
        }

        SendResult send(int message) throws InterruptedException {
            return core.send(sender, this, message, ChannelCore.FOREVER);
        }

        int receive() throws InterruptedException {
            return core.receive(receiver, this);
        }
    }

    /** Every wait goes through the announced park, and every wake-up meets it at another moment. */
    @ParameterizedTest
    @CsvSource({"0, 0", "1, 0", "0, 1", "1, 1"})
    void pingPong_withoutSpinning_losesNoWakeUp(int capacity, int yields) throws Exception {
        StrictParker parker = new StrictParker();
        Pipe there = new Pipe(capacity, yields, parker);
        Pipe back = new Pipe(capacity, yields, parker);
        CompletableFuture<Void> partner = CompletableFuture.runAsync(
                () -> {
                    try {
                        while (true) {
                            back.send(there.receive() + 1);
                        }
                    } catch (DisconnectedException over) {
                        assertThat(over).hasNoCause();
                    } catch (InterruptedException e) {
                        throw new AssertionError(e);
                    }
                },
                task -> new Thread(task, "partner").start());

        long start = System.nanoTime();
        for (int i = 0; System.nanoTime() - start < TimeUnit.MILLISECONDS.toNanos(300); i++) {
            there.send(i);
            assertThat(back.receive()).isEqualTo(i + 1);
        }
        there.core.closeChannel(null);

        partner.get(10, TimeUnit.SECONDS);
        if (yields == 0) {
            assertThat(parker.parks.get()).isPositive();
        }
        there.core.checkInvariants();
        back.core.checkInvariants();
    }

    /** The sender comes as soon as the receiver stands in line, and so meets it on its way to the park. */
    @Test
    void wake_asTheThreadIsAboutToPark_isNotLost() throws Exception {
        Pipe pipe = new Pipe(0, new StrictParker());
        CompletableFuture<Integer> receiving = CompletableFuture.supplyAsync(
                () -> {
                    int received = 0;
                    try {
                        while (pipe.receive() == received) {
                            received++;
                        }
                    } catch (DisconnectedException over) {
                        return received;
                    } catch (InterruptedException e) {
                        throw new AssertionError(e);
                    }
                    throw new AssertionError("out of order after " + received);
                },
                task -> new Thread(task, "receiving").start());

        int sent = 0;
        for (long start = System.nanoTime(); System.nanoTime() - start < TimeUnit.MILLISECONDS.toNanos(700); ) {
            if (pipe.core.trySend(pipe.sender, sent) == SendResult.SENT) {
                sent++;
            }
        }
        pipe.core.closeChannel(null);

        assertThat(receiving.get(10, TimeUnit.SECONDS)).isEqualTo(sent);
        pipe.core.checkInvariants();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void park_thatReturnsForNoReason_isNoWakeUp(int capacity) throws Exception {
        RestlessParker parker = new RestlessParker();
        Pipe pipe = new Pipe(capacity, parker);
        CompletableFuture<Integer> received = new CompletableFuture<>();
        Thread receiving = new Thread(() -> {
            try {
                received.complete(pipe.receive());
            } catch (Throwable failure) {
                received.completeExceptionally(failure);
            }
        });
        receiving.start();
        while (parker.parks.get() < 1_000) {
            Thread.onSpinWait();
        }
        assertThat(received).isNotDone();

        assertThat(pipe.send(7)).isEqualTo(SendResult.SENT);

        assertThat(received.get(20, TimeUnit.SECONDS)).isEqualTo(7);
    }

    /** A park that ends early neither ends the wait nor starts its time anew. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void timedPark_thatReturnsEarly_waitsForItsTime(int capacity) throws Exception {
        RestlessParker parker = new RestlessParker();
        Pipe pipe = new Pipe(capacity, parker);
        long start = System.nanoTime();

        assertThat(pipe.core.tryReceive(pipe.receiver, this, 3_000_000).isReceived())
                .isFalse();

        assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(3_000_000);
        assertThat(parker.parks.get()).isPositive();
        pipe.core.checkInvariants();
    }

    /** Lets a test act while the thread that ends a wait has decided it, but has not got to telling all the waiters. */
    private static final class SlowParker extends Parker {
        final CountDownLatch unparking = new CountDownLatch(1);
        final CountDownLatch goOn = new CountDownLatch(1);

        @Override
        void unpark(Thread thread) {
            unparking.countDown();
            try {
                goOn.await();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
            super.unpark(thread);
        }
    }

    /** Two receivers wait; the channel closes; the second is interrupted when that is decided, and before it was told. */
    @Test
    void interrupt_afterTheEndWasDecided_staysPending() throws Exception {
        SlowParker parker = new SlowParker();
        Pipe pipe = new Pipe(1, parker);
        CompletableFuture<Boolean> first = waiting(pipe, new CompletableFuture<>());
        CompletableFuture<Thread> thread = new CompletableFuture<>();
        CompletableFuture<Boolean> second = waiting(pipe, thread);
        Thread closing = new Thread(() -> pipe.core.closeChannel(null), "closing");
        closing.start();
        assertThat(parker.unparking.await(20, TimeUnit.SECONDS)).isTrue();

        thread.get().interrupt();

        assertThat(second.get(20, TimeUnit.SECONDS)).as("interrupted").isTrue();
        parker.goOn.countDown();
        closing.join();
        assertThat(first.get(20, TimeUnit.SECONDS)).as("interrupted").isFalse();
    }

    /** As above, and the time of the second runs out. */
    @Test
    void timeout_afterTheEndWasDecided_isNoTimeout() throws Exception {
        SlowParker parker = new SlowParker();
        Pipe pipe = new Pipe(1, parker);
        CompletableFuture<Boolean> first = waiting(pipe, new CompletableFuture<>());
        CompletableFuture<ReceiveResult<Integer>> second = CompletableFuture.supplyAsync(
                () -> {
                    try {
                        return pipe.core.tryReceive(pipe.receiver, this, SHORT);
                    } catch (InterruptedException e) {
                        throw new AssertionError(e);
                    }
                },
                task -> new Thread(task, "timed").start());
        while (pipe.core.statsNow().waitingReceivers() < 2 && !second.isDone()) {
            Thread.onSpinWait();
        }
        Thread closing = new Thread(() -> pipe.core.closeChannel(null), "closing");
        closing.start();
        assertThat(parker.unparking.await(20, TimeUnit.SECONDS)).isTrue();

        assertThat(second.get(20, TimeUnit.SECONDS).isDisconnected()).isTrue();

        parker.goOn.countDown();
        closing.join();
        assertThat(first.get(20, TimeUnit.SECONDS)).isFalse();
    }

    /** Two receivers wait and get a message each from one batch; the second is disturbed before it was told. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void receive_disturbedAfterTheMessageWasHandedOver_receives(boolean byInterrupt) throws Exception {
        SlowParker parker = new SlowParker();
        Pipe pipe = new Pipe(1, parker);
        CompletableFuture<Thread> thread = new CompletableFuture<>();
        CompletableFuture<String> first = parked(pipe, new CompletableFuture<>(), pipe::receive);
        CompletableFuture<String> second = parked(pipe, thread, () -> {
            if (byInterrupt) {
                return pipe.receive();
            }
            return pipe.core.tryReceive(pipe.receiver, this, SHORT).get();
        });
        Thread sending = new Thread(() -> pipe.core.trySendAll(pipe.sender, new Integer[] {1, 2}), "sending");
        sending.start();
        assertThat(parker.unparking.await(20, TimeUnit.SECONDS)).isTrue();

        if (byInterrupt) {
            thread.get().interrupt();
        }

        assertThat(second.get(20, TimeUnit.SECONDS)).isEqualTo(byInterrupt ? "2 interrupted" : "2");
        parker.goOn.countDown();
        sending.join();
        assertThat(first.get(20, TimeUnit.SECONDS)).isEqualTo("1");
    }

    /** Two senders wait and one batch takes both their messages; the second is disturbed before it was told. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void send_disturbedAfterTheMessageWasTaken_isSent(boolean byInterrupt) throws Exception {
        SlowParker parker = new SlowParker();
        Pipe pipe = new Pipe(0, parker);
        CompletableFuture<Thread> thread = new CompletableFuture<>();
        CompletableFuture<String> first = parked(pipe, new CompletableFuture<>(), () -> pipe.send(1));
        CompletableFuture<String> second = parked(
                pipe, thread, () -> pipe.core.send(pipe.sender, this, 2, byInterrupt ? ChannelCore.FOREVER : SHORT));
        List<Integer> taken = new ArrayList<>();
        Thread receiving = new Thread(() -> taken.addAll(pipe.core.takeNow(pipe.receiver, 2)), "receiving");
        receiving.start();
        assertThat(parker.unparking.await(20, TimeUnit.SECONDS)).isTrue();

        if (byInterrupt) {
            thread.get().interrupt();
        }

        assertThat(second.get(20, TimeUnit.SECONDS)).isEqualTo(byInterrupt ? "SENT interrupted" : "SENT");
        parker.goOn.countDown();
        receiving.join();
        assertThat(first.get(20, TimeUnit.SECONDS)).isEqualTo("SENT");
        assertThat(taken).containsExactly(1, 2);
    }

    /** Starts a thread that parks in the call; completes with its result, and whether it was interrupted then. */
    private static CompletableFuture<String> parked(
            Pipe pipe, CompletableFuture<Thread> thread, Callable<Object> call) {
        int before = waiters(pipe);
        CompletableFuture<String> result = new CompletableFuture<>();
        Thread waiting = new Thread(
                () -> {
                    try {
                        Object value = call.call();
                        result.complete(value + (Thread.interrupted() ? " interrupted" : ""));
                    } catch (Throwable failure) {
                        result.completeExceptionally(failure);
                    }
                },
                "waiting");
        waiting.start();
        thread.complete(waiting);
        while (waiters(pipe) == before) {
            Thread.onSpinWait();
        }
        return result;
    }

    private static int waiters(Pipe pipe) {
        ChannelStats stats = pipe.core.statsNow();
        return stats.waitingReceivers() + stats.waitingSenders();
    }

    /** A parked receive that must end by a disconnect; completes with the thread's interrupt flag. */
    private static CompletableFuture<Boolean> waiting(Pipe pipe, CompletableFuture<Thread> thread) {
        int before = pipe.core.statsNow().waitingReceivers();
        CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
        Thread receiving = new Thread(
                () -> {
                    try {
                        pipe.receive();
                        interrupted.completeExceptionally(new AssertionError("received from nobody"));
                    } catch (DisconnectedException e) {
                        interrupted.complete(Thread.interrupted());
                    } catch (Throwable failure) {
                        interrupted.completeExceptionally(failure);
                    }
                },
                "receiving");
        receiving.start();
        thread.complete(receiving);
        while (pipe.core.statsNow().waitingReceivers() == before || receiving.getState() != Thread.State.WAITING) {
            Thread.onSpinWait();
        }
        return interrupted;
    }
}
