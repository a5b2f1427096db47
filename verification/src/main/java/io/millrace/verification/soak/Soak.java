package io.millrace.verification.soak;

import io.millrace.Channel;
import io.millrace.ChannelStats;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Mixed traffic for so many minutes: {@code Soak MINUTES RESULTS}. Prints a line for each minute, writes the lines to {@code
 * soak.tsv} and the end to {@code soak-summary.tsv} in a folder, and exits with 1 if anything was lost, hung, grew or
 * failed. {@code -Dmillrace.soak.seed=N} repeats the random choices of a run, though not its timing.
 */
public final class Soak {
    private static final List<String> COLUMNS =
            List.of("minute", "operations", "heap KiB", "waiters", "undeploys", "leak reports", "slowest line");
    /** What the heap of the last third may be above that of the first. */
    private static final long GROWTH_KIB = 8 * 1024;

    private final long seed = Long.getLong("millrace.soak.seed", System.nanoTime());
    private final SplittableRandom random = new SplittableRandom(seed);
    private final LeakCount leaks = new LeakCount();
    private final Account account = new Account();
    private final Parties parties = new Parties();
    private final Verticles verticles = new Verticles(account, parties, random.split());
    private final List<Line> lines = new ArrayList<>();
    private final List<List<Object>> rows = new ArrayList<>();
    private final List<Long> heaps = new ArrayList<>();
    private final List<String> problems = new ArrayList<>();

    private long operationsBefore;
    private long undeploysBefore;
    private long[] progressBefore = {};

    private Soak() {}

    /** Runs the soak. */
    public static void main(String[] args) throws Exception {
        if (args.length != 2) {
            throw new IllegalArgumentException("usage: Soak MINUTES RESULTS");
        }
        int minutes = Integer.parseInt(args[0]);
        if (minutes < 1) {
            throw new IllegalArgumentException("minutes must be >= 1: " + minutes);
        }
        List<String> problems = new Soak().run(minutes, TimeUnit.MINUTES.toNanos(1), Path.of(args[1]));
        System.exit(problems.isEmpty() ? 0 : 1);
    }

    /** What went wrong in so many intervals. */
    static List<String> soak(int intervals, long nanosEach, Path results) throws Exception {
        return new Soak().run(intervals, nanosEach, results);
    }

    private List<String> run(int intervals, long nanosEach, Path results) throws Exception {
        leaks.begin();
        start();
        say(String.join("\t", COLUMNS));
        for (int i = 1; i <= intervals && problems.isEmpty(); i++) {
            interruptUntil(System.nanoTime() + nanosEach);
            look(i);
        }
        end();
        List<List<Object>> summary = List.of(
                List.of("intervals", rows.size()),
                List.of("seed", seed),
                List.of("threads", parties.size()),
                List.of("operations that an interrupt ended", parties.interrupted()),
                List.of("messages in and out", account.operations()),
                List.of("balance", account),
                List.of("undeploys", verticles.undeploys()),
                List.of("leak reports", leaks.reports()),
                List.of(
                        "outcome",
                        problems.isEmpty()
                                ? "passed"
                                : "FAILED: "
                                        + problems.get(0).lines().findFirst().orElse("")));
        write(results.resolve("soak.tsv"), COLUMNS, rows);
        write(results.resolve("soak-summary.tsv"), List.of("figure", "value"), summary);
        summary.forEach(row -> say(row.get(0) + ": " + row.get(1)));
        problems.forEach(Soak::say);
        return problems;
    }

    private void start() throws Exception {
        for (ChannelKind kind : ChannelKind.values()) {
            lines.add(new Line(kind, account));
        }
        for (int i = 0; i < lines.size(); i++) {
            // across the overflowing ones too: a select that sends there never waits
            lines.get(i).start(parties, lines.get((i + 1) % lines.size()), random);
        }
        for (int i = 0; i < 2; i++) {
            ShortLife life = new ShortLife(account, random.split());
            parties.start("short lives " + i, life::turn);
        }
        verticles.start();
        progressBefore = new long[lines.size()];
    }

