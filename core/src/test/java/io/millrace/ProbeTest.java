package io.millrace;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.spi.ChannelProbe;
import io.millrace.spi.PendingReceive;
import io.millrace.spi.PendingSend;
import io.millrace.spi.WaitListener;
import java.lang.ref.Reference;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** What those learn who measure a channel. */
class ProbeTest extends ContractTest {
    private Channel<String> watched(int capacity) {
        return channels.watch(Channel.<String>builder().capacity(capacity).build());
    }

    private record Told(AtomicInteger sends, AtomicInteger receives) implements WaitListener {
        Told() {
            this(new AtomicInteger(), new AtomicInteger());
        }

        @Override
        public void sendWaited(long nanos) {
            assertThat(nanos).isPositive();
            sends.incrementAndGet();
        }

        @Override
        public void receiveWaited(long nanos) {
            assertThat(nanos).isPositive();
            receives.incrementAndGet();
        }

        @Override
        public String toString() {
            return sends + " sends, " + receives + " receives";
        }
    }

    // ---- Progress

    @Test
    void progress_isToldOnceForEachStep_andNotForQuestions() {
        Channel<String> channel = watched(1);
        List<ChannelStats> told = new ArrayList<>();
        channel.probe().addProgressListener(probe -> told.add(probe.stats()));
        Sender<String> sender = channel.sender();
        Receiver<String> receiver = channel.receiver();
        List<Runnable> steps = List.of(
                () -> sender.trySend("a"),
                () -> sender.send("waits", () -> {}),
                () -> sender.send("withdrawn", () -> {}).cancel(), // two steps
                () -> receiver.tryReceive(), // and the waiting one moves up
                () -> receiver.receive(() -> {}).putBack(), // two steps
                () -> receiver.drain(),
                () -> sender.forceSend("b"),
                () -> sender.forceSend("displaces b"),
                () -> Select.fair().send(sender, "never", () -> 0).runAsync().cancel(false), // two steps
                () -> Select.fair().receive(receiver, message -> 0).runAsync(),
                () -> sender.trySendAll(List.of("c", "d")),
                channel::cancel);
        List<Integer> calls = new ArrayList<>();
        for (Runnable step : steps) {
            int before = told.size();
            step.run();
            calls.add(told.size() - before);
            assertThat(told.get(told.size() - 1)).isEqualTo(channel.stats());
            channel.toString();
            receiver.isTerminated();
        }
        assertThat(calls).containsExactly(1, 1, 2, 1, 2, 1, 1, 1, 2, 1, 1, 1);
    }

    @Test
    void progress_ofAMessageHandedOverAtOnce_isTold() {
        Channel<String> channel = watched(0);
        AtomicLong sent = new AtomicLong();
        channel.receiver().receiveAsync();
        channel.probe().addProgressListener(probe -> sent.set(probe.stats().sent()));
        channel.sender().trySend("m");
        assertThat(sent).hasValue(1);
    }

    @Test
    void progress_ofManyThreads_endsWithTheFiguresOfTheEnd() throws Exception {
        Channel<Integer> channel = channels.watch(Channel.<Integer>bounded(2));
        AtomicLong readings = new AtomicLong();
        AtomicReference<ChannelStats> last = new AtomicReference<>();
        AtomicLong latest = new AtomicLong();
        channel.probe().addProgressListener(probe -> {
            long reading = readings.incrementAndGet();
            ChannelStats stats = probe.stats();
            synchronized (last) {
                if (reading > latest.get()) {
                    latest.set(reading);
                    last.set(stats);
                }
            }
        });
        int messages = 20_000;
        Thread sending = new Thread(() -> {
            for (int message = 0; message < messages; message++) {
                channel.sender().sendAsync(message).join();
            }
            channel.close();
        });
        Thread selecting = new Thread(() -> {
            Select<Boolean> select = Select.<Boolean>fair()
                    .receive(channel.receiver(), message -> true)
                    .disconnected(channel.receiver(), () -> false);
            try {
                while (select.run()) {}
            } catch (InterruptedException impossible) {
                throw new AssertionError(impossible);
            }
        });
        sending.start();
        selecting.start();
        channel.receiver().forEach(message -> {});
        sending.join();
        selecting.join();
        assertThat(last.get().received()).isEqualTo(messages);
        assertThat(last.get().size() + last.get().waitingSenders()).isZero();
    }

    // ---- Waits

