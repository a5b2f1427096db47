package io.millrace.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.Overflow;
import io.millrace.SendResult;
import io.millrace.internal.HandleState.Side;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How threads are parked and woken, with a parker that hides no mistake. */
class ParkingTest {
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
            core = new ChannelCore<>(null, capacity, Overflow.WAIT, null, new Tuning(0, 0, 2, parker));
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
    @ValueSource(ints = {0, 1})
    void pingPong_withoutSpinning_losesNoWakeUp(int capacity) throws Exception {
        int rounds = 50_000;
        StrictParker parker = new StrictParker();
        Pipe there = new Pipe(capacity, parker);
        Pipe back = new Pipe(capacity, parker);
        CompletableFuture<Void> partner = CompletableFuture.runAsync(
                () -> {
                    try {
                        for (int i = 0; i < rounds; i++) {
                            back.send(there.receive() + 1);
                        }
                    } catch (InterruptedException e) {
                        throw new AssertionError(e);
                    }
                },
                task -> new Thread(task, "partner").start());

        for (int i = 0; i < rounds; i++) {
            there.send(i);
            assertThat(back.receive()).isEqualTo(i + 1);
        }

        partner.get(20, TimeUnit.SECONDS);
        assertThat(parker.parks.get()).isPositive();
        there.core.checkInvariants();
        back.core.checkInvariants();
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
}
