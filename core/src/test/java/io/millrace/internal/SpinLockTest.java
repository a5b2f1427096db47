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
}
