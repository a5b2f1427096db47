package io.millrace.verification.faults;

import io.millrace.Channel;
import io.millrace.ChannelStats;
import io.millrace.DisconnectedException;
import io.millrace.Overflow;
import io.millrace.ReceiveResult;
import io.millrace.Select;
import io.millrace.SendResult;
import io.millrace.spi.PendingReceive;
import java.lang.Thread.UncaughtExceptionHandler;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Every operation, on every kind of channel in every situation, once for each of its allocations, which fails. To be run in an
 * {@link AllocationLoader}. The result is the number of failures that were injected, followed by what went wrong.
 */
final class AllocationFailures implements Callable<List<String>> {
    private static final Duration MOMENT = Duration.ofNanos(1000);
    private static final int NEVER = Integer.MAX_VALUE;

    /** A channel. */
    private enum Kind {
        RENDEZVOUS(() -> Channel.<Message>builder().capacity(0)),
        ONE(() -> Channel.<Message>builder().capacity(1)),
        TWO(() -> Channel.<Message>builder().capacity(2)),
        UNBOUNDED(() -> Channel.<Message>builder().unbounded()),
        DROP_OLDEST(() -> Channel.<Message>builder().capacity(1).overflow(Overflow.DROP_OLDEST)),
        DROP_LATEST(() -> Channel.<Message>builder().capacity(1).overflow(Overflow.DROP_LATEST));

        final Supplier<Channel.Builder<Message>> builder;

        Kind(Supplier<Channel.Builder<Message>> builder) {
            this.builder = builder;
        }
    }

    /** What the operation finds. */
    private enum Situation {
        EMPTY {
            @Override
            void arise(Trial trial) {}
        },
        FILLED {
            @Override
            void arise(Trial trial) {
                for (int i = 0; i < 2; i++) {
                    Message message = new Message();
                    if (trial.channel.sender().trySend(message) == SendResult.SENT) {
                        message.note(Message.Fact.ACCEPTED);
                    }
                }
            }
        },
        RECEIVERS_WAIT {
            @Override
            void arise(Trial trial) {
                trial.receiverWaits();
            }
        },
        SENDERS_WAIT {
            @Override
            void arise(Trial trial) {
                FILLED.arise(trial);
                trial.senderWaits();
            }
        },
        CLOSED {
            @Override
            void arise(Trial trial) {
                SENDERS_WAIT.arise(trial);
                trial.channel.close();
            }
        };

        abstract void arise(Trial trial);
    }

    /** What is done; its result are the messages it took out. */
    private enum Operation {
        TRY_SEND(trial -> trial.send(message -> trial.channel.sender().trySend(message))),
        TIMED_SEND(trial -> trial.send(message -> trial.channel.sender().trySend(message, MOMENT))),
        SEND_ASYNC(trial -> trial.future(trial.channel.sender().sendAsync(new Message()))),
        SEND_WAKER(trial -> {
            trial.channel.sender().send(new Message(), () -> {});
            return List.of();
        }),
        TRY_SEND_ALL(trial -> {
            trial.channel.sender().trySendAll(List.of(new Message(), new Message(), new Message()));
            return List.of();
        }),
        FORCE_SEND(trial -> {
            Message message = new Message();
            Message displaced = trial.channel.sender().forceSend(message);
            return displaced == null || displaced == message ? List.of() : List.of(displaced);
        }),
        SELECT_SEND(trial -> {
            Select.<Boolean>fair()
                    .send(trial.channel.sender(), new Message(), () -> true)
                    .timeout(MOMENT, () -> false)
                    .run();
            return List.of();
        }),
        TRY_RECEIVE(trial -> Trial.message(trial.channel.receiver().tryReceive())),
        TIMED_RECEIVE(trial -> Trial.message(trial.channel.receiver().tryReceive(MOMENT))),
        RECEIVE_ASYNC(trial -> trial.received(trial.channel.receiver().receiveAsync(), List::of)),
        RECEIVE_WAKER(trial -> {
            PendingReceive<Message> pending = trial.channel.receiver().receive(() -> {});
            return pending.isDone() ? Trial.message(pending.result()) : trial.withdrawn(pending);
        }),
        PUT_BACK(trial -> {
            PendingReceive<Message> pending = trial.channel.receiver().receive(() -> {});
            if (pending.isDone() && pending.result().isReceived()) {
                try {
                    pending.putBack();
                } catch (OutOfMemoryError stillOurs) {
                    return Trial.message(pending.result());
                }
                return List.of();
            }
            return trial.withdrawn(pending);
        }),
        RECEIVE_MANY_ASYNC(trial -> trial.received(trial.channel.receiver().receiveManyAsync(3), batch -> batch)),
        DRAIN(trial -> trial.channel.receiver().drain()),
        DRAIN_TO(trial -> {
            List<Message> target = trial.taken;
            trial.channel.receiver().drainTo(target, 2);
            return List.of();
        }),
        SELECT_RECEIVE(trial -> Select.<List<Message>>fair()
                .receive(trial.channel.receiver(), List::of)
                .timeout(MOMENT, List::of)
                .run()),
        CLOSE(trial -> {
            trial.channel.close();
            return List.of();
        }),
        CLOSE_SENDER(trial -> {
            trial.channel.sender().close();
            return List.of();
        }),
        CLOSE_RECEIVER(trial -> {
            trial.channel.receiver().close();
            return List.of();
        }),
        CANCEL(trial -> {
            trial.channel.cancel();
            return List.of();
        }),
        DUPLICATE(trial -> {
            trial.channel.sender().duplicate().close();
            trial.channel.receiver().duplicate().close();
            return List.of();
        });

        final Doing doing;

