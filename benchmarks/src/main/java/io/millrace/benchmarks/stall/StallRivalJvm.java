package io.millrace.benchmarks.stall;

import io.millrace.benchmarks.report.Sample;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/**
 * The main class of a JVM that measures one rival of the stall test: {@code StallRivalJvm rival round milliseconds}. A third of the
 * time is added in front as warm-up.
 */
public final class StallRivalJvm {
    private StallRivalJvm() {}

    /** Measures. */
    public static void main(String[] args) throws InterruptedException {
        if (args.length != 3) {
            throw new IllegalArgumentException(
                    "usage: StallRivalJvm rival round milliseconds, not " + Arrays.toString(args));
        }
        StallRival rival = StallRival.titled(args[0]);
        int round = Integer.parseInt(args[1]);
        long nanos = TimeUnit.MILLISECONDS.toNanos(Long.parseLong(args[2]));
        StallRun run = new StallRun(rival);
        run.run(nanos / 3, nanos);
        if (rival == StallRival.NOTHING) {
            print(rival.title, "no channel", round, run.sends());
        } else {
            print("trySend", rival.title, round, run.sends());
            print("tryReceive", rival.title, round, run.receives());
        }
    }

    private static void print(String call, String rival, int round, Histogram nanos) {
        Map<String, Long> figures = new LinkedHashMap<>();
        for (double percentile : new double[] {50, 99, 99.99}) {
            String title = "p" + (percentile == Math.rint(percentile) ? String.valueOf((int) percentile) : percentile);
            figures.put(title, nanos.getValueAtPercentile(percentile));
        }
        figures.put("max", nanos.getMaxValue());
        figures.forEach((figure, value) -> System.out.println(
                new Sample(StallTest.NAME, call + ", " + figure, rival, "us", round, value / 1e3).toLine()));
    }
}
