package io.millrace.verification.soak;

import io.millrace.Channel;
import io.millrace.DisconnectedException;
import io.millrace.ReceiveResult;
import io.millrace.Receiver;
import io.millrace.Select;
import io.millrace.Sender;
import io.millrace.spi.PendingReceive;
import io.millrace.spi.PendingSend;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** One channel that lives as long as the soak, and two senders and two receivers that use all that there is. */
final class Line {
    /** More than that an unbounded channel does not get. */
    private static final int ENOUGH = 10_000;

    private final Account account;
    private final Channel<Message> channel;
    private final LongAdder progress = new LongAdder();

    Line(ChannelKind kind, Account account) {
        this.account = account;
        this.channel = kind.open(kind.name(), account);
    }

    /** Starts the parties; selects also use another line. */
    void start(Parties parties, Line other, SplittableRandom random) throws ReflectiveOperationException {
        for (int i = 0; i < 2; i++) {
            Sending sending = new Sending(other, random.split());
            parties.start("sender " + i + " of " + channel, sending::turn);
            Receiving receiving = new Receiving(other, random.split());
            parties.start("receiver " + i + " of " + channel, receiving::turn);
        }
    }

    Channel<Message> channel() {
        return channel;
    }

    /** Messages that went in or came out. */
    long progress() {
        return progress.sum();
    }

    /** Takes out what is left. When all parties have ended. */
    void drain() {
        channel.receiver().drain().forEach(account::buffered);
    }

    private void accepted(Message message) {
        account.accepted(message);
        progress.increment();
    }

    private void received(Message message) {
        account.received(message);
        progress.increment();
    }

    /** What both sides do alike. */
    private abstract static class Party {
        final SplittableRandom random;

        Party(SplittableRandom random) {
            this.random = random;
        }

        final Duration shortTime() {
            return Duration.ofNanos(random.nextInt(-1_000, 200_000));
        }

        final <R> Select<R> select() {
            return random.nextBoolean() ? Select.fair() : Select.biased();
        }

        /** What the future ended with; null: it was withdrawn, or ends with nothing. */
        final <R> @Nullable R end(CompletableFuture<R> future) {
            try {
                return future.get(random.nextInt(200), TimeUnit.MICROSECONDS);
            } catch (InterruptedException | TimeoutException given) {
                return future.cancel(false) ? null : future.join();
            } catch (ExecutionException failed) {
                throw new IllegalStateException("a channel that nobody ends", failed);
            }
        }

        final <R> @Nullable R run(Select<R> select) throws InterruptedException {
            return switch (random.nextInt(3)) {
                case 0 -> select.timeout(shortTime(), () -> null).run();
                case 1 -> select.otherwise(() -> null).run();
                default -> end(select.runAsync());
            };
        }

        final void waitALittle() {
            LockSupport.parkNanos(random.nextInt(100_000));
        }
    }

    private final class Sending extends Party {
        private final Line other;
        private Sender<Message> sender = channel.sender().duplicate();

        Sending(Line other, SplittableRandom random) {
            super(random);
            this.other = other;
        }

