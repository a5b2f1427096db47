package io.millrace.benchmarks.suite;

import io.millrace.benchmarks.suite.Cell.Capacity;
import io.millrace.benchmarks.suite.Cell.Pattern;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadFactory;
import java.util.function.Predicate;

/** A rival whose operations are called by threads. */
public abstract class ThreadRival implements Rival {
    private static final Object MESSAGE = new Object();

    private final String title;
    private final Predicate<Capacity> has;

    /** Names it, and says which capacities it has. */
    protected ThreadRival(String title, Predicate<Capacity> has) {
        this.title = title;
        this.has = has;
    }

    /** A new, empty exchange. */
    public abstract Exchange open(Capacity capacity);

    @Override
    public final String title() {
        return title;
    }

    @Override
    public boolean supports(Cell cell) {
        return has.test(cell.capacity());
    }

    @Override
    public final void run(Cell cell, int messages) throws Exception {
        Exchange exchange = open(cell.capacity());
        Pattern pattern = cell.pattern();
        if (pattern == Pattern.SEQ) {
            send(exchange, messages);
            receive(exchange, messages);
            return;
        }
        List<CompletableFuture<Void>> parties = new ArrayList<>();
        ThreadFactory threads = cell.threads().factory();
        for (int i = 0; i < pattern.senders; i++) {
            parties.add(start(threads, () -> send(exchange, messages / pattern.senders)));
        }
        for (int i = 0; i < pattern.receivers; i++) {
            parties.add(start(threads, () -> receive(exchange, messages / pattern.receivers)));
        }
        for (CompletableFuture<Void> party : parties) {
            party.get();
        }
    }

    private static CompletableFuture<Void> start(ThreadFactory threads, Callable<Void> work) {
        CompletableFuture<Void> end = new CompletableFuture<>();
        threads.newThread(() -> {
                    try {
                        end.complete(work.call());
                    } catch (Throwable failure) {
                        end.completeExceptionally(failure);
                    }
                })
                .start();
        return end;
    }

    private static Void send(Exchange exchange, int messages) throws InterruptedException {
        for (int i = 0; i < messages; i++) {
            exchange.send(MESSAGE);
        }
        return null;
    }

    private static Void receive(Exchange exchange, int messages) throws InterruptedException {
        for (int i = 0; i < messages; i++) {
            if (exchange.receive() != MESSAGE) {
                throw new IllegalStateException("received what nobody sent");
            }
        }
        return null;
    }
}
