package io.millrace.verification.lincheck;

import io.millrace.Channel;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Model checking of the channel against its specification: many programs, few orders of each. {@code -Dlincheck.programs=1000} tries more programs,
 * {@code -Dlincheck.orders=10000} more orders of each.
 */
class LincheckTest {
    private static final int PROGRAMS = Integer.getInteger("lincheck.programs", 40);
    private static final int ORDERS = Integer.getInteger("lincheck.orders", 10);

    @BeforeAll
    static void startThreadsOfTheCore() {
        Channel.rendezvous(); // not while Lincheck watches
    }

    private static void check(Class<?> operations, Class<?> specification) {
        new ModelCheckingOptions()
                .threads(3)
                .actorsPerThread(3)
                .iterations(PROGRAMS)
                .invocationsPerIteration(ORDERS)
                .sequentialSpecification(specification)
                .check(operations);
    }

    @Test
    void rendezvous_isLinearizable() {
        check(ChannelOperations.Rendezvous.class, ChannelSpecification.Rendezvous.class);
    }

    @Test
    void capacityOne_isLinearizable() {
        check(ChannelOperations.One.class, ChannelSpecification.One.class);
    }

    @Test
    void capacityTwo_isLinearizable() {
        check(ChannelOperations.Two.class, ChannelSpecification.Two.class);
    }

    @Test
    void unbounded_isLinearizable() {
        check(ChannelOperations.Unbounded.class, ChannelSpecification.Unbounded.class);
    }

    @Test
    void futuresThatTimeOut_areLinearizable() {
        check(FutureOperations.Rendezvous.class, FutureSpecification.Rendezvous.class);
        check(FutureOperations.One.class, FutureSpecification.One.class);
    }

    @Test
    void selectOverTwoRendezvous_isLinearizable() {
        check(SelectOperations.Rendezvous.class, SelectSpecification.Rendezvous.class);
    }

    @Test
    void selectOverTwoKinds_isLinearizable() {
        check(SelectOperations.Mixed.class, SelectSpecification.Mixed.class);
    }
}