        Operation(Doing doing) {
            this.doing = doing;
        }
    }

    private interface Doing {
        Collection<Message> take(Trial trial) throws InterruptedException;
    }

    /** One operation on one channel. */
    private static final class Trial {
        final List<Message> taken = new ArrayList<>();
        final List<Message> undelivered = new ArrayList<>();
        final Channel<Message> channel;
        final List<Party> parties = new ArrayList<>();

        Trial(Kind kind, Situation situation) {
            channel = kind.builder.get().onUndelivered(undelivered::add).build();
            situation.arise(this);
        }

        /** Somebody who waited before; it is told once. */
        private final class Party {
            int told;
            PendingReceive<Message> receive;

            void wake() {
                told++;
            }

            void message(Message message, Throwable end) {
                told++;
                if (message != null) {
                    taken.add(message);
                }
            }
        }

        void receiverWaits() {
            for (int i = 0; i < 2; i++) {
                Party future = new Party();
                CompletableFuture<Message> receive = channel.receiver().receiveAsync();
                receive.whenComplete(future::message);
                Party waker = new Party();
                waker.receive = channel.receiver().receive(waker::wake);
                Party select = new Party();
                Select.<Message>fair()
                        .receive(channel.receiver(), message -> message)
                        .runAsync()
                        .whenComplete(select::message);
                parties.addAll(List.of(future, waker, select));
            }
        }

        void senderWaits() {
            for (int i = 0; i < 2 && channel.receiver().isFull(); i++) {
                CompletableFuture<Void> send = channel.sender().sendAsync(new Message());
                if (send.isDone()) {
                    return; // this channel drops instead
                }
                Party future = new Party();
                send.whenComplete((sent, end) -> future.wake());
                Party waker = new Party();
                channel.sender().send(new Message(), waker::wake);
                Party select = new Party();
                Select.<Boolean>fair()
                        .send(channel.sender(), new Message(), () -> true)
                        .runAsync()
                        .whenComplete((sent, end) -> select.wake());
                parties.addAll(List.of(future, waker, select));
            }
        }

        List<Message> send(Sending sending) throws InterruptedException {
            Message message = new Message();
            if (sending.send(message) != SendResult.SENT) {
                message.note(Message.Fact.REFUSED);
            }
            return List.of();
        }

        private interface Sending {
            SendResult send(Message message) throws InterruptedException;
        }

        List<Message> future(CompletableFuture<?> future) {
            future.cancel(false);
            return List.of();
        }

        <R> Collection<Message> received(CompletableFuture<R> future, Function<R, Collection<Message>> messages) {
            return future.cancel(false) || future.isCompletedExceptionally()
                    ? List.of()
                    : messages.apply(future.join());
        }

        List<Message> withdrawn(PendingReceive<Message> pending) {
            return pending.cancel() ? List.of() : message(pending.result());
        }

        static List<Message> message(ReceiveResult<Message> result) {
            return result.isReceived() ? List.of(result.get()) : List.of();
        }

        /** Makes an allocation fail; false: there was none to fail. */
        boolean run(Operation operation, int failing) throws InterruptedException {
            boolean failed;
            Allocation.failAt(failing);
            try {
                taken.addAll(operation.doing.take(this));
            } catch (OutOfMemoryError | DisconnectedException | IllegalStateException ended) {
                // whatever it says, the channel has to be as it must
            } finally {
                failed = Allocation.disarm();
            }
            return failed;
        }

        void check() {
            Inside.checkInvariants(channel);
            ChannelStats stats = channel.stats();
            long inLine = stats.waitingSenders() + stats.waitingReceivers();
            long untold = parties.stream().filter(party -> party.told == 0).count();
            if (untold > inLine) {
                throw new AssertionError(untold + " were not told, in line are " + inLine);
            }
            channel.cancel();
            for (Party party : parties) {
                if (party.told != 1) {
                    throw new AssertionError("told so many times: " + party.told);
                }
                if (party.receive != null) {
                    taken.addAll(message(party.receive.result()));
                }
            }
            ChannelStats end = channel.stats();
            for (Message message : taken) {
                message.note(Message.Fact.RECEIVED);
            }
            for (Message message : undelivered) {
                message.note(Message.Fact.RECEIVED);
            }
            if (end.sent() != taken.size() + undelivered.size()) {
                throw new AssertionError(
                        "received " + taken.size() + ", undelivered " + undelivered.size() + " of " + end);
            }
            Inside.checkInvariants(channel);
        }
    }

    @Override
    public List<String> call() throws InterruptedException {
        Thread thread = Thread.currentThread();
        UncaughtExceptionHandler before = thread.getUncaughtExceptionHandler();
        thread.setUncaughtExceptionHandler((same, injected) -> {});
        try {
            return failEverywhere();
        } finally {
            thread.setUncaughtExceptionHandler(before);
        }
    }

    private static List<String> failEverywhere() throws InterruptedException {
        List<String> results = new ArrayList<>();
        int injected = 0;
        for (Kind kind : Kind.values()) {
            for (Situation situation : Situation.values()) {
                for (Operation operation : Operation.values()) {
                    new Trial(kind, situation).run(operation, NEVER); // loads and initialises classes
                    boolean more = true;
                    for (int failing = 1; more; failing++) {
                        Trial trial = new Trial(kind, situation);
                        more = trial.run(operation, failing);
                        injected += more ? 1 : 0;
                        try {
                            trial.check();
                        } catch (AssertionError | RuntimeException wrong) {
                            results.add(List.of(kind, situation, operation) + ", allocation " + failing + ": " + wrong);
                        }
                    }
                }
            }
        }
        results.add(0, String.valueOf(injected));
        return results;
    }
}
