package io.millrace.benchmarks.cost;

import io.millrace.benchmarks.suite.Cell;
import io.millrace.benchmarks.suite.Cell.Capacity;
import io.millrace.benchmarks.suite.Cell.Pattern;
import io.millrace.benchmarks.suite.Exchange;
import io.millrace.benchmarks.suite.Rival;
import io.millrace.benchmarks.suite.ThreadKind;
import io.millrace.benchmarks.suite.ThreadRival;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.function.Supplier;

/** The rivals, and the threads that use them. */
final class Parties {
    static final String OURS = "millrace";
    static final String JOX = "jox";
    static final String KOTLINX = "kotlinx";

    private static final List<Rival> RIVALS = Rival.all();

    private Parties() {}

    /** Whether this JVM and this build have what came with JDK 21: virtual threads, jox and kotlinx. */
    static boolean hasNewer() {
        return Runtime.version().feature() >= 21
                && RIVALS.stream().anyMatch(rival -> rival.title().equals(JOX));
    }

    /** These rivals, and those that need a newer JDK where there is one. */
    static List<String> and(List<String> rivals, String... newer) {
        List<String> all = new ArrayList<>(rivals);
        if (hasNewer()) {
            all.addAll(List.of(newer));
        }
        return all;
    }

    /** The class of this name among those that are built on newer JDKs only. */
    static <T> T newer(String name, Class<T> type) {
        try {
            return type.cast(Class.forName(Parties.class.getPackageName() + "." + name)
                    .getConstructor()
                    .newInstance());
        } catch (ReflectiveOperationException missing) {
            throw new IllegalStateException("this build has no " + name + ", which needs JDK 21", missing);
        }
    }

    /** The rival whose operations threads call. */
    static ThreadRival threads(String rival) {
        if (rival.equals(KOTLINX)) {
            return newer("KotlinxForThreads", ThreadRival.class);
        }
        return RIVALS.stream()
                .filter(known -> known.title().equals(rival))
                .map(ThreadRival.class::cast)
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no such rival: " + rival));
    }

    /** A new exchange of this capacity, or of none where 128 is asked for and the rival has no bounds. */
    static Optional<Exchange> open(String rival, ThreadKind threads, Capacity capacity) {
        return opener(rival, threads, capacity).map(Supplier::get);
    }

    /** Makes such exchanges one after the other. */
    static Optional<Supplier<Exchange>> opener(String rival, ThreadKind threads, Capacity capacity) {
        ThreadRival found = threads(rival);
        for (Capacity offered : capacity == Capacity.FEW ? List.of(capacity, Capacity.UNBOUNDED) : List.of(capacity)) {
            if (found.supports(new Cell(threads, Pattern.SPSC, offered))) {
                return Optional.of(() -> found.open(offered));
            }
        }
        return Optional.empty();
    }

    /** Runs something on a new thread. */
    static <T> FutureTask<T> start(ThreadKind kind, Callable<T> work) {
        FutureTask<T> task = new FutureTask<>(work);
        Thread thread = kind.factory().newThread(task);
        if (kind == ThreadKind.PLATFORM) {
            thread.setDaemon(true);
        }
        thread.start();
        return task;
    }
}
