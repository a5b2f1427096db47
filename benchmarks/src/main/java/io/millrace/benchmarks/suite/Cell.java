package io.millrace.benchmarks.suite;

import java.util.ArrayList;
import java.util.List;

/**
 * One place of the grid: who exchanges messages with whom, over how large a channel, on which kind of threads. The patterns
 * and the bounds are those of crossbeam-channel's benchmark, with rendezvous and 128 among the capacities.
 *
 * @param threads what kind of threads
 * @param pattern how many of them send and receive
 * @param capacity the bound of the channel
 */
public record Cell(ThreadKind threads, Pattern pattern, Capacity capacity) {
    /** How many threads send and receive. */
    public enum Pattern {
        /** One thread sends everything, then receives everything. */
        SEQ(0, 0),
        /** One to one. */
        SPSC(1, 1),
        /** Four to one. */
        MPSC(4, 1),
        /** One to four. */
        SPMC(1, 4),
        /** Four to four. */
        MPMC(4, 4);

        /** Threads that send; 0: the same that receives. */
        public final int senders;
        /** Threads that receive; 0: the same that sends. */
        public final int receivers;

        Pattern(int senders, int receivers) {
            this.senders = senders;
            this.receivers = receivers;
        }
    }

    /** The bound of the channel. */
    public enum Capacity {
        /** Rendezvous. */
        ZERO("0", 100_000),
        /** One message. */
        ONE("1", 100_000),
        /** A common bound. */
        FEW("128", 400_000),
        /** As many as are sent: a bound that is never met. */
        ALL("N", 1_000_000),
        /** No bound. */
        UNBOUNDED("unbounded", 1_000_000);

        /** As tables call it. */
        public final String title;
        /** How many messages one run moves. */
        public final int messages;

        Capacity(String title, int messages) {
            this.title = title;
            this.messages = messages;
        }

        /** The bound as a number; only of those that have one. */
        public int bound() {
            return switch (this) {
                case ZERO -> 0;
                case ONE -> 1;
                case FEW -> 128;
                case ALL -> messages;
                case UNBOUNDED -> throw new IllegalStateException("unbounded has no bound");
            };
        }

        /** The capacity of this title. */
        public static Capacity of(String title) {
            for (Capacity capacity : values()) {
                if (capacity.title.equals(title)) {
                    return capacity;
                }
            }
            throw new IllegalArgumentException("no such capacity: " + title);
        }
    }

    /** The cells for one kind of threads. */
    public static List<Cell> grid(ThreadKind threads) {
        List<Cell> cells = new ArrayList<>();
        for (Pattern pattern : Pattern.values()) {
            for (Capacity capacity : Capacity.values()) {
                boolean holdsAll = capacity == Capacity.ALL || capacity == Capacity.UNBOUNDED;
                if (pattern != Pattern.SEQ || holdsAll) {
                    cells.add(new Cell(threads, pattern, capacity));
                }
            }
        }
        return cells;
    }

    /** The cell of that name. */
    static Cell named(ThreadKind threads, String name) {
        return grid(threads).stream()
                .filter(cell -> cell.toString().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no such cell: " + name));
    }

    /** As command lines and files call it, such as {@code platform/mpmc/128}. */
    @Override
    public String toString() {
        return threads.title() + "/" + pattern.name().toLowerCase(java.util.Locale.ROOT) + "/" + capacity.title;
    }
}
