package io.millrace.benchmarks.cost;

import com.sun.management.OperatingSystemMXBean;
import io.millrace.Channel;
import io.millrace.benchmarks.suite.Cell.Capacity;
import io.millrace.benchmarks.suite.Exchange;
import io.millrace.benchmarks.suite.ThreadKind;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What a thousand receivers use of the CPUs that wait for what does not come. */
final class Idle implements Program {
    private static final int RECEIVERS = 1_000;
    private static final String NOBODY = "nobody waits";
    private static final String UNIT = "CPU ms in a second";
    /** A hundredth of one CPU, which is more than the JVM needs for itself. */
    private static final double ABOUT_NONE = 10;

    /** What is waited at: who waits at what nobody can reach any more is told so. */
    private static final List<Object> KEPT = new ArrayList<>();

    @Override
    public String suite() {
        return "waiting";
    }

    @Override
    public List<String> rivals() {
        return Parties.and(List.of(NOBODY, Parties.OURS, "LinkedBlockingQueue"), Parties.JOX);
    }

    @Override
    public void measure(String rival, Effort effort, Findings findings) throws Exception {
        long nanos = effort.seconds(3);
        for (ThreadKind kind : ThreadKind.values()) {
            if (kind == ThreadKind.PLATFORM || Parties.hasNewer()) {
                if (!rival.equals(NOBODY)) {
                    KEPT.addAll(waitingThreads(rival, kind));
                }
                add(findings, "1,000 " + kind.name().toLowerCase(Locale.ROOT) + " threads wait", nanos);
            }
        }
        if (rival.equals(Parties.OURS)) {
            KEPT.addAll(waitingFutures());
            add(findings, "1,000 futures wait", nanos);
        }
    }

    /** Threads that wait until the JVM ends, each at an exchange of its own. */
    private static List<Exchange> waitingThreads(String rival, ThreadKind kind) throws Exception {
        List<Exchange> exchanges = new ArrayList<>();
        for (int i = 0; i < RECEIVERS; i++) {
            Exchange exchange = Parties.open(rival, kind, Capacity.FEW).orElseThrow();
            Parties.start(kind, exchange::receive);
            exchanges.add(exchange);
        }
        return exchanges;
    }

    private static List<Channel<Object>> waitingFutures() {
        List<Channel<Object>> channels = new ArrayList<>();
        for (int i = 0; i < RECEIVERS; i++) {
            Channel<Object> channel = Channel.bounded(1);
            channel.receiver().receiveAsync();
            channels.add(channel);
        }
        return channels;
    }

    /** After a while in which they come to rest. */
    private static void add(Findings findings, String row, long nanos) throws InterruptedException {
        Thread.sleep(nanos / 4_000_000);
        OperatingSystemMXBean process = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        long begin = System.nanoTime();
        long before = process.getProcessCpuTime();
        Thread.sleep(nanos / 1_000_000);
        double used = process.getProcessCpuTime() - before;
        findings.add(row, UNIT, used / (System.nanoTime() - begin) * 1_000);
        if (findings.rival().equals(Parties.OURS)) {
            findings.mustNotExceed(ABOUT_NONE, row, UNIT);
        }
    }
}
