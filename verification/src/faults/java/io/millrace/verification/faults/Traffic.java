package io.millrace.verification.faults;

import io.millrace.Channel;
import io.millrace.ChannelStats;
import io.millrace.DisconnectedException;
import io.millrace.Overflow;
import io.millrace.ReceiveResult;
import io.millrace.Receiver;
import io.millrace.Select;
import io.millrace.SendResult;
import io.millrace.Sender;
import io.millrace.verification.faults.Message.Fact;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/**
 * A program: sixteen threads, every other one virtual where the JVM has them, send and receive in all ways that wait, for so
 * many seconds, on channels that are bounded; then senders stop, the channels close, and the sums are made. With "interrupts" as
 * its second argument another thread interrupts them at random all the while; a third one is the seed.
 */
final class Traffic {
    /** One channel, and what its messages became. */
    private static final class Lane {
        final Channel<Message> channel;
        final LongAdder accepted = new LongAdder();
        final LongAdder received = new LongAdder();
        final LongAdder dropped = new LongAdder();

        Lane(Channel.Builder<Message> builder) {
            channel = builder.onUndelivered(message -> dropped.increment()).build();
        }

        void accepted(Message message) {
            message.note(Fact.ACCEPTED);
            accepted.increment();
        }

        boolean received(Message message) {
            message.note(Fact.RECEIVED);
            received.increment();
            return true;
        }
    }

    private final List<Lane> lanes = List.of(
            new Lane(Channel.<Message>builder().capacity(0)),
            new Lane(Channel.<Message>builder().capacity(1)),
            new Lane(Channel.<Message>builder().capacity(16)),
            new Lane(Channel.<Message>builder().capacity(4).overflow(Overflow.DROP_OLDEST)));
    private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
    private final SplittableRandom randoms;
    private volatile boolean stopping;

    private Traffic(long seed) {
        randoms = new SplittableRandom(seed);
    }

    @SuppressWarnings("SystemExitOutsideMain")
    public static void main(String[] arguments) throws Exception {
        long millis = (long) (Double.parseDouble(arguments[0]) * 1000);
        boolean interrupts = arguments[1].equals("interrupts");
        long seed = Long.parseLong(arguments[2]);
        try {
            System.out.println(new Traffic(seed).run(millis, interrupts));
        } catch (Throwable failure) {
            failure.printStackTrace(System.out);
            System.exit(1);
        }
        System.exit(0);
    }