    @Test
    void waits_areTold_howeverTheyEnd() throws Exception {
        Channel<String> channel = watched(1);
        Told told = new Told();
        channel.probe().addWaitListener(told);
        channel.sender().send("no wait");
        assertThat(channel.receiver().receive()).isEqualTo("no wait");
        assertThat(told).hasToString("0 sends, 0 receives");

        PendingReceive<String> withdrawn = channel.receiver().receive(() -> {});
        assertThat(withdrawn.cancel()).isTrue();
        Operation receive = receive(WaitStyle.THREAD, channel.receiver());
        channel.sender().send("m");
        assertReceived(receive, "m");
        assertThat(told).hasToString("0 sends, 2 receives");

        channel.sender().send("fills");
        PendingSend<String> disconnected = channel.sender().send("waits", () -> {});
        channel.cancel();
        assertThat(disconnected.result()).isEqualTo(SendResult.DISCONNECTED);
        assertThat(told).hasToString("1 sends, 2 receives");
    }

    @Test
    void waitListener_thatThrows_disturbsNobody() {
        Channel<String> channel = watched(1);
        AtomicInteger woken = new AtomicInteger();
        channel.probe().addWaitListener(new WaitListener() {
            @Override
            public void sendWaited(long nanos) {}

            @Override
            public void receiveWaited(long nanos) {
                throw new IllegalStateException("listener fails");
            }
        });
        channel.probe().addProgressListener(probe -> {
            throw new IllegalStateException("listener fails");
        });
        List<Throwable> uncaught = new ArrayList<>();
        Thread.UncaughtExceptionHandler before = Thread.currentThread().getUncaughtExceptionHandler();
        Thread.currentThread().setUncaughtExceptionHandler((thread, failure) -> uncaught.add(failure));
        try {
            channel.receiver().receive(woken::incrementAndGet);
            assertThat(channel.sender().trySend("m")).isEqualTo(SendResult.SENT);
        } finally {
            Thread.currentThread().setUncaughtExceptionHandler(before);
        }
        assertThat(woken).hasValue(1);
        assertThat(uncaught).hasSize(2);
    }

    @Test
    void waitListener_onceRemoved_isToldNothing() {
        Channel<String> channel = watched(1);
        Told stays = new Told();
        Told goes = new Told();
        channel.probe().addWaitListener(stays);
        channel.probe().addWaitListener(goes);
        channel.probe().removeWaitListener(goes);
        channel.receiver().receive(() -> {}).cancel();
        assertThat(goes).hasToString("0 sends, 0 receives");
        assertThat(stays).hasToString("0 sends, 1 receives");
    }

    @Test
    void listeners_areCalledWithNoLockHeld() throws Exception {
        Channel<String> channel = watched(1);
        CountDownLatch asked = new CountDownLatch(2);
        Runnable askElsewhere = () -> {
            Thread other = new Thread(() -> {
                channel.stats();
                asked.countDown();
            });
            other.start();
            try {
                other.join();
            } catch (InterruptedException impossible) {
                throw new AssertionError(impossible);
            }
        };
        AtomicInteger calls = new AtomicInteger();
        channel.receiver().receive(() -> {});
        channel.probe().addProgressListener(probe -> {
            if (calls.getAndIncrement() == 0) {
                askElsewhere.run();
            }
        });
        channel.probe().addWaitListener(new WaitListener() {
            @Override
            public void sendWaited(long nanos) {}

            @Override
            public void receiveWaited(long nanos) {
                askElsewhere.run();
            }
        });
        channel.sender().trySend("goes to the one that waited before");
        channel.receiver().receive(() -> {});
        channel.sender().trySend("m");
        asked.await();
    }

    // ---- Reachability

    @Test
    void probe_isReachableAsLongAsAHandleIs() throws Exception {
        record Kept(WeakReference<ChannelProbe> probe, Sender<String> sender, Receiver<String> receiver) {
            static Kept make() {
                Channel<String> channel = Channel.bounded(1);
                return new Kept(
                        new WeakReference<>(channel.probe()),
                        channel.sender().duplicate(),
                        channel.receiver().duplicate());
            }
        }
        Kept kept = Kept.make();
        WeakReference<ChannelProbe> probe = kept.probe();
        System.gc();
        assertThat(probe.get()).isNotNull();
        Reference.reachabilityFence(kept);
        kept = null;
        Await.untilCollected("the probe", () -> probe.get() == null);
    }
}
