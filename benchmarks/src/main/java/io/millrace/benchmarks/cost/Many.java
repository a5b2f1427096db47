package io.millrace.benchmarks.cost;

import io.millrace.benchmarks.suite.Cell.Capacity;
import io.millrace.benchmarks.suite.Exchange;
import io.millrace.benchmarks.suite.ThreadKind;
import java.lang.ref.Reference;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.function.Supplier;

/** Ten thousand virtual threads at one channel, and a hundred thousand channels. */
final class Many implements Program {
    private static final Object MESSAGE = new Object();
    private static final Object LAST = new Object();

    @Override
    public String suite() {
        return "many";
    }

    @Override
    public List<String> rivals() {
        return Parties.and(List.of(Parties.OURS, "LinkedBlockingQueue", "LinkedTransferQueue"), Parties.JOX);
    }

    @Override
    public void measure(String rival, Effort effort, Findings findings) throws Exception {
        if (Parties.hasNewer()) {
            int threads = effort.count(10_000);
            String row = "10,000 virtual threads receive from one channel";
            for (int warmUp = 0; warmUp < 2; warmUp++) {
                nanosPerMessage(rival, threads, effort.count(100_000));
            }
            findings.add(row, "ns/message", nanosPerMessage(rival, threads, effort.count(300_000)));
        }
        measureChannels(rival, effort, findings);
    }

    private static double nanosPerMessage(String rival, int receivers, int messages) throws Exception {
        Exchange exchange =
                Parties.open(rival, ThreadKind.VIRTUAL, Capacity.FEW).orElseThrow();
        List<FutureTask<Integer>> receiving = new ArrayList<>();
        for (int i = 0; i < receivers; i++) {
            receiving.add(Parties.start(ThreadKind.VIRTUAL, () -> {
                int received = 0;
                while (exchange.receive() != LAST) {
                    received++;
                }
                return received;
            }));
        }
        long begin = System.nanoTime();
        for (int i = 0; i < messages + receivers; i++) {
            exchange.send(i < messages ? MESSAGE : LAST);
        }
        int received = 0;
        for (FutureTask<Integer> task : receiving) {
            received += task.get();
        }
        if (received != messages) {
            throw new IllegalStateException("received " + received + " of " + messages);
        }
        return (double) (System.nanoTime() - begin) / (messages + receivers);
    }

    private static void measureChannels(String rival, Effort effort, Findings findings) throws Exception {
        int count = effort.count(100_000);
        for (int warmUp = 0; warmUp < 5; warmUp++) {
            open(rival, count / 5);
        }
        long heapBefore = usedHeap();
        long begin = System.nanoTime();
        List<Exchange> channels = open(rival, count);
        long made = System.nanoTime();
        double heap = usedHeap() - heapBefore;
        long exchanging = System.nanoTime();
        for (Exchange channel : channels) {
            channel.send(MESSAGE);
        }
        for (Exchange channel : channels) {
            channel.receive();
        }
        long exchanged = System.nanoTime();
        findings.add("100,000 channels, each", "bytes of heap", heap / count);
        findings.add("100,000 channels, made", "ns each", (double) (made - begin) / count);
        findings.add(
                "100,000 channels, the first message through each", "ns", (double) (exchanged - exchanging) / count);
        try {
            long collecting = System.nanoTime();
            System.gc();
            findings.add("100,000 channels, a full collection", "ms", (System.nanoTime() - collecting) / 1e6);
        } finally {
            Reference.reachabilityFence(channels);
        }
    }

    private static List<Exchange> open(String rival, int count) {
        Supplier<Exchange> opener =
                Parties.opener(rival, ThreadKind.PLATFORM, Capacity.FEW).orElseThrow();
        List<Exchange> channels = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            channels.add(opener.get());
        }
        return channels;
    }

    private static long usedHeap() {
        System.gc();
        System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }
}
