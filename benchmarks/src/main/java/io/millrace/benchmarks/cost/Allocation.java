package io.millrace.benchmarks.cost;

import com.sun.management.ThreadMXBean;
import io.millrace.Channel;
import io.millrace.Receiver;
import io.millrace.Sender;
import io.millrace.benchmarks.suite.Cell;
import io.millrace.benchmarks.suite.Cell.Capacity;
import io.millrace.benchmarks.suite.Cell.Pattern;
import io.millrace.benchmarks.suite.Exchange;
import io.millrace.benchmarks.suite.ThreadKind;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jol.info.ClassLayout;

/** How many bytes a thread allocates for a message that nobody contends for, and for a wait. */
final class Allocation implements Program {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final Object MESSAGE = new Object();
    private static final int BURST = 1_000;
    private static final int BATCH = 128;
    private static final int TRIALS = 5;

    /** What is repeated. */
    private interface Step {
        void run() throws Exception;
    }

    @Override
    public String suite() {
        return "allocation";
    }

    @Override
    public List<String> rivals() {
        return Parties.and(
                List.of(Parties.OURS, "ArrayBlockingQueue", "LinkedBlockingQueue", "LinkedTransferQueue"), Parties.JOX);
    }

    @Override
    public void measure(String rival, Effort effort, Findings findings) throws Exception {
        int times = effort.count(100_000);
        if (supports(rival, Capacity.FEW)) {
            Exchange exchange = Parties.threads(rival).open(Capacity.FEW);
            add(findings, "send and receive, capacity 128", 0, bytesPerRun(times, () -> {
                exchange.send(MESSAGE);
                exchange.receive();
            }));
        }
        if (supports(rival, Capacity.UNBOUNDED)) {
            Exchange exchange = Parties.threads(rival).open(Capacity.UNBOUNDED);
            add(findings, "send and receive, unbounded", 16, bytesPerRun(times, () -> {
                exchange.send(MESSAGE);
                exchange.receive();
            }));
            double ofBurst = bytesPerRun(effort.count(1_000), () -> {
                for (int i = 0; i < BURST; i++) {
                    exchange.send(MESSAGE);
                }
                for (int i = 0; i < BURST; i++) {
                    exchange.receive();
                }
            });
            add(findings, "1,000 sends, then 1,000 receives, unbounded", 16, ofBurst / BURST);
        }
        if (rival.equals(Parties.OURS)) {
            measureDrainTo(effort, findings);
        }
        if (supports(rival, Capacity.FEW)) {
            String row = "a receive that waits";
            findings.add(row, "bytes/wait", bytesPerWait(rival, effort.count(2_000)));
            if (rival.equals(Parties.OURS)) {
                findings.mustNotExceed(sizeOfWaiter(), row, "bytes/wait");
            }
        }
    }

    private static boolean supports(String rival, Capacity capacity) {
        return Parties.threads(rival).supports(new Cell(ThreadKind.PLATFORM, Pattern.SPSC, capacity));
    }

    private static void add(Findings findings, String row, double bar, double bytes) {
        findings.add(row, "bytes/message", bytes);
        if (findings.rival().equals(Parties.OURS)) {
            findings.mustNotExceed(bar, row, "bytes/message");
        }
    }

    private static void measureDrainTo(Effort effort, Findings findings) throws Exception {
        Channel<Object> channel = Channel.bounded(BATCH);
        Sender<Object> sender = channel.sender();
        Receiver<Object> receiver = channel.receiver();
        for (int size : new int[] {1, BATCH}) {
            List<Object> target = new ArrayList<>(BATCH);
            double ofBatch = bytesPerRun(effort.count(10_000), () -> {
                for (int i = 0; i < size; i++) {
                    sender.send(MESSAGE);
                }
                target.clear();
                receiver.drainTo(target, size);
            });
            add(findings, "sends, then drainTo of " + size + ", capacity 128", 0, ofBatch / size);
        }
    }

    /** Of one thread, warmed up; the least of some trials, as the JVM allocates now and then on its own account. */
    private static double bytesPerRun(int times, Step step) throws Exception {
        double least = Double.MAX_VALUE;
        for (int trial = 0; trial < TRIALS; trial++) {
            long before = THREADS.getThreadAllocatedBytes(Thread.currentThread().getId());
            for (int i = 0; i < times; i++) {
                step.run();
            }
            long after = THREADS.getThreadAllocatedBytes(Thread.currentThread().getId());
            least = Math.min(least, (double) (after - before) / times);
        }
        return least;
    }

    /** Of a receiving thread that has parked each time before a message comes. */
    private static double bytesPerWait(String rival, int waits) throws Exception {
        Exchange exchange = Parties.threads(rival).open(Capacity.FEW);
        AtomicInteger received = new AtomicInteger();
        Callable<Double> receiving = () -> bytesPerRun(waits, () -> {
            exchange.receive();
            received.lazySet(received.get() + 1);
        });
        FutureTask<Double> task = new FutureTask<>(receiving);
        Thread receiver = new Thread(task);
        receiver.setDaemon(true);
        receiver.start();
        for (int sent = 0; sent < TRIALS * waits; sent++) {
            while (received.get() < sent || receiver.getState() != Thread.State.WAITING) {
                Thread.onSpinWait();
            }
            exchange.send(MESSAGE);
        }
        return task.get();
    }

    /** One waiter per wait is allowed. */
    private static double sizeOfWaiter() throws ClassNotFoundException {
        return ClassLayout.parseClass(Class.forName("io.millrace.internal.Waiter"))
                .instanceSize();
    }
}