    private void interruptUntil(long end) {
        while (System.nanoTime() < end) {
            LockSupport.parkNanos(random.nextLong(1_000_000));
            parties.interruptOne(random);
        }
    }

    private void look(int interval) {
        long operations = account.operations();
        long undeploys = verticles.undeploys();
        Line slowest = lines.get(0);
        long least = Long.MAX_VALUE;
        for (int i = 0; i < lines.size(); i++) {
            long progress = lines.get(i).progress();
            if (progress - progressBefore[i] < least) {
                least = progress - progressBefore[i];
                slowest = lines.get(i);
            }
            progressBefore[i] = progress;
        }
        if (least == 0) {
            problems.add("nothing moves any more: " + slowest.channel());
        }
        if (undeploys == undeploysBefore) {
            problems.add("no verticle is undeployed any more: " + verticles.channel());
        }
        List<Object> row = List.of(
                interval,
                operations - operationsBefore,
                heapKib(),
                waiters(),
                undeploys - undeploysBefore,
                leaks.reports(),
                slowest.channel().stats().name() + " " + least);
        rows.add(row);
        say(joined(row));
        operationsBefore = operations;
        undeploysBefore = undeploys;
        problems.addAll(parties.failures());
    }

    private static List<Channel<Message>> channels(List<Line> lines, Verticles verticles) {
        List<Channel<Message>> channels = new ArrayList<>();
        lines.forEach(line -> channels.add(line.channel()));
        channels.add(verticles.channel());
        return channels;
    }

    private int waiters() {
        return channels(lines, verticles).stream()
                .map(Channel::stats)
                .mapToInt(stats -> stats.waitingSenders() + stats.waitingReceivers())
                .sum();
    }

    private long heapKib() {
        System.gc();
        long used = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed() / 1024;
        heaps.add(used);
        return used;
    }

    private void end() throws InterruptedException {
        problems.addAll(parties.end());
        problems.addAll(parties.failures());
        try {
            verticles.end();
        } catch (Exception failure) {
            problems.add("at the end of the verticles: " + failure);
        }
        lines.forEach(Line::drain);
        leaks.end();
        for (Channel<Message> channel : channels(lines, verticles)) {
            ChannelStats stats = channel.stats();
            if (stats.waitingSenders() + stats.waitingReceivers() > 0) {
                problems.add("somebody waits when all is over: " + channel);
            }
            if (stats.sent() != stats.received() + stats.undelivered() + stats.size()) {
                problems.add("statistics do not add up: " + stats);
            }
        }
        if (!account.isConserved()) {
            problems.add("not conserved: " + account);
        }
        if (leaks.reports() > 0) {
            problems.add("forgotten handles: " + leaks.reports());
        }
        int third = heaps.size() / 3;
        if (third > 0) {
            long growth = median(heaps.subList(heaps.size() - third, heaps.size())) - median(heaps.subList(0, third));
            if (growth > GROWTH_KIB) {
                problems.add("the heap grew by " + growth + " KiB");
            }
        }
    }

    private static long median(List<Long> values) {
        return values.stream().sorted().toList().get(values.size() / 2);
    }

    private static String joined(List<?> cells) {
        return String.join("\t", cells.stream().map(String::valueOf).toList());
    }

    private static void write(Path file, List<String> columns, List<List<Object>> rows) throws IOException {
        StringBuilder text = new StringBuilder(String.join("\t", columns)).append('\n');
        rows.forEach(row -> text.append(joined(row)).append('\n'));
        Files.createDirectories(file.toAbsolutePath().getParent());
        Files.writeString(file, text);
    }

    private static void say(String line) {
        System.out.printf(Locale.ROOT, "%s%n", line);
    }
}
