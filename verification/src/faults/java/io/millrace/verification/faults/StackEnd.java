package io.millrace.verification.faults;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.Channel;
import io.millrace.Receiver;
import io.millrace.Select;
import io.millrace.Sender;
import java.io.OutputStream;
import java.io.PrintStream;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A program: for so many seconds, threads with small stacks use channels at every depth up to the end of the stack. After each
 * of them its channel is used by a thread that has one, and has to be as it must. A second argument is the seed.
 */
final class StackEnd {
    private static final long STACK_BYTES = 200_000;
    private static final long HANGING_MILLIS = 10_000;
    private static final List<Integer> THREE = List.of(1, 2, 3);
    private static final int WAYS = 7;
    private static final int LEAST_CAPACITY = -1;
    private static final int MOST_CAPACITY = 3;

    private final Channel<Integer> channel;
    private final int way;
    private long operations;
    private long overflows;

    private StackEnd(int capacity, int way) {
        this.channel = capacity < 0 ? Channel.unbounded() : Channel.bounded(capacity);
        this.way = way;
    }

    @SuppressWarnings("SystemExitOutsideMain")
    public static void main(String[] arguments) throws InterruptedException {
        long end = System.nanoTime() + (long) (Double.parseDouble(arguments[0]) * 1e9);
        SplittableRandom random = new SplittableRandom(Long.parseLong(arguments[1]));
        initializeClasses();
        long operations = 0;
        long overflows = 0;
        while (System.nanoTime() < end) {
            StackEnd next = new StackEnd(random.nextInt(LEAST_CAPACITY, MOST_CAPACITY + 1), random.nextInt(WAYS));
            next.run(random.nextInt(40), random.nextInt(40));
            operations += next.operations;
            overflows += next.overflows;
        }
        System.out.println(overflows + " overflows, operations:");
        System.out.println(operations);
        System.exit(0);
    }

    /**
     * Does all of it once with stack enough. A class whose initializer meets the end of the stack can never be used again in
     * that JVM, whoever's class it is: that is a rule of Java, and not what this program is after.
     */
    private static void initializeClasses() throws InterruptedException {
        for (int way = 0; way < WAYS; way++) {
            for (int capacity = LEAST_CAPACITY; capacity <= MOST_CAPACITY; capacity++) {
                StackEnd one = new StackEnd(capacity, way);
                one.onThread(STACK_BYTES, () -> {
                    one.use();
                    one.channel.receiver().receive(() -> {
                        throw new StackOverflowError("as one at the end");
                    });
                    one.channel.sender().trySendAll(THREE);
                });
                one.check();
                new AssertionError(one + ": as one that fails")
                        .printStackTrace(new PrintStream(OutputStream.nullOutputStream(), true, UTF_8));
            }
        }
    }

    private void run(int narrow, int wide) throws InterruptedException {
        onThread(STACK_BYTES, () -> {
            try {
                pad(narrow, wide);
            } catch (StackOverflowError end) {
                overflows++;
            }
        });
        check();
    }

    private void check() throws InterruptedException {
        onThread(0, () -> {
            Inside.checkInvariants(channel);
            channel.receiver().drain();
            channel.sender().trySend(1);
            channel.cancel();
        });
    }

    /** Runs it on a thread; what it throws, or that it hangs, ends the program. */
    private void onThread(long stackBytes, Runnable action) throws InterruptedException {
        AtomicReference<Throwable> failure = new AtomicReference<>();
        Thread thread = new Thread(null, action, "at the end", stackBytes);
        thread.setUncaughtExceptionHandler((same, thrown) -> {
            if (stackBytes == 0
                    || !(thrown instanceof StackOverflowError)) { // futures too complete at the end of a stack
                failure.set(thrown);
            }
        });
        thread.start();
        thread.join(HANGING_MILLIS);
        if (thread.isAlive()) {
            Throwable where = new AssertionError(this + ": hangs");
            where.setStackTrace(thread.getStackTrace());
            fail(where);
        }
        Throwable thrown = failure.get();
        if (thrown != null) {
            fail(new AssertionError(this + ": failed", thrown));
        }
    }

    @SuppressWarnings("SystemExitOutsideMain")
    private static void fail(Throwable failure) {
        failure.printStackTrace(System.out);
        System.exit(1);
    }

    /** Frames of two sizes, so that the stack ends somewhere else each time. */
    private void pad(int narrow, int wide) {
        if (narrow > 0) {
            pad(narrow - 1, wide);
        } else if (wide > 0) {
            padWide(wide - 1, 1, 2, 3, 4);
        } else {
            descend();
        }
    }

    private void padWide(int left, long a, long b, long c, long d) {
        if (left > 0) {
            padWide(left - 1, b, c, d, a);
        } else {
            descend();
        }
    }

    @SuppressWarnings("InfiniteRecursion") // wanted
    private void descend() {
        try {
            use();
        } catch (StackOverflowError end) {
            overflows++;
        }
        descend();
    }

    private void use() {
        Sender<Integer> sender = channel.sender();
        Receiver<Integer> receiver = channel.receiver();
        operations++;
        switch (way) {
            case 0 -> {
                sender.trySend(1);
                receiver.tryReceive();
            }
            case 1 -> {
                receiver.receiveAsync();
                sender.trySend(1);
            }
            case 2 -> {
                sender.sendAsync(1);
                receiver.tryReceive();
            }
            case 3 -> {
                channel.stats();
                sender.trySend(1);
                receiver.drain();
            }
            case 4 -> {
                for (int i = 0; i < 3; i++) {
                    receiver.receiveAsync();
                }
                sender.trySendAll(THREE);
            }
            case 5 -> {
                Select.<Integer>biased().receive(receiver, message -> message).runAsync();
                sender.trySend(1);
            }
            default -> select(sender, receiver);
        }
    }

    private static void select(Sender<Integer> sender, Receiver<Integer> receiver) {
        try {
            Select.<Integer>biased()
                    .receive(receiver, message -> message)
                    .send(sender, 1, () -> 1)
                    .otherwise(() -> 0)
                    .run();
        } catch (InterruptedException unexpected) {
            throw new AssertionError(unexpected);
        }
    }

    @Override
    public String toString() {
        return "way " + way + ", capacity " + channel.receiver().capacity();
    }
}
