package io.millrace.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class SpinLockTest {
    private static final class Counter extends SpinLock {
        private long count;

        void increment() {
            lock();
            try {
                count++;
            } finally {
                unlock();
            }
        }
    }

    @Test
    void lock_ofManyThreads_admitsOneAtATime() throws Exception {
        int threads = 4;
        int rounds = 200_000;
        Counter counter = new Counter();
        List<CompletableFuture<Void>> parties = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            parties.add(CompletableFuture.runAsync(
                    () -> {
                        for (int round = 0; round < rounds; round++) {
                            counter.increment();
                        }
                    },
                    task -> new Thread(task, "counting").start()));
        }

        for (CompletableFuture<Void> party : parties) {
            party.get(20, TimeUnit.SECONDS);
        }

        assertThat(counter.count).isEqualTo((long) threads * rounds);
        assertThat(counter.isLocked()).isFalse();
    }

    @Test
    void lock_heldForLong_isAwaited() throws Exception {
        Counter counter = new Counter();
        counter.lock();
        CompletableFuture<Void> waiting =
                CompletableFuture.runAsync(counter::increment, task -> new Thread(task, "waiting").start());
        // far beyond spinning and yielding
        Thread.yield();
        for (int i = 0; i < 200; i++) {
            Thread.yield();
            assertThat(waiting).isNotDone();
        }

        counter.unlock();

        waiting.get(20, TimeUnit.SECONDS);
        assertThat(counter.count).isEqualTo(1);
    }

    @Test
    void keptLock_isTakenByWhoMustNotWait_notByOthers() {
        Counter counter = new Counter();
        counter.lock();
        counter.keepForWhoAsks();
        counter.unlock();

        assertThat(counter.isLocked()).isFalse();
        assertThat(counter.tryLock()).isFalse();
        assertThat(counter.lockUrgently()).isFalse();
        assertThat(counter.isLocked()).isTrue();

        counter.unlock();
        assertThat(counter.tryLock()).as("nobody asks any more").isTrue();
    }

    @Test
    void keptLock_whoAskedDoesNotCome_isTakenByOthersInTheEnd() {
        Counter counter = new Counter();
        counter.lock();
        counter.keepForWhoAsks();
        counter.unlock();

        counter.increment();

        assertThat(counter.count).isEqualTo(1);
        assertThat(counter.tryLock()).as("nobody asks any more").isTrue();
    }

    @Test
    void lockHeldForLong_isKeptForWhoMustNotWait() throws Exception {
        Counter counter = new Counter();
        counter.lock();
        CompletableFuture<Boolean> urgent = CompletableFuture.supplyAsync(
                () -> {
                    Thread.currentThread().interrupt();
                    boolean interrupted = counter.lockUrgently();
                    counter.count++;
                    counter.unlock();
                    return interrupted;
                },
                task -> new Thread(task, "urgent").start());
        while (!counter.isAskedFor()) {
            Thread.onSpinWait();
        }

        counter.unlock();
        counter.increment();

        assertThat(urgent.get(20, TimeUnit.SECONDS)).as("was interrupted").isTrue();
        assertThat(counter.count).isEqualTo(2);
        assertThat(counter.isAskedFor()).isFalse();
        assertThat(counter.isLocked()).isFalse();
    }

    @Test
    void lock_ofThreadsThatMayWaitAndThatMustNot_admitsOneAtATime() throws Exception {
        int rounds = 50_000;
        Counter counter = new Counter();
        List<CompletableFuture<Void>> parties = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            boolean urgent = i < 3;
            parties.add(CompletableFuture.runAsync(
                    () -> {
                        for (int round = 0; round < rounds; round++) {
                            if (urgent) {
                                if (round % 64 == 0) {
                                    counter.keepForWhoAsks();
                                }
                                counter.lockUrgently();
                                counter.count++;
                                counter.unlock();
                            } else {
                                counter.increment();
                            }
                        }
                    },
                    task -> new Thread(task, "counting").start()));
        }

        for (CompletableFuture<Void> party : parties) {
            party.get(20, TimeUnit.SECONDS);
        }

        assertThat(counter.count).isEqualTo(6L * rounds);
        assertThat(counter.isLocked()).isFalse();
    }
}
