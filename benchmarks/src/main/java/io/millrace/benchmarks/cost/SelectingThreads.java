package io.millrace.benchmarks.cost;

import io.millrace.benchmarks.suite.Cell.Capacity;
import io.millrace.benchmarks.suite.Exchange;
import io.millrace.benchmarks.suite.ThreadKind;
import java.util.concurrent.FutureTask;

/** Selects by threads. */
public abstract class SelectingThreads implements Selecting {
    private static final Object MESSAGE = new Object();
    private static final Object LAST = new Object();

    private final String rival;

    /** By the threads of this rival. */
    protected SelectingThreads(String rival) {
        this.rival = rival;
    }

    /** Some channels of capacity 1, of which one thread receives what comes first. */
    public interface Channels {
        /** Sends to one of them. */
        void send(int channel, Object message) throws InterruptedException;

        /** Receives from any of them. */
        Object select() throws InterruptedException;
    }

    /** Opens so many. */
    protected abstract Channels open(int count);

    @Override
    public boolean supports(ThreadKind kind) {
        return true;
    }

    @Override
    public double nanosReady(int branches, long nanos) throws InterruptedException {
        Channels channels = open(branches);
        long begin = System.nanoTime();
        long rounds = 0;
        long passed;
        int channel = 0;
        do {
            for (int i = 0; i < 100; i++) {
                channel = next(channel, branches);
                channels.send(channel, MESSAGE);
                channels.select();
            }
            rounds += 100;
            passed = System.nanoTime() - begin;
        } while (passed < nanos);
        return (double) passed / rounds;
    }

    @Override
    public double nanosWaiting(ThreadKind kind, int branches, long nanos) throws Exception {
        Channels channels = open(branches);
        Exchange answers = Parties.open(rival, kind, Capacity.FEW).orElseThrow();
        FutureTask<Void> answering = Parties.start(kind, () -> {
            Object received;
            do {
                received = channels.select();
                answers.send(received);
            } while (received != LAST);
            return null;
        });
        FutureTask<Double> asking = Parties.start(kind, () -> {
            long begin = System.nanoTime();
            long rounds = 0;
            long passed;
            int channel = 0;
            do {
                channel = next(channel, branches);
                passed = System.nanoTime() - begin;
                channels.send(channel, passed < nanos ? MESSAGE : LAST);
                answers.receive();
                rounds++;
            } while (passed < nanos);
            return (double) passed / rounds;
        });
        answering.get();
        return asking.get();
    }

    /** Visits all, far from each other. */
    static int next(int channel, int branches) {
        return (channel + branches / 2 + 1) % branches;
    }
}
