package io.millrace.benchmarks.cost;

import java.util.List;

/** Something that is measured of several rivals, of each in a JVM of its own. */
interface Program {
    /** The name of its results file, without the ending. */
    String suite();

    /** Who takes part, as tables call them. */
    List<String> rivals();

    /** Measures one of them. */
    void measure(String rival, Effort effort, Findings findings) throws Exception;

    /** All programs, in the order in which they run. */
    static List<Program> all() {
        return List.of(
                new Allocation(),
                new Batches(),
                new HandOver(),
                new LoopHandOver(),
                new Many(),
                new Footprint(),
                new SelectCost(),
                new Idle());
    }

    /** The program of this name. */
    static Program named(String suite) {
        return all().stream()
                .filter(program -> program.suite().equals(suite))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no such program: " + suite + ", known: "
                        + all().stream().map(Program::suite).toList()));
    }
}
