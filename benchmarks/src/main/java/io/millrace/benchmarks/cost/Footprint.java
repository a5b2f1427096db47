package io.millrace.benchmarks.cost;

import io.millrace.Channel;
import io.millrace.Receiver;
import io.millrace.Select;
import io.millrace.benchmarks.report.Numbers;
import io.millrace.benchmarks.suite.Cell;
import io.millrace.benchmarks.suite.Cell.Capacity;
import io.millrace.benchmarks.suite.Cell.Pattern;
import io.millrace.benchmarks.suite.Exchange;
import io.millrace.benchmarks.suite.ThreadKind;
import io.millrace.benchmarks.suite.ThreadRival;
import io.millrace.spi.Waker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.openjdk.jol.info.ClassLayout;

/** How many bytes of the heap belong to an idle channel, and to an operation that waits. */
final class Footprint implements Program {
    private static final int TRIALS = 11;
    private static final double BAR = 400;
    private static final Waker NOBODY = new Waker() {
        @Override
        public void wake() {}
    };

    @Override
    public String suite() {
        return "memory";
    }

    @Override
    public List<String> rivals() {
        return Parties.and(
                List.of(
                        Parties.OURS,
                        "SynchronousQueue",
                        "LinkedTransferQueue",
                        "ArrayBlockingQueue",
                        "LinkedBlockingQueue"),
                Parties.JOX,
                Parties.KOTLINX);
    }

    @Override
    public void measure(String rival, Effort effort, Findings findings) throws Exception {
        for (Capacity capacity : List.of(Capacity.ZERO, Capacity.FEW, Capacity.UNBOUNDED)) {
            if (Parties.threads(rival).supports(new Cell(ThreadKind.PLATFORM, Pattern.SPSC, capacity))) {
                String row = "an idle channel with its first two handles, "
                        + (capacity == Capacity.ZERO ? "rendezvous" : "capacity " + capacity.title);
                findings.add(row, "bytes", rival.equals(Parties.OURS) ? ofOurs(capacity) : ofRival(rival, capacity));
                if (rival.equals(Parties.OURS)) {
                    findings.mustNotExceed(BAR, row, "bytes");
                }
            }
        }
        if (rival.equals(Parties.OURS)) {
            measureWaiters(findings);
        }
    }

    private static double ofOurs(Capacity capacity) {
        return bytes(() -> capacity == Capacity.UNBOUNDED ? Channel.unbounded() : Channel.bounded(capacity.bound()));
    }

    private static double ofRival(String rival, Capacity capacity) {
        ThreadRival found = Parties.threads(rival);
        Supplier<Exchange> opened = () -> found.open(capacity);
        long wrapper = ClassLayout.parseInstance(opened.get()).instanceSize();
        return bytes(opened::get) - wrapper;
    }

    /** What a thing consists of but for what it shares with others of its kind; the median, as some remember their makers. */
    private static double bytes(Supplier<Object> things) {
        HeapGraph other = new HeapGraph(things.get());
        List<Double> sizes = new ArrayList<>();
        for (int trial = 0; trial < TRIALS; trial++) {
            sizes.add(new HeapGraph(things.get()).without(other).bytes());
        }
        return Numbers.median(sizes);
    }

    private static void measureWaiters(Findings findings) throws Exception {
        Channel<Object> channel = Channel.rendezvous();
        Receiver<Object> receiver = channel.receiver();
        // what a channel keeps from its first wait on belongs to no other wait
        receiver.tryReceive(Duration.ofNanos(1));
        add(findings, channel, "thread", () -> {
            int waiting = channel.stats().waitingReceivers();
            Parties.start(ThreadKind.PLATFORM, receiver::receive);
            while (channel.stats().waitingReceivers() == waiting) {
                Thread.onSpinWait();
            }
            return channel;
        });
        add(findings, channel, "waker, its ticket included", () -> receiver.receive(NOBODY));
        add(findings, channel, "future, itself included", receiver::receiveAsync);
        add(
                findings,
                channel,
                "select of two branches, its future included",
                () -> Select.<Object>fair()
                        .receive(receiver, message -> message)
                        .receive(receiver, message -> message)
                        .runAsync());
        channel.cancel();
    }

    /** What one more operation adds to a channel at which another one of its kind waits. */
    private static void add(Findings findings, Channel<Object> channel, String kind, Callable<Object> operation)
            throws Exception {
        operation.call();
        HeapGraph before = new HeapGraph(channel);
        operation.call();
        findings.add(
                "a waiting " + kind,
                "bytes",
                new HeapGraph(channel).without(before).bytes());
    }
}
