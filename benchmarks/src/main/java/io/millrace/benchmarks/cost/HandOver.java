package io.millrace.benchmarks.cost;

import io.millrace.benchmarks.suite.Cell.Capacity;
import io.millrace.benchmarks.suite.Exchange;
import io.millrace.benchmarks.suite.ThreadKind;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.FutureTask;
import org.HdrHistogram.Histogram;

/** How long a message takes from one thread to another. */
final class HandOver implements Program {
    private static final Map<Capacity, String> WORDS =
            new LinkedHashMap<>(Map.of(Capacity.ZERO, "rendezvous", Capacity.FEW, "buffered"));
    private static final int RARELY = 500;

    @Override
    public String suite() {
        return "latency";
    }

    @Override
    public List<String> rivals() {
        return Parties.and(
                List.of(Parties.OURS, "SynchronousQueue", "LinkedTransferQueue", "ArrayBlockingQueue", "JCTools array"),
                Parties.JOX,
                Parties.KOTLINX);
    }

    @Override
    public void measure(String rival, Effort effort, Findings findings) throws Exception {
        for (Capacity capacity : List.of(Capacity.ZERO, Capacity.FEW)) {
            for (ThreadKind kind : ThreadKind.values()) {
                boolean hasKind = kind == ThreadKind.PLATFORM || Parties.hasNewer();
                if (!hasKind
                        || Parties.open(rival, kind, capacity).isEmpty()
                        || (kind == ThreadKind.VIRTUAL && rival.equals(Parties.KOTLINX))) {
                    continue;
                }
                String words = WORDS.get(capacity) + (kind == ThreadKind.VIRTUAL ? ", virtual threads" : "");
                findings.addPercentiles(
                        words + ", there and back, both spinning",
                        thereAndBack(rival, kind, capacity, Integer.MAX_VALUE, effort.seconds(1)));
                findings.addPercentiles(
                        words + ", there and back, both parked (" + RARELY + "/s)",
                        thereAndBack(rival, kind, capacity, RARELY, effort.seconds(1.5)));
            }
            if (Parties.open(rival, ThreadKind.PLATFORM, capacity).isPresent()) {
                for (int rate : new int[] {10_000, 100_000}) {
                    findings.addPercentiles(
                            WORDS.get(capacity) + ", one way, %,d/s".formatted(rate),
                            oneWay(rival, capacity, rate, effort.seconds(1)));
                }
            }
        }
        if (rival.equals(Parties.KOTLINX)) {
            CoroutinePingPong coroutines = Parties.newer("KotlinxPingPong", CoroutinePingPong.class);
            for (Capacity capacity : List.of(Capacity.ZERO, Capacity.FEW)) {
                coroutines.measure(capacity.bound(), effort.seconds(0.5));
                findings.addPercentiles(
                        WORDS.get(capacity) + ", virtual threads, there and back, both spinning",
                        coroutines.measure(capacity.bound(), effort.seconds(1)));
            }
        }
    }

    /** Of kotlinx: two coroutines, without a pause. */
    public interface CoroutinePingPong {
        /** How long it took there and back, in nanoseconds. */
        Histogram measure(int capacity, long nanos) throws InterruptedException;
    }

    /** Round trips from when each is due; warmed up with a third as many. */
    private static Histogram thereAndBack(String rival, ThreadKind kind, Capacity capacity, int rate, long nanos)
            throws Exception {
        Exchange there = Parties.open(rival, kind, capacity).orElseThrow();
        Exchange back = Parties.open(rival, kind, capacity).orElseThrow();
        Object message = new Object();
        Object last = new Object();
        FutureTask<Void> answering = Parties.start(kind, () -> {
            Object received;
            do {
                received = there.receive();
                back.send(received);
            } while (received != last);
            return null;
        });
        FutureTask<Histogram> asking = Parties.start(kind, () -> {
            Histogram latency = new Histogram(3);
            Pace pace = rate == Integer.MAX_VALUE ? null : new Pace(rate);
            long begin = System.nanoTime();
            long measured = begin + nanos / 3;
            long end = measured + nanos;
            boolean goesOn = true;
            while (goesOn) {
                long asked = pace == null ? System.nanoTime() : pace.next();
                goesOn = asked - end < 0;
                there.send(goesOn ? message : last);
                back.receive();
                if (asked - measured >= 0) {
                    latency.recordValue(System.nanoTime() - asked);
                }
            }
            return latency;
        });
        answering.get();
        return asking.get();
    }

    /** A message that knows since when it ought to be on its way. */
    private record Letter(long due, boolean isLast) {}

    /** One thread sends at a fixed rate, another receives; warmed up with a third as many. */
    private static Histogram oneWay(String rival, Capacity capacity, int rate, long nanos) throws Exception {
        Exchange exchange = Parties.open(rival, ThreadKind.PLATFORM, capacity).orElseThrow();
        long measured = System.nanoTime() + nanos / 3;
        long end = measured + nanos;
        FutureTask<Histogram> receiving = Parties.start(ThreadKind.PLATFORM, () -> {
            Histogram latency = new Histogram(3);
            Letter letter;
            do {
                letter = (Letter) exchange.receive();
                if (letter.due() - measured >= 0) {
                    latency.recordValue(Math.max(0, System.nanoTime() - letter.due()));
                }
            } while (!letter.isLast());
            return latency;
        });
        Pace pace = new Pace(rate);
        long due;
        do {
            due = pace.next();
            exchange.send(new Letter(due, due - end >= 0));
        } while (due - end < 0);
        return receiving.get();
    }
}
