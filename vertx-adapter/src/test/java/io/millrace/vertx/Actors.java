package io.millrace.vertx;

import static java.util.concurrent.TimeUnit.MICROSECONDS;

import io.millrace.DisconnectedException;
import io.millrace.Receiver;
import io.millrace.SendResult;
import io.millrace.Sender;
import io.millrace.vertx.Ledger.Fact;
import io.millrace.vertx.Ledger.Message;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.ThreadingModel;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicBoolean;

/** Senders and receivers of random kinds, for soaks. Each goes on until its handle or its channel ends. */
final class Actors {
    private final Vertx vertx;
    private final VertxChannel<Message> channel;
    private final Ledger ledger;

    Actors(Vertx vertx, VertxChannel<Message> channel, Ledger ledger) {
        this.vertx = vertx;
        this.channel = channel;
        this.ledger = ledger;
    }

    /** Begins to receive on the current context, in a way that the random number chooses. */
    void receive(ThreadingModel model, SplittableRandom random) {
        VertxReceiver<Message> receiver = channel.receiver();
        receiver.exceptionHandler(ended -> {});
        switch (random.nextInt(model == ThreadingModel.VIRTUAL_THREAD ? 7 : 6)) {
            case 0 -> receiver.handler(ledger::handled);
            case 1 -> receiveSingly(receiver);
            case 2 -> receiveInTime(receiver, Duration.ofNanos(random.nextLong(2_000_000)));
            case 3 -> receiveMany(receiver, random.nextInt(1, 6));
            case 4 -> process(receiver, random.nextInt(1, 5));
            case 5 -> receivePausing(receiver);
            default -> onContext(() -> awaitReceives(receiver));
        }
    }

    /** Begins to send on the current context, in a way that the random number chooses. */
    void send(ThreadingModel model, SplittableRandom random) {
        VertxSender<Message> sender = channel.sender();
        switch (random.nextInt(model == ThreadingModel.VIRTUAL_THREAD ? 5 : 4)) {
            case 0 -> sendSingly(sender);
            case 1 -> sendInTime(sender, Duration.ofNanos(random.nextLong(2_000_000)));
            case 2 -> write(sender.setWriteQueueMaxSize(4));
            case 3 -> trySend(sender);
            default -> onContext(() -> awaitSends(sender));
        }
    }

    private static void onContext(Runnable action) {
        Context context = Vertx.currentContext();
        context.runOnContext(now -> action.run());
    }

    /**
     * Goes on behind a timer: a context that feeds itself by {@code runOnContext} keeps its event loop from the sockets, and
     * on virtual threads the JDK's scheduler from everything that other threads submit.
     */
    private void later(Runnable action) {
        vertx.timer(1, MICROSECONDS).onSuccess(fired -> action.run());
    }

    private void receiveSingly(VertxReceiver<Message> receiver) {
        if (!receiver.receiver().isClosed()) {
            ledger.receiving(receiver.receive()).onSuccess(message -> receiveSingly(receiver));
        }
    }

    private void receiveInTime(VertxReceiver<Message> receiver, Duration timeout) {
        if (!receiver.receiver().isClosed() && !receiver.receiver().isTerminated()) {
            ledger.receiving(receiver.receive(timeout))
                    .onComplete(done -> later(() -> receiveInTime(receiver, timeout)));
        }
    }

    private void receiveMany(VertxReceiver<Message> receiver, int max) {
        if (!receiver.receiver().isClosed()) {
            ledger.receiving(receiver.receiveMany(max), messages -> messages)
                    .onSuccess(messages -> receiveMany(receiver, max));
        }
    }

    private void process(VertxReceiver<Message> receiver, int concurrency) {
        receiver.process(concurrency, message -> {
            ledger.handled(message);
            Promise<Void> done = Promise.promise();
            vertx.timer(1, MICROSECONDS).onComplete(fired -> done.complete());
            return done.future();
        });
    }

    private void receivePausing(VertxReceiver<Message> receiver) {
        receiver.handler(message -> {
            ledger.handled(message);
            receiver.pause();
            vertx.timer(1, MICROSECONDS).onComplete(fired -> receiver.fetch(3));
        });
    }

    private void awaitReceives(VertxReceiver<Message> receiver) {
        while (!receiver.receiver().isClosed()) {
            Future<Message> next = ledger.receiving(receiver.receive());
            if (!awaited(next)) {
                return; // the ledger has heard of the failure
            }
        }
    }

    private void sendSingly(VertxSender<Message> sender) {
        ledger.sending(sender::send).onSuccess(sent -> sendSingly(sender));
    }

    private void sendInTime(VertxSender<Message> sender, Duration timeout) {
        if (!sender.sender().isClosed() && !sender.sender().isDisconnected()) {
            ledger.sending(message -> sender.send(message, timeout))
                    .onComplete(sent -> later(() -> sendInTime(sender, timeout)));
        }
    }

    private void write(VertxSender<Message> sender) {
        for (int i = 0; i < 8 && !sender.writeQueueFull(); i++) {
            if (sender.sender().isClosed() || sender.sender().isDisconnected()) {
                return;
            }
            ledger.sending(sender::write);
        }
        AtomicBoolean first = new AtomicBoolean(true); // it is kept, and may be told more than once
        sender.drainHandler(drained -> {
            if (first.getAndSet(false)) {
                later(() -> write(sender));
            }
        });
    }

    private void trySend(VertxSender<Message> sender) {
        ledger.sending(sender::send).onSuccess(sent -> {
            for (int i = 0; i < 3; i++) {
                Message message = ledger.message();
                try {
                    boolean accepted = sender.trySend(message) == SendResult.SENT;
                    ledger.note(message, accepted ? Fact.ACCEPTED : Fact.REFUSED);
                } catch (IllegalStateException closed) {
                    ledger.note(message, Fact.REFUSED);
                }
            }
            trySend(sender);
        });
    }

    private void awaitSends(VertxSender<Message> sender) {
        boolean sent = true;
        while (sent) {
            sent = awaited(ledger.sending(sender::send));
            Thread.yield(); // who never waits must not keep a carrier from the others
        }
    }

    /** Whether it succeeded; an undeploy interrupts who awaits. */
    private static boolean awaited(Future<?> future) {
        try {
            future.await();
            return true;
        } catch (Throwable ended) {
            return false;
        }
    }

    /** Receives with the core's blocking call until the channel ends; to be run by a thread that may wait. */
    static void receiveBlocking(Receiver<Message> receiver, Ledger ledger) {
        try {
            while (true) {
                ledger.handled(receiver.receive());
            }
        } catch (DisconnectedException ended) {
            return;
        } catch (InterruptedException failure) {
            throw new AssertionError(failure);
        }
    }

    /** Sends with the core's blocking call until the channel ends; to be run by a thread that may wait. */
    static void sendBlocking(Sender<Message> sender, Ledger ledger) {
        while (true) {
            Message message = ledger.message();
            try {
                sender.send(message);
                ledger.note(message, Fact.ACCEPTED);
            } catch (DisconnectedException ended) {
                ledger.note(message, Fact.REFUSED);
                return;
            } catch (InterruptedException failure) {
                throw new AssertionError(failure);
            }
        }
    }
}
