package io.millrace.benchmarks.suite;

import java.util.ArrayList;
import java.util.List;

/** Something that moves messages between threads, Millrace among its peers. */
public interface Rival {
    /** As tables and command lines call it. */
    String title();

    /** Whether it has what the cell asks for. */
    boolean supports(Cell cell);

    /** Moves so many messages as the cell says, on threads of its own, and returns when all have been received. */
    void run(Cell cell, int messages) throws Exception;

    /** All that this build has: jox and kotlinx are built on JDK 21 and newer only. */
    static List<Rival> all() {
        List<Rival> rivals = new ArrayList<>(List.of(
                new Millrace(),
                new BlockingQueueRival.OfArray(),
                new BlockingQueueRival.OfLinks(),
                new BlockingQueueRival.Synchronous(),
                new BlockingQueueRival.Transfer(),
                new BlockingQueueRival.Conversant(),
                new JCToolsRival.Array(),
                new JCToolsRival.Xadd()));
        addIfBuilt("Jox", rivals);
        addIfBuilt("Kotlinx", rivals);
        return rivals;
    }

    private static void addIfBuilt(String name, List<Rival> rivals) {
        try {
            Class<?> type = Class.forName(Rival.class.getPackageName() + "." + name);
            rivals.add((Rival) type.getConstructor().newInstance());
        } catch (ClassNotFoundException builtOnOlderJdk) {
            System.err.println(name + " is left out: this was built on a JDK before 21");
        } catch (ReflectiveOperationException broken) {
            throw new IllegalStateException("cannot make the rival " + name, broken);
        }
    }

    /** The one of this title. */
    static Rival named(String title) {
        List<Rival> known = all();
        return known.stream()
                .filter(rival -> rival.title().equals(title))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no such rival: " + title + ", known: "
                        + known.stream().map(Rival::title).toList()));
    }
}
