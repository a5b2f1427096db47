package io.millrace.benchmarks.vertx;

import com.sun.management.OperatingSystemMXBean;
import io.millrace.benchmarks.report.Numbers;
import io.millrace.benchmarks.report.Sample;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/**
 * The main class of a JVM that measures one rival of the Vert.x suite: {@code VertxRivalJvm rival round milliseconds rows}. Each
 * trip is warmed up and measured for so long at least, and makes two lines on the standard output.
 */
public final class VertxRivalJvm {
    private static final int WARM_UPS = 3;
    private static final int RUNS = 3;

    private VertxRivalJvm() {}

    /** Measures. */
    public static void main(String[] args) throws Exception {
        if (args.length != 4) {
            throw new IllegalArgumentException(
                    "usage: VertxRivalJvm rival round milliseconds rows, not " + Arrays.toString(args));
        }
        VertxRival rival = VertxRival.titled(args[0]);
        int round = Integer.parseInt(args[1]);
        long nanos = TimeUnit.MILLISECONDS.toNanos(Long.parseLong(args[2]));
        Pattern rows = Pattern.compile(args[3]);
        for (Trip trip : Trip.values()) {
            if (rival.takes(trip) && rows.matcher(trip.title).find()) {
                TripRun run = TripRun.of(rival, trip);
                try {
                    measure(rival, trip, run, round, nanos);
                } finally {
                    run.end(); // else its threads keep this JVM, and the suite, after a failure
                }
            }
        }
    }

    private static void measure(VertxRival rival, Trip trip, TripRun run, int round, long nanos) throws Exception {
        long start = System.nanoTime();
        for (int i = 0; i < WARM_UPS || System.nanoTime() - start < nanos; i++) {
            run.move(trip.messages);
        }
        OperatingSystemMXBean process = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        List<Double> perMessage = new ArrayList<>();
        double cpu = 0;
        long measured = 0;
        while (perMessage.size() < RUNS || measured < nanos) {
            System.gc();
            long cpuBefore = process.getProcessCpuTime();
            long before = System.nanoTime();
            run.move(trip.messages);
            long took = System.nanoTime() - before;
            cpu += process.getProcessCpuTime() - cpuBefore;
            measured += took;
            perMessage.add((double) took / trip.messages);
        }
        print(rival, trip, "ns/message", round, Numbers.median(perMessage));
        // the process counts its CPU time in steps of 10 ms, which is too coarse for a single run
        print(rival, trip, "CPU ns/message", round, cpu / perMessage.size() / trip.messages);
    }

    private static void print(VertxRival rival, Trip trip, String unit, int round, double value) {
        System.out.println(new Sample(VertxSuite.NAME, trip.title, rival.title, unit, round, value).toLine());
    }
}