        void turn() throws InterruptedException {
            if (random.nextInt(50) == 0) {
                Sender<Message> next = random.nextBoolean()
                        ? sender.duplicate()
                        : sender.downgrade().upgrade().orElseThrow();
                sender.close();
                sender = next;
            }
            if (sender.size() > ENOUGH) {
                waitALittle();
                return;
            }
            Message message = account.newMessage();
            switch (random.nextInt(9)) {
                case 0 -> {
                    sender.send(message);
                    accepted(message);
                }
                case 1 -> acceptedIf(sender.trySend(message).isSent(), message);
                case 2 -> acceptedIf(sender.trySend(message, shortTime()).isSent(), message);
                case 3 -> {
                    CompletableFuture<Void> future = sender.sendAsync(message);
                    end(future);
                    acceptedIf(!future.isCompletedExceptionally(), message);
                }
                case 4 -> {
                    PendingSend<Message> pending = sender.send(message, () -> {});
                    waitALittle();
                    acceptedIf(!pending.cancel(), message);
                }
                case 5 -> {
                    Message there = account.newMessage();
                    Sender<Message> far = other.channel.sender();
                    Message sent = run(this.<Message>select()
                            .send(sender, message, () -> message)
                            .send(far, there, () -> there));
                    acceptedIf(sent != null, sent == there ? there : message);
                }
                case 6 -> {
                    List<Message> batch = batch(message);
                    batch.subList(0, sender.sendAll(batch)).forEach(Line.this::accepted);
                }
                case 7 -> {
                    List<Message> batch = batch(message);
                    batch.subList(0, sender.trySendAll(batch)).forEach(Line.this::accepted);
                }
                default -> {
                    Message returned = sender.forceSend(message);
                    acceptedIf(returned != message, message);
                    if (returned != null && returned != message) {
                        account.displaced(returned);
                    }
                }
            }
        }

        private List<Message> batch(Message first) {
            List<Message> batch = new ArrayList<>(List.of(first));
            for (int i = random.nextInt(20); i > 0; i--) {
                batch.add(account.newMessage());
            }
            return batch;
        }

        private void acceptedIf(boolean sent, Message message) {
            if (sent) {
                accepted(message);
            }
        }
    }

    private final class Receiving extends Party {
        private final Line other;
        private Receiver<Message> receiver = channel.receiver().duplicate();

        Receiving(Line other, SplittableRandom random) {
            super(random);
            this.other = other;
        }

        void turn() throws InterruptedException {
            if (random.nextInt(50) == 0) {
                Receiver<Message> next = receiver.duplicate();
                receiver.close();
                receiver = next;
            }
            switch (random.nextInt(9)) {
                case 0 -> received(receiver.receive());
                case 1 -> receivedIfAny(receiver.tryReceive().orNull());
                case 2 -> receivedIfAny(receiver.tryReceive(shortTime()).orNull());
                case 3 -> receivedIfAny(end(receiver.receiveAsync()));
                case 4 -> {
                    PendingReceive<Message> pending = receiver.receive(() -> {});
                    waitALittle();
                    if (!pending.cancel() && pending.result() instanceof ReceiveResult.Received<Message> result) {
                        if (random.nextInt(4) == 0) {
                            pending.putBack();
                        } else {
                            received(result.message());
                        }
                    }
                }
                case 5 ->
                    receivedIfAny(run(this.<Message>select()
                            .receive(receiver, message -> message)
                            .receive(other.channel.receiver(), message -> message)));
                case 6 -> receiver.receiveMany(1 + random.nextInt(20)).forEach(Line.this::received);
                case 7 -> {
                    List<Message> batch = new ArrayList<>();
                    receiver.drainTo(batch, random.nextInt(20));
                    batch.forEach(Line.this::received);
                }
                default -> {
                    Subscribed subscribed = new Subscribed(1 + random.nextInt(5));
                    receiver.publisher().subscribe(subscribed);
                    waitALittle();
                    subscribed.end();
                }
            }
        }

        private void receivedIfAny(@Nullable Message message) {
            if (message != null) {
                received(message);
            }
        }
    }

    /** A subscriber that asks for a few messages, and leaves. */
    private final class Subscribed implements Flow.Subscriber<Message> {
        private final int demand;
        private Flow.@Nullable Subscription subscription;

        Subscribed(int demand) {
            this.demand = demand;
        }

        @Override
        public void onSubscribe(Flow.Subscription begun) {
            subscription = begun;
            begun.request(demand);
        }

        @Override
        public void onNext(Message message) {
            received(message);
        }

        @Override
        public void onError(Throwable failure) {
            throw new IllegalStateException("a channel that nobody ends", failure);
        }

        @Override
        public void onComplete() {
            throw new DisconnectedException("a channel that nobody ends", null);
        }

        void end() {
            if (subscription != null) {
                subscription.cancel();
            }
        }
    }
}
