package io.millrace.benchmarks;

import io.millrace.benchmarks.suite.Cell.Capacity;
import io.millrace.benchmarks.suite.Exchange;
import io.millrace.benchmarks.suite.Rival;
import io.millrace.benchmarks.suite.ThreadRival;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * One thread sends a message and receives it: what an operation costs when nobody waits and nobody contends. JMH forks
 * a JVM for each rival, so that no rival's profile shapes another's code.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(3)
public class UncontendedBenchmark {
    /** Whose turn it is. */
    @Param({"millrace", "ArrayBlockingQueue", "LinkedBlockingQueue", "JCTools array"})
    public String rival;

    private final Object message = new Object();
    private Exchange exchange;

    @Setup
    public void open() {
        exchange = ((ThreadRival) Rival.named(rival)).open(Capacity.FEW);
    }

    @Benchmark
    public Object sendAndReceive() throws InterruptedException {
        exchange.send(message);
        return exchange.receive();
    }
}
