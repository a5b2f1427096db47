package io.millrace;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.spi.PendingReceive;
import io.millrace.spi.PendingSend;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Four senders and four receivers that mix all ways of waiting, give up, are interrupted, and change their handles, for
 * {@code -Dmillrace.stress.seconds} over all kinds together. Then every message that was sent was received or reported
 * once, each receiver saw each sender's messages in order, and nobody waits any more.
 */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class StressTest extends ContractTest {
    private static final double SECONDS = Double.parseDouble(System.getProperty("millrace.stress.seconds", "4"));
    private static final int PARTIES = 4;

    /** The number of a message in the order of its sender. */
    private record Message(int sender, long number) {}

    @ParameterizedTest
    @MethodSource("kinds")
    void sendersAndReceivers_ofMixedStyles_loseNothingAndKeepTheOrder(ChannelKind kind) throws InterruptedException {
        Map<Message, String> reported = new ConcurrentHashMap<>();
        Channel<Message> channel = channels.watch(kind.<Message>builder()
                .onUndelivered(message -> {
                    if (reported.put(message, "undelivered") != null) {
                        actors.report(new AssertionError("reported twice: " + message));
                    }
                })
                .build());
        long end = System.nanoTime() + (long) (SECONDS * 1e9 / ChannelKind.values().length);
        CountDownLatch sendersDone = new CountDownLatch(PARTIES);
        List<SendingParty> senders = new ArrayList<>();
        List<ReceivingParty> receivers = new ArrayList<>();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < PARTIES; i++) {
            SendingParty sender = new SendingParty(i, channel.sender().duplicate(), end);
            ReceivingParty receiver = new ReceivingParty(channel.receiver().duplicate());
            senders.add(sender);
            receivers.add(receiver);
            threads.add(start(i, "receiver " + i, receiver::run));
            threads.add(start(i, "sender " + i, () -> {
                try {
                    sender.run();
                } finally {
                    sendersDone.countDown();
                }
            }));
        }
        channel.sender().close();
        channel.receiver().close();

        interruptAtRandom(threads, end);
        sendersDone.await();
        actors.join();

        assertThat(channel.stats().disconnected()).isTrue();
        assertThat(channel.stats().waitingSenders()).isZero();
        assertThat(channel.stats().waitingReceivers()).isZero();
        assertConservation(senders, receivers, reported, channel.stats());
    }

    /** Every other party is a virtual thread, where there are such. */
    private Thread start(int number, String name, Actors.Script script) {
        return number % 2 == 1 && Actors.hasVirtualThreads() ? actors.startVirtual(script) : actors.start(name, script);
    }

    private static void interruptAtRandom(List<Thread> threads, long end) {
        SplittableRandom random = new SplittableRandom();
        while (System.nanoTime() < end) {
            threads.get(random.nextInt(threads.size())).interrupt();
            Thread.yield();
        }
    }

    private static void assertConservation(
            List<SendingParty> senders,
            List<ReceivingParty> receivers,
            Map<Message, String> reported,
            ChannelStats stats) {
        long sent = 0;
        for (SendingParty sender : senders) {
            sent += sender.sent.size();
        }
        long received = 0;
        Map<Message, String> seen = new ConcurrentHashMap<>(reported);
        for (ReceivingParty receiver : receivers) {
            for (Message message : receiver.received) {
                if (seen.put(message, "received") != null) {
                    throw new AssertionError("seen twice: " + message);
                }
                received++;
            }
        }
        for (SendingParty sender : senders) {
            for (long number : sender.sent) {
                if (seen.remove(new Message(sender.name, number)) == null) {
                    throw new AssertionError("lost: " + number + " of sender " + sender.name);
                }
            }
        }
        assertThat(seen)
                .as("received, but its sender was told that it was not sent")
                .isEmpty();
        assertThat(stats.sent()).isEqualTo(sent);
        assertThat(stats.received()).isEqualTo(received);
        assertThat(stats.undelivered()).isEqualTo(reported.size());
        assertThat(sent).isEqualTo(received + reported.size());
    }

    /** Sends numbered messages in any way; knows which of them were sent. */
    private static final class SendingParty {
        private final int name;
        private final long end;
        private final SplittableRandom random = new SplittableRandom();
        private final Deque<Waiting> waiting = new ArrayDeque<>();
        private Sender<Message> sender;
        final List<Long> sent = new ArrayList<>();
        private long next;

        /** A send under way, as a future or as a pending operation. */
        private record Waiting(
                long number,
                @Nullable CompletableFuture<Void> future,
                @Nullable PendingSend<Message> pending) {}

        SendingParty(int name, Sender<Message> sender, long end) {
            this.name = name;
            this.sender = sender;
            this.end = end;
        }

        void run() {
            while (System.nanoTime() < end) {
                long number = next++;
                try {
                    send(number, new Message(name, number));
                } catch (InterruptedException withdrawn) {
                    // not sent
                }
                while (waiting.size() > random.nextInt(8)) {
                    finish(waiting.removeFirst());
                }
                if (random.nextInt(200) == 0) {
                    Sender<Message> another = sender.duplicate();
                    sender.close();
                    sender = another;
                }
            }
            waiting.forEach(this::finish);
            sender.close();
        }

        private void send(long number, Message message) throws InterruptedException {
            switch (random.nextInt(5)) {
                case 0 -> {
                    sender.send(message);
                    sent.add(number);
                }
                case 1 -> sentIf(sender.trySend(message), number);
                case 2 -> sentIf(sender.trySend(message, Duration.ofNanos(random.nextInt(200_000))), number);
                case 3 -> waiting.add(new Waiting(number, sender.sendAsync(message), null));
                default -> waiting.add(new Waiting(number, null, sender.send(message, () -> {})));
            }
        }

        private void sentIf(SendResult result, long number) {
            if (result.isSent()) {
                sent.add(number);
            } else {
                assertThat(result).isNotEqualTo(SendResult.DISCONNECTED);
            }
        }

        private void finish(Waiting send) {
            boolean withdraw = random.nextInt(4) == 0;
            if (send.future() != null) {
                if (withdraw) {
                    send.future().cancel(false);
                }
                try {
                    send.future().join();
                    sent.add(send.number());
                } catch (CancellationException withdrawn) {
                    // not sent
                }
            } else if (send.pending() != null && !(withdraw && send.pending().cancel())) {
                Await.until("a pending send ends", send.pending()::isDone);
                sentIf(send.pending().result(), send.number());
            }
        }
    }

    /** Receives in any way until nothing can come any more. */
    private static final class ReceivingParty {
        private final SplittableRandom random = new SplittableRandom();
        private final long[] last = new long[PARTIES];
        private Receiver<Message> receiver;
        final List<Message> received = new ArrayList<>();
        private boolean disconnected;

        ReceivingParty(Receiver<Message> receiver) {
            this.receiver = receiver;
            Arrays.fill(last, -1);
        }

        void run() {
            while (!disconnected) {
                try {
                    receive();
                } catch (InterruptedException withdrawn) {
                    // not received
                } catch (DisconnectedException e) {
                    disconnected = true;
                }
                if (random.nextInt(200) == 0) {
                    Receiver<Message> another = receiver.duplicate();
                    receiver.close();
                    receiver = another;
                }
            }
            receiver.close();
        }

        private void receive() throws InterruptedException {
            switch (random.nextInt(5)) {
                case 0 -> accept(receiver.receive());
                case 1 -> accept(receiver.tryReceive());
                case 2 -> accept(receiver.tryReceive(Duration.ofNanos(random.nextInt(200_000))));
                case 3 -> {
                    CompletableFuture<Message> future = receiver.receiveAsync();
                    if (random.nextInt(4) == 0) {
                        future.cancel(false);
                    }
                    try {
                        accept(future.join());
                    } catch (CancellationException withdrawn) {
                        // not received
                    } catch (CompletionException e) {
                        assertThat(e).hasCauseInstanceOf(DisconnectedException.class);
                        disconnected = true;
                    }
                }
                default -> {
                    PendingReceive<Message> pending = receiver.receive(() -> {});
                    if (random.nextInt(4) != 0 || !pending.cancel()) {
                        Await.until("a pending receive ends", pending::isDone);
                        accept(pending.result());
                    }
                }
            }
        }

        private void accept(ReceiveResult<Message> result) {
            if (result.isReceived()) {
                accept(result.get());
            }
            disconnected |= result.isDisconnected();
        }

        private void accept(Message message) {
            if (message.number() <= last[message.sender()]) {
                throw new AssertionError(message + " came after number " + last[message.sender()]);
            }
            last[message.sender()] = message.number();
            received.add(message);
        }
    }
}
