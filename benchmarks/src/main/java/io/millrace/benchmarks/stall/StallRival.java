package io.millrace.benchmarks.stall;

import io.millrace.Channel;
import io.millrace.Receiver;
import io.millrace.Sender;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.LinkedTransferQueue;
import org.jctools.queues.MpmcArrayQueue;

/** Something that threads put messages into and take messages out of, without waiting. */
enum StallRival {
    MILLRACE("millrace") {
        @Override
        TryExchange open() {
            return new MillraceExchange();
        }
    },
    TRANSFER("LinkedTransferQueue") {
        @Override
        TryExchange open() {
            return new QueueExchange(new LinkedTransferQueue<>());
        }
    },
    JCTOOLS("JCTools array") {
        @Override
        TryExchange open() {
            return new QueueExchange(new MpmcArrayQueue<>(CAPACITY));
        }
    },
    LINKED("LinkedBlockingQueue") {
        @Override
        TryExchange open() {
            return new QueueExchange(new LinkedBlockingQueue<>(CAPACITY));
        }
    },
    ARRAY("ArrayBlockingQueue") {
        @Override
        TryExchange open() {
            return new QueueExchange(new ArrayBlockingQueue<>(CAPACITY));
        }
    },
    /** Nothing at all, beside threads that use a channel: what the clock and the scheduler add to the others. */
    NOTHING("an empty call") {
        @Override
        TryExchange open() {
            return new NoExchange();
        }
    };

    /** The bound of those that have one; it is never met. */
    static final int CAPACITY = 1024;

    final String title;

    StallRival(String title) {
        this.title = title;
    }

    /** A new exchange. */
    abstract TryExchange open();

    /** The one of this title. */
    static StallRival titled(String title) {
        return Arrays.stream(values())
                .filter(rival -> rival.title.equals(title))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no such rival: " + title + ", known: " + titles()));
    }

    /** The titles of all. */
    static List<String> titles() {
        return Arrays.stream(values()).map(rival -> rival.title).toList();
    }

    /** A place that messages go into and come out of; neither operation waits. */
    interface TryExchange {
        /** Puts a message in, if there is room. */
        boolean trySend(Object message);

        /** Takes a message out, if there is one. */
        boolean tryReceive();

        /** What the busy threads use: this, unless it is nothing. */
        default TryExchange ofBusyThreads() {
            return this;
        }
    }

    private static final class MillraceExchange implements TryExchange {
        private final Channel<Object> channel = Channel.bounded(CAPACITY);
        private final Sender<Object> sender = channel.sender();
        private final Receiver<Object> receiver = channel.receiver();

        @Override
        public boolean trySend(Object message) {
            return sender.trySend(message).isSent();
        }

        @Override
        public boolean tryReceive() {
            return receiver.tryReceive().isReceived();
        }
    }

    private static final class QueueExchange implements TryExchange {
        private final Queue<Object> queue;

        QueueExchange(Queue<Object> queue) {
            this.queue = queue;
        }

        @Override
        public boolean trySend(Object message) {
            return queue.offer(message);
        }

        @Override
        public boolean tryReceive() {
            return queue.poll() != null;
        }
    }

    private static final class NoExchange implements TryExchange {
        private final TryExchange busy = MILLRACE.open();

        @Override
        public boolean trySend(Object message) {
            return true;
        }

        @Override
        public boolean tryReceive() {
            return true;
        }

        @Override
        public TryExchange ofBusyThreads() {
            return busy;
        }
    }
}