    private long run(long millis, boolean interrupts) throws Exception {
        List<Thread> senders = new ArrayList<>();
        List<Thread> receivers = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            Lane own = lanes.get(i % 4);
            Lane next = lanes.get((i + 1) % 4);
            SplittableRandom random = randoms.split();
            senders.add(start(i >= 4, () -> sendUntilStopped(own, random)));
            receivers.add(start(i % 2 == 0, () -> receiveUntilEnd(own, next, random)));
        }
        CountDownLatch ended = new CountDownLatch(1);
        List<Thread> all = new ArrayList<>(senders);
        all.addAll(receivers);
        Thread interrupting = new Thread(() -> interruptUntil(ended, all));
        if (interrupts) {
            interrupting.start();
        }
        new CountDownLatch(1).await(millis, TimeUnit.MILLISECONDS);
        stopping = true;
        for (Thread thread : senders) {
            thread.join();
        }
        lanes.forEach(lane -> lane.channel.close());
        for (Thread thread : receivers) {
            thread.join();
        }
        ended.countDown();
        interrupting.join();
        return checkedSum();
    }

    /** A thread, virtual if wanted and to be had. */
    private Thread start(boolean virtual, Runnable action) throws ReflectiveOperationException {
        Runnable watched = () -> {
            try {
                action.run();
            } catch (Throwable failure) {
                failures.add(failure);
            }
        };
        if (virtual && Runtime.version().feature() >= 21) {
            return (Thread)
                    Thread.class.getMethod("startVirtualThread", Runnable.class).invoke(null, watched);
        }
        Thread thread = new Thread(watched);
        thread.start();
        return thread;
    }

    private void interruptUntil(CountDownLatch ended, List<Thread> threads) {
        SplittableRandom random = randoms.split();
        try {
            while (!ended.await(random.nextInt(20), TimeUnit.MICROSECONDS)) {
                for (int i = random.nextInt(threads.size()); i > 0; i--) {
                    threads.get(random.nextInt(threads.size())).interrupt();
                }
            }
        } catch (InterruptedException unexpected) {
            failures.add(unexpected);
        }
    }

    private void sendUntilStopped(Lane lane, SplittableRandom random) {
        while (!stopping) {
            boolean interrupted = Thread.interrupted(); // what came too late for the operation before
            try {
                send(lane, lane.channel.sender(), random);
            } catch (InterruptedException next) {
                continue;
            }
        }
    }

    private void send(Lane lane, Sender<Message> sender, SplittableRandom random) throws InterruptedException {
        int way = random.nextInt(6);
        if (way == 0) {
            List<Message> batch = List.of(new Message(), new Message(), new Message());
            int taken = sender.sendAll(batch);
            batch.subList(0, taken).forEach(lane::accepted);
            batch.subList(taken, batch.size()).forEach(left -> left.note(Fact.REFUSED));
            return;
        }
        Message message = new Message();
        boolean sent = false;
        try {
            sent = switch (way) {
                case 1 -> sender.trySend(message) == SendResult.SENT;
                case 2 -> sender.trySend(message, micros(random)) == SendResult.SENT;
                case 3 -> ended(sender.sendAsync(message));
                case 4 ->
                    Select.<Boolean>fair()
                            .send(sender, message, () -> true)
                            .timeout(micros(random), () -> false)
                            .run();
                default -> {
                    sender.send(message);
                    yield true;
                }
            };
        } finally {
            if (sent) {
                lane.accepted(message);
            } else {
                message.note(Fact.REFUSED);
            }
        }
    }

    /** Receives from its own channel, and by selects also from another one, until its own has ended. */
    private void receiveUntilEnd(Lane lane, Lane other, SplittableRandom random) {
        Receiver<Message> receiver = lane.channel.receiver();
        while (true) {
            boolean interrupted = Thread.interrupted(); // what came too late for the operation before
            try {
                receive(lane, receiver, other, random);
            } catch (InterruptedException next) {
                continue;
            } catch (DisconnectedException end) {
                return;
            }
        }
    }

    private void receive(Lane lane, Receiver<Message> receiver, Lane other, SplittableRandom random)
            throws InterruptedException {
        switch (random.nextInt(6)) {
            case 0 -> receiver.receiveMany(3).forEach(lane::received);
            case 1 -> {
                ReceiveResult<Message> result = receiver.tryReceive(micros(random));
                if (result.isReceived() || result.isDisconnected()) {
                    lane.received(result.get());
                }
            }
            case 2 -> {
                CompletableFuture<Message> future = receiver.receiveAsync();
                if (ended(future)) {
                    lane.received(future.join());
                }
            }
            case 3 ->
                Select.<Boolean>fair()
                        .receive(receiver, lane::received)
                        .receive(other.channel.receiver(), other::received)
                        .timeout(micros(random), () -> false)
                        .run();
            case 4 -> receiver.drain().forEach(lane::received);
            default -> lane.received(receiver.receive());
        }
    }

    /** Waits for a future; false if it brought nothing because of an interrupt. */
    private static boolean ended(CompletableFuture<?> future) {
        try {
            future.get();
            return true;
        } catch (InterruptedException giveUp) {
            return !future.cancel(true) && !future.isCompletedExceptionally();
        } catch (ExecutionException failure) {
            if (failure.getCause() instanceof DisconnectedException end) {
                throw end;
            }
            throw new AssertionError(failure);
        }
    }

    private static Duration micros(SplittableRandom random) {
        return Duration.ofNanos(random.nextInt(300_000));
    }

    private long checkedSum() {
        for (Throwable failure : failures) {
            throw new AssertionError("a thread failed", failure);
        }
        long sum = 0;
        for (Lane lane : lanes) {
            ChannelStats stats = lane.channel.stats();
            Inside.checkInvariants(lane.channel);
            long accepted = lane.accepted.sum();
            long left = lane.received.sum() + lane.dropped.sum();
            if (accepted != stats.sent()
                    || left != accepted
                    || stats.size() + stats.waitingSenders() + stats.waitingReceivers() != 0) {
                throw new AssertionError("accepted " + accepted + ", received or dropped " + left + ", " + stats);
            }
            if (accepted == 0) {
                throw new AssertionError("nothing was sent: " + stats);
            }
            sum += accepted;
        }
        return sum;
    }
}
