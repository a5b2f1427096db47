package io.millrace.benchmarks.cost;

import java.util.Arrays;

/**
 * The main class of a JVM that measures one rival by one program: {@code CostJvm program rival round}. Each figure is a line
 * of a results file on the standard output.
 */
public final class CostJvm {
    private CostJvm() {}

    /** Measures. */
    public static void main(String[] args) throws Exception {
        if (args.length != 3) {
            throw new IllegalArgumentException("usage: CostJvm program rival round, not " + Arrays.toString(args));
        }
        Program program = Program.named(args[0]);
        int round = Integer.parseInt(args[2]);
        program.measure(
                args[1],
                Effort.FULL,
                new Findings(program.suite(), args[1], round, sample -> System.out.println(sample.toLine())));
        System.exit(0); // whoever still waits was idle on purpose
    }
}
