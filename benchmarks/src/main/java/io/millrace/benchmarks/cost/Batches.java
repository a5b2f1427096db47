package io.millrace.benchmarks.cost;

import io.millrace.Channel;
import io.millrace.Receiver;
import io.millrace.Sender;
import io.millrace.benchmarks.suite.Cell.Capacity;
import io.millrace.benchmarks.suite.Exchange;
import io.millrace.benchmarks.suite.ThreadKind;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;

/** What a message costs that is sent and received with others, from one thread to another. */
final class Batches implements Program {
    private static final int CAPACITY = 1024;
    private static final Object MESSAGE = new Object();

    /** Something that moves batches. */
    private interface BatchExchange {
        void sendAll(List<Object> batch) throws InterruptedException;

        /** Waits for one message, and takes those that are there. */
        int receiveMany(int max) throws InterruptedException;
    }

    @Override
    public String suite() {
        return "batches";
    }

    @Override
    public List<String> rivals() {
        return Parties.and(List.of(Parties.OURS, "ArrayBlockingQueue", "LinkedBlockingQueue"), Parties.JOX);
    }

    @Override
    public void measure(String rival, Effort effort, Findings findings) throws Exception {
        for (int size : new int[] {1, 16, 128}) {
            long messages = effort.count(500_000 / size) * (long) size;
            long end = System.nanoTime() + effort.seconds(1);
            do {
                nanosPerMessage(rival, size, messages);
            } while (System.nanoTime() - end < 0);
            List<Double> runs = new ArrayList<>();
            end = System.nanoTime() + effort.seconds(1);
            do {
                runs.add(nanosPerMessage(rival, size, messages));
            } while (System.nanoTime() - end < 0);
            findings.add("batches of " + size, "ns/message", io.millrace.benchmarks.report.Numbers.median(runs));
        }
    }

    private static double nanosPerMessage(String rival, int size, long messages) throws Exception {
        BatchExchange exchange = open(rival);
        List<Object> batch = Collections.nCopies(size, MESSAGE);
        long begin = System.nanoTime();
        FutureTask<Void> sending = Parties.start(ThreadKind.PLATFORM, () -> {
            for (long sent = 0; sent < messages; sent += size) {
                exchange.sendAll(batch);
            }
            return null;
        });
        for (long received = 0; received < messages; ) {
            received += exchange.receiveMany(size);
        }
        long nanos = System.nanoTime() - begin;
        sending.get();
        return (double) nanos / messages;
    }

    private static BatchExchange open(String rival) {
        return switch (rival) {
            case Parties.OURS -> ours();
            case "ArrayBlockingQueue" -> ofQueue(new ArrayBlockingQueue<>(CAPACITY));
            case "LinkedBlockingQueue" -> ofQueue(new LinkedBlockingQueue<>(CAPACITY));
            default -> oneByOne(Parties.threads(rival).open(Capacity.FEW));
        };
    }

    private static BatchExchange ours() {
        Channel<Object> channel = Channel.bounded(CAPACITY);
        Sender<Object> sender = channel.sender();
        Receiver<Object> receiver = channel.receiver();
        return new BatchExchange() {
            @Override
            public void sendAll(List<Object> batch) throws InterruptedException {
                sender.sendAll(batch);
            }

            @Override
            public int receiveMany(int max) throws InterruptedException {
                return receiver.receiveMany(max).size();
            }
        };
    }

    /** Queues receive batches, and send one by one. */
    private static BatchExchange ofQueue(BlockingQueue<Object> queue) {
        return new BatchExchange() {
            @Override
            public void sendAll(List<Object> batch) throws InterruptedException {
                for (Object message : batch) {
                    queue.put(message);
                }
            }

            @Override
            public int receiveMany(int max) throws InterruptedException {
                List<Object> received = new ArrayList<>(max);
                received.add(queue.take());
                queue.drainTo(received, max - 1);
                return received.size();
            }
        };
    }

    private static BatchExchange oneByOne(Exchange exchange) {
        return new BatchExchange() {
            @Override
            public void sendAll(List<Object> batch) throws InterruptedException {
                for (Object message : batch) {
                    exchange.send(message);
                }
            }

            @Override
            public int receiveMany(int max) throws InterruptedException {
                exchange.receive();
                return 1;
            }
        };
    }
}
