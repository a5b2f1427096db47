package io.millrace.verification.faults;

import io.millrace.Channel;
import io.millrace.ChannelStats;
import io.millrace.Receiver;
import io.millrace.SendResult;
import io.millrace.Sender;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A program for a small heap: threads send to an unbounded channel until memory has run out several times, and nobody receives.
 * Then all that was accepted is received, in the order of each sender.
 */
final class FullHeap {
    private static final int SENDERS = 2;
    private static final int FAILURES = 5;

    /** Each sender counts so far, and anew: the JDK keeps these numbers, so that only the channel allocates. */
    private static final int CYCLE = 64;

    private static final class Sending extends Thread {
        final Sender<Integer> sender;
        final int index;
        int accepted;
        int failures;

        Sending(Sender<Integer> sender, int index) {
            this.sender = sender;
            this.index = index;
        }

        @Override
        public void run() {
            while (failures < FAILURES) {
                try {
                    if (sender.trySend(index * CYCLE + accepted % CYCLE) == SendResult.SENT) {
                        accepted++;
                    }
                } catch (OutOfMemoryError full) {
                    failures++;
                }
            }
        }
    }

    /** Let go of before receiving, so that this program itself can go on. */
    private static byte @Nullable [] reserve = new byte[500_000];

    private FullHeap() {}

    @SuppressWarnings("SystemExitOutsideMain")
    public static void main(String[] arguments) throws Exception {
        Channel<Integer> channel = Channel.unbounded();
        List<Sending> threads = new ArrayList<>();
        for (int i = 0; i < SENDERS; i++) {
            threads.add(new Sending(channel.sender(), i));
        }
        int[] next = new int[SENDERS];
        threads.forEach(Thread::start);
        for (Thread thread : threads) {
            thread.join();
        }
        reserve = null;
        receiveAll(channel.receiver(), next);
        for (Sending thread : threads) {
            if (next[thread.index] != thread.accepted) {
                throw new AssertionError("of " + thread.accepted + " only " + next[thread.index] + " came");
            }
        }
        ChannelStats stats = channel.stats();
        if (stats.sent() != next[0] + next[1] || stats.size() != 0) {
            throw new AssertionError(stats.toString());
        }
        Inside.checkInvariants(channel);
        System.out.println(stats.sent());
        System.exit(0);
    }

    private static void receiveAll(Receiver<Integer> receiver, int[] next) throws InterruptedException {
        while (!receiver.isEmpty()) {
            int message = receiver.receive();
            int expected = next[message / CYCLE]++ % CYCLE;
            if (message % CYCLE != expected) {
                throw new AssertionError(
                        "sender " + message / CYCLE + ": " + message % CYCLE + " instead of " + expected);
            }
        }
    }
}
