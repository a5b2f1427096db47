package io.millrace.benchmarks.vertx;

import io.millrace.Sender;
import io.millrace.vertx.ChannelOptions;
import io.millrace.vertx.VertxChannel;
import io.millrace.vertx.VertxSender;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;

/** A way from one sender to one event loop. */
interface OneWay {
    /** Of those that accept everything at once, and those that wait for it. */
    Future<Void> ACCEPTED = Future.succeededFuture();

    /** Lets a handler have the messages. Called on the event loop that receives, before anything else. */
    void receive(Handler<Integer> handler);

    /** Makes ready to send. Called on the thread or the event loop that sends, before the first message. */
    default void beginSending() {}

    /**
     * Sends a message. Called on the thread or the event loop that sends.
     *
     * @return a future that ends when the message was accepted, and more may be sent
     */
    Future<Void> send(Integer message) throws InterruptedException;

    /** A channel of Millrace: the thread sends with the core's handle, the event loop receives with the adapter's. */
    final class ByChannel implements OneWay {
        private final VertxChannel<Integer> channel;
        private final Sender<Integer> sender;

        ByChannel(Vertx vertx, Trip trip) {
            ChannelOptions options = trip == Trip.THREAD_TO_LOOP_BOUNDED
                    ? new ChannelOptions().setCapacity(Trip.BOUND)
                    : new ChannelOptions().setUnbounded(true);
            channel = VertxChannel.create(vertx, options);
            sender = channel.channel().sender();
        }

        @Override
        public void receive(Handler<Integer> handler) {
            channel.receiver().handler(handler);
        }

        @Override
        public Future<Void> send(Integer message) throws InterruptedException {
            sender.send(message);
            return ACCEPTED;
        }
    }

    /** A channel of Millrace with a handle of the adapter at either end. */
    final class ByVertxChannel implements OneWay {
        private final VertxChannel<Integer> channel;
        private VertxSender<Integer> sender;

        ByVertxChannel(Vertx vertx) {
            channel = VertxChannel.create(vertx, new ChannelOptions().setUnbounded(true));
        }

        @Override
        public void receive(Handler<Integer> handler) {
            channel.receiver().handler(handler);
        }

        @Override
        public void beginSending() {
            sender = channel.sender();
        }

        @Override
        public Future<Void> send(Integer message) {
            return sender.send(message);
        }
    }

    /** {@code send} of the event bus to a local consumer. */
    final class ByEventBus implements OneWay {
        private static final String ADDRESS = "messages";

        private final Vertx vertx;

        ByEventBus(Vertx vertx) {
            this.vertx = vertx;
        }

        @Override
        public void receive(Handler<Integer> handler) {
            vertx.eventBus().<Integer>localConsumer(ADDRESS, message -> handler.handle(message.body()));
        }

        @Override
        public Future<Void> send(Integer message) {
            vertx.eventBus().send(ADDRESS, message);
            return ACCEPTED;
        }
    }

    /** {@link Context#runOnContext} for each message. */
    final class ByRunOnContext implements OneWay {
        private Context receiving;
        private Handler<Integer> handler;

        @Override
        public void receive(Handler<Integer> newHandler) {
            receiving = Vertx.currentContext();
            handler = newHandler;
        }

        @Override
        public Future<Void> send(Integer message) {
            receiving.runOnContext(run -> handler.handle(message));
            return ACCEPTED;
        }
    }

    /** A queue that {@link Context#runOnContext} empties, scheduled by who finds nothing scheduled. */
    final class ByQueue implements OneWay {
        private static final int BATCH = 128;

        private final BlockingQueue<Integer> queue;
        private final AtomicBoolean scheduled = new AtomicBoolean();
        private final Handler<Void> drain = run -> drain();
        private Context receiving;
        private Handler<Integer> handler;

        ByQueue(Trip trip) {
            queue = trip == Trip.THREAD_TO_LOOP_BOUNDED
                    ? new LinkedBlockingQueue<>(Trip.BOUND)
                    : new LinkedBlockingQueue<>();
        }

        @Override
        public void receive(Handler<Integer> newHandler) {
            receiving = Vertx.currentContext();
            handler = newHandler;
        }

        @Override
        public Future<Void> send(Integer message) throws InterruptedException {
            queue.put(message);
            schedule();
            return ACCEPTED;
        }

        private void schedule() {
            if (scheduled.compareAndSet(false, true)) {
                receiving.runOnContext(drain);
            }
        }

        private void drain() {
            scheduled.set(false);
            for (int i = 0; i < BATCH; i++) {
                Integer message = queue.poll();
                if (message == null) {
                    return;
                }
                handler.handle(message);
            }
            schedule();
        }
    }
}
