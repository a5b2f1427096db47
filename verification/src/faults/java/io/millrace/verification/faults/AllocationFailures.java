package io.millrace.verification.faults;

import io.millrace.Channel;
import io.millrace.ChannelStats;
import io.millrace.DisconnectedException;
import io.millrace.Overflow;
import io.millrace.ReceiveResult;
import io.millrace.Select;
import io.millrace.SendResult;
import io.millrace.spi.ChannelProbe;
import io.millrace.spi.PendingReceive;
import io.millrace.spi.WaitListener;
import java.lang.Thread.UncaughtExceptionHandler;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Every operation, on every kind of channel in every situation and place, once for each of its allocations, which fails. To be
 * run in an {@link AllocationLoader}. The result is the number of failures that were injected, followed by what went wrong.
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
        FORCED_MESSAGES_WAIT {
            @Override
            void arise(Trial trial) {
                SENDERS_WAIT.arise(trial);
                for (int i = 0; i < 2; i++) {
                    trial.force();
                }
            }
        },
        LISTENED_TO {
            @Override
            void arise(Trial trial) {
                ChannelProbe probe = trial.channel.probe();
                probe.addProgressListener(told -> {});
                probe.addWaitListener(new WaitListener() {
                    @Override
                    public void sendWaited(long nanos) {}

                    @Override
                    public void receiveWaited(long nanos) {}
                });
                RECEIVERS_WAIT.arise(trial);
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

    /** Where it is done. */
    private enum Place {
        THIS_THREAD {
            @Override
            void run(Runnable action) {
                action.run();
            }
        },
        /** It has resumed nobody before. */
        NEW_THREAD {
            @Override
            void run(Runnable action) {
                Thread thread = new Thread(action);
                thread.setUncaughtExceptionHandler((same, injected) -> {});
                thread.start();
                try {
                    thread.join();
                } catch (InterruptedException unexpected) {
                    throw new AssertionError(unexpected);
                }
            }
        },
        /** Inside so many wakers that what comes next is put off. */
        DEEP_INSIDE {
            @Override
            void run(Runnable action) {
                inside(16, action);
            }

            private void inside(int wakers, Runnable action) {
                if (wakers == 0) {
                    action.run();
                    return;
                }
                Channel<Integer> steps = Channel.rendezvous();
                steps.receiver().receive(() -> inside(wakers - 1, action));
                steps.sender().trySend(wakers);
            }
        };

        abstract void run(Runnable action);
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
            trial.force();
            return List.of();
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
            return trial.withdrawn(pending);
        }),
        PUT_BACK(trial -> {
            PendingReceive<Message> pending = trial.channel.receiver().receive(() -> {});
            if (pending.isDone() && Trial.result(pending).isReceived()) {
                pending.putBack();
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
        SELECT_RECEIVE_ASYNC(trial -> trial.received(
                Select.<List<Message>>fair()
                        .receive(trial.channel.receiver(), List::of)
                        .timeout(Duration.ofHours(1), List::of)
                        .runAsync(),
                messages -> messages)),
        ITERATE(trial -> {
            for (Message message : trial.channel.receiver().available()) {
                trial.taken.add(message);
            }
            return List.of();
        }),
        SUBSCRIBE(trial -> {
            Taker taker = new Taker(trial.taken);
            trial.channel.receiver().publisher().subscribe(taker);
            taker.cancel();
            return List.of();
        }),
        CLOSE_WITH_CAUSE(trial -> {
            trial.channel.close(new IllegalStateException("the end"));
            return List.of();
        }),
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

    /** A subscriber of two messages. */
    private static final class Taker implements Flow.Subscriber<Message> {
        private final List<Message> taken;
        private Flow.Subscription subscription;

        Taker(List<Message> taken) {
            this.taken = taken;
        }

        void cancel() {
            subscription.cancel();
        }

        @Override
        public void onSubscribe(Flow.Subscription started) {
            subscription = started;
            started.request(2);
        }

        @Override
        public void onNext(Message message) {
            taken.add(message);
        }

        @Override
        public void onError(Throwable failure) {}

        @Override
        public void onComplete() {}
    }

    /** One operation on one channel. */
    private static final class Trial {
        final List<Message> taken = new ArrayList<>();
        final List<Message> undelivered = new ArrayList<>();
        final Channel<Message> channel;
        final List<Party> parties = new ArrayList<>();
        private final ChannelStats before;
        private final int othersInLine;
        private int endsTold;
        private boolean failed;
        private boolean threw;

        Trial(Kind kind, Situation situation) {
            channel = kind.builder.get().onUndelivered(undelivered::add).build();
            channel.disconnected().whenComplete((ended, cause) -> endsTold++);
            situation.arise(this);
            before = channel.stats();
            othersInLine = inLine(before) - untold();
        }

        void force() {
            Message message = new Message();
            Message displaced = channel.sender().forceSend(message);
            if (displaced != null && displaced != message) {
                taken.add(displaced);
            }
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
            return pending.cancel() ? List.of() : message(result(pending));
        }

        static ReceiveResult<Message> result(PendingReceive<Message> pending) {
            try {
                return pending.result();
            } catch (OutOfMemoryError askAgain) { // the message stays in the operation
                return pending.result();
            }
        }

        static List<Message> message(ReceiveResult<Message> result) {
            return result.isReceived() ? List.of(result.get()) : List.of();
        }

        /** Makes an allocation fail; false: there was none to fail. */
        boolean run(Place place, Operation operation, int failing) {
            place.run(() -> run(operation, failing));
            return failed;
        }

        private void run(Operation operation, int failing) {
            Allocation.failAt(failing);
            try {
                taken.addAll(operation.doing.take(this));
            } catch (OutOfMemoryError injected) {
                threw = true;
            } catch (DisconnectedException | IllegalStateException ended) {
                // whatever it says, the channel has to be as it must
            } catch (InterruptedException unexpected) {
                throw new AssertionError(unexpected);
            } finally {
                failed = Allocation.disarm();
            }
        }

        private int untold() {
            return (int) parties.stream().filter(party -> party.told == 0).count();
        }

        private static int inLine(ChannelStats stats) {
            return stats.waitingSenders() + stats.waitingReceivers();
        }

        void check() {
            Inside.checkInvariants(channel);
            ChannelStats stats = channel.stats();
            int untold = untold();
            if (untold > inLine(stats)) {
                throw new AssertionError(untold + " were not told, in line are " + inLine(stats));
            }
            if (threw && inLine(stats) - untold > othersInLine) {
                throw new AssertionError("it failed, and stands in line: " + stats);
            }
            if (stats.senders() > before.senders() || stats.receivers() > before.receivers()) {
                throw new AssertionError("a handle stays open: " + stats);
            }
            if (endsTold != (stats.disconnected() ? 1 : 0)) {
                throw new AssertionError("told of the end so many times: " + endsTold + ", " + stats);
            }
            channel.cancel();
            if (endsTold != 1) {
                throw new AssertionError("told of the end so many times: " + endsTold);
            }
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
    public List<String> call() {
        Thread thread = Thread.currentThread();
        UncaughtExceptionHandler before = thread.getUncaughtExceptionHandler();
        thread.setUncaughtExceptionHandler((same, injected) -> {});
        try {
            return failEverywhere();
        } finally {
            thread.setUncaughtExceptionHandler(before);
        }
    }

    private static List<String> failEverywhere() {
        List<String> results = new ArrayList<>();
        int injected = 0;
        for (Kind kind : Kind.values()) {
            for (Situation situation : Situation.values()) {
                for (Operation operation : Operation.values()) {
                    for (Place place : Place.values()) {
                        new Trial(kind, situation).run(place, operation, NEVER); // loads and initialises classes
                        boolean more = true;
                        for (int failing = 1; more; failing++) {
                            Trial trial = new Trial(kind, situation);
                            more = trial.run(place, operation, failing);
                            injected += more ? 1 : 0;
                            try {
                                trial.check();
                            } catch (AssertionError | RuntimeException wrong) {
                                results.add(List.of(kind, situation, operation, place) + ", allocation " + failing
                                        + ": " + wrong);
                            }
                        }
                    }
                }
            }
        }
        results.add(0, String.valueOf(injected));
        return results;
    }
}
