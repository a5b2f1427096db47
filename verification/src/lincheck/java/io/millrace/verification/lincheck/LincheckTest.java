package io.millrace.verification.lincheck;

import io.millrace.Channel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Model checking of the channel against its specification: many programs, few orders of each. Leaves target/lincheck.tsv, in which
 * programs are those of a check, and orders those of a program. {@code -Dlincheck.programs=1000} tries more programs,
 * {@code -Dlincheck.orders=10000} more orders of each.
 */
class LincheckTest {
    private static final int PROGRAMS = Integer.getInteger("lincheck.programs", 25);
    private static final int ORDERS = Integer.getInteger("lincheck.orders", 10);

    private static final Path RESULTS = Path.of("target", "lincheck.tsv");

    @BeforeAll
    static void beginResults() throws IOException {
        Files.writeString(RESULTS, "check\tprograms\torders\tseconds\toutcome\n");
    }

    @BeforeAll
    static void startThreadsOfTheCore() {
        Channel.rendezvous(); // not while Lincheck watches
    }

    private static void check(Class<?> operations, Class<?> specification) throws IOException {
        long start = System.nanoTime();
        new ModelCheckingOptions()
                .threads(3)
                .actorsPerThread(3)
                .iterations(PROGRAMS)
                .invocationsPerIteration(ORDERS)
                .sequentialSpecification(specification)
                .check(operations);
        String name = operations
                .getCanonicalName()
                .substring(operations.getPackageName().length() + 1);
        long seconds = (System.nanoTime() - start) / 1_000_000_000;
        String line = name + '\t' + PROGRAMS + '\t' + ORDERS + '\t' + seconds + "\tlinearizable\n";
        Files.writeString(RESULTS, line, StandardOpenOption.APPEND);
    }

    @Test
    void rendezvous_isLinearizable() throws IOException {
        check(ChannelOperations.Rendezvous.class, ChannelSpecification.Rendezvous.class);
    }

    @Test
    void capacityOne_isLinearizable() throws IOException {
        check(ChannelOperations.One.class, ChannelSpecification.One.class);
    }

    @Test
    void capacityTwo_isLinearizable() throws IOException {
        check(ChannelOperations.Two.class, ChannelSpecification.Two.class);
    }

    @Test
    void unbounded_isLinearizable() throws IOException {
        check(ChannelOperations.Unbounded.class, ChannelSpecification.Unbounded.class);
    }

    @Test
    void futuresThatTimeOut_areLinearizable() throws IOException {
        check(FutureOperations.Rendezvous.class, FutureSpecification.Rendezvous.class);
        check(FutureOperations.One.class, FutureSpecification.One.class);
    }

    @Test
    void selectOverTwoRendezvous_isLinearizable() throws IOException {
        check(SelectOperations.Rendezvous.class, SelectSpecification.Rendezvous.class);
    }

    @Test
    void selectOverTwoKinds_isLinearizable() throws IOException {
        check(SelectOperations.Mixed.class, SelectSpecification.Mixed.class);
    }
}
