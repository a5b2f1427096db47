package io.millrace.benchmarks.suite;

import com.sun.management.OperatingSystemMXBean;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The main class of a JVM that measures one rival on one kind of threads, so that no rival's profile shapes another's
 * code: {@code RivalJvm rival threads round}. On the standard input it is told the names of cells, a line each. Each cell is
 * warmed up, then run at least three times; each run is a line on the standard output, and behind them stands
 * {@link #END_OF_CELL}.
 */
public final class RivalJvm {
    /** The line behind those of a cell. */
    static final String END_OF_CELL = "";

    private static final int RUNS = 3;
    private static final long MEASURED_NANOS = 300_000_000;
    private static final int WARM_UPS = 2;
    private static final long WARM_UP_NANOS = 700_000_000;

    private RivalJvm() {}

    /** Measures. */
    public static void main(String[] args) throws Exception {
        if (args.length != 3) {
            throw new IllegalArgumentException("usage: RivalJvm rival threads round, not " + Arrays.toString(args));
        }
        Rival rival = Rival.named(args[0]);
        ThreadKind threads = ThreadKind.valueOf(args[1]);
        int round = Integer.parseInt(args[2]);
        BufferedReader names = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        String name;
        while ((name = names.readLine()) != null) {
            measure(rival, Cell.named(threads, name), round);
            System.out.println(END_OF_CELL);
        }
    }

    private static void measure(Rival rival, Cell cell, int round) throws Exception {
        int messages = cell.capacity().messages;
        long start = System.nanoTime();
        for (int i = 0; i < WARM_UPS || System.nanoTime() - start < WARM_UP_NANOS; i++) {
            rival.run(cell, messages);
        }
        OperatingSystemMXBean process = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        List<long[]> runs = new ArrayList<>();
        long cpu = 0;
        long measured = 0;
        while (runs.size() < RUNS || measured < MEASURED_NANOS) {
            System.gc();
            long bytesBefore = AllocatedBytes.ofAllThreads();
            long cpuBefore = process.getProcessCpuTime();
            long before = System.nanoTime();
            rival.run(cell, messages);
            long nanos = System.nanoTime() - before;
            cpu += process.getProcessCpuTime() - cpuBefore;
            long bytes = bytesBefore < 0 ? -1 : AllocatedBytes.ofAllThreads() - bytesBefore;
            runs.add(new long[] {nanos, bytes});
            measured += nanos;
        }
        for (long[] run : runs) {
            // the process counts its CPU time in steps of 10 ms, which is too coarse for a single run
            long cpuOfRun = cpu / runs.size();
            System.out.println(
                    new Measurement(round, rival.title(), cell, messages, run[0], cpuOfRun, run[1]).toLine());
        }
    }
}
