package io.millrace;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.internal.HeldLock;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/** What threads may not do to others while they wait for the lock of a channel. */
class LockWaitTest extends ContractTest {
    private void start(Actors.Script script) {
        if (Actors.hasVirtualThreads()) {
            actors.startVirtual(script);
        } else {
            actors.start("platform", script);
        }
    }

    @Test
    void interruptedThreads_thatWaitForTheLock_leaveAProcessorToItsHolder() throws InterruptedException {
        Channel<Integer> channel = channels.watch(Channel.<Integer>unbounded());
        CountDownLatch held = new CountDownLatch(1);
        CountDownLatch waiting = new CountDownLatch(4 * Runtime.getRuntime().availableProcessors());
        int senders = (int) waiting.getCount();
        AtomicInteger stillInterrupted = new AtomicInteger();
        start(() -> HeldLock.during(channel.core, () -> {
            held.countDown();
            Await.until("everybody wants the lock", () -> waiting.getCount() == 0);
            for (int i = 0; i < 20; i++) {
                // then comes back through the queue of the carriers, as a virtual thread does that was unmounted
                LockSupport.parkNanos(1_000_000);
            }
        }));
        held.await();
        for (int i = 0; i < senders; i++) {
            int number = i;
            start(() -> {
                Thread.currentThread().interrupt();
                waiting.countDown();
                channel.sender().trySend(number);
                stillInterrupted.addAndGet(Thread.interrupted() ? 1 : 0);
            });
        }

        actors.join();

        assertThat(channel.receiver().drain()).hasSize(senders);
        assertThat(stillInterrupted).hasValue(senders);
    }

    @Test
    void select_thatWaitsForOneLock_holdsNoOther() {
        Channel<Integer> first = channels.watch(Channel.<Integer>unbounded());
        Channel<Integer> second = channels.watch(Channel.<Integer>unbounded());
        Select<Integer> select = Select.<Integer>biased()
                .receive(first.receiver(), message -> message)
                .receive(second.receiver(), message -> message);
        for (Channel<Integer> held : List.of(first, second)) {
            Channel<Integer> free = held == first ? second : first;
            HeldLock.during(held.core, () -> {
                Thread selecting =
                        actors.start("selecting", () -> assertThat(select.run()).isEqualTo(7));
                Await.until("the select wants the lock", () -> HeldLock.isAwaitedBy(selecting));

                Thread sending = actors.start("sending", () -> free.sender().send(7));

                Await.until("the other channel takes a message", () -> !sending.isAlive());
            });
            actors.join();
        }
    }
}
