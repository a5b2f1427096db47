package io.millrace;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;

/** The ways of waiting that the channel offers. Starting an operation does not wait until it is in line. */
enum WaitStyle {
    THREAD {
        @Override
        Operation send(Actors actors, Sender<String> sender, String message) {
            return thread(actors, () -> sendOn(sender, message));
        }

        @Override
        Operation receive(Actors actors, Receiver<String> receiver) {
            return thread(actors, () -> Outcome.received(receiver.receive()));
        }
    },
    /** A thread with the longest duration there is, which must mean "for ever". */
    TIMED_THREAD {
        @Override
        Operation send(Actors actors, Sender<String> sender, String message) {
            return thread(actors, () -> Outcome.of(sender.trySend(message, FOR_EVER)));
        }

        @Override
        Operation receive(Actors actors, Receiver<String> receiver) {
            return thread(actors, () -> Outcome.of(receiver.tryReceive(FOR_EVER)));
        }
    },
    /** A thread with the last instant there is, which must mean "for ever". */
    DEADLINE_THREAD {
        @Override
        Operation send(Actors actors, Sender<String> sender, String message) {
            return thread(actors, () -> Outcome.of(sender.trySend(message, Instant.MAX)));
        }

        @Override
        Operation receive(Actors actors, Receiver<String> receiver) {
            return thread(actors, () -> Outcome.of(receiver.tryReceive(Instant.MAX)));
        }
    },
    VIRTUAL_THREAD {
        @Override
        Operation send(Actors actors, Sender<String> sender, String message) {
            return new ThreadOperation(actors::startVirtual, () -> sendOn(sender, message));
        }

        @Override
        Operation receive(Actors actors, Receiver<String> receiver) {
            return new ThreadOperation(actors::startVirtual, () -> Outcome.received(receiver.receive()));
        }
    },
    FUTURE {
        @Override
        Operation send(Actors actors, Sender<String> sender, String message) {
            return new FutureOperation<>(sender.sendAsync(message), sent -> Outcome.SENT);
        }

        @Override
        Operation receive(Actors actors, Receiver<String> receiver) {
            return new FutureOperation<>(receiver.receiveAsync(), Outcome::received);
        }
    },
    WAKER {
        @Override
        Operation send(Actors actors, Sender<String> sender, String message) {
            return new WakerOperation<>(waker -> sender.send(message, waker), pending -> Outcome.of(pending.result()));
        }

        @Override
        Operation receive(Actors actors, Receiver<String> receiver) {
            return new WakerOperation<>(receiver::receive, pending -> Outcome.of(pending.result()));
        }
    };

    static final Duration FOR_EVER = Duration.ofSeconds(Long.MAX_VALUE, 999_999_999);

    abstract Operation send(Actors actors, Sender<String> sender, String message);

    abstract Operation receive(Actors actors, Receiver<String> receiver);

    boolean isThread() {
        return this != FUTURE && this != WAKER;
    }

    /** The ways that this JVM has. */
    static List<WaitStyle> available() {
        return Stream.of(values())
                .filter(style -> style != VIRTUAL_THREAD || Actors.hasVirtualThreads())
                .toList();
    }

    private static Operation thread(Actors actors, ThreadOperation.Call call) {
        return new ThreadOperation(script -> actors.start("waiting", script), call);
    }

    private static Outcome sendOn(Sender<String> sender, String message) throws InterruptedException {
        sender.send(message);
        return Outcome.SENT;
    }
}
