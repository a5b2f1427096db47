package io.millrace.benchmarks.suite;

import com.conversantmedia.util.concurrent.DisruptorBlockingQueue;
import io.millrace.benchmarks.suite.Cell.Capacity;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.LinkedTransferQueue;
import java.util.concurrent.SynchronousQueue;
import java.util.function.Predicate;

/** The rivals that are a {@link BlockingQueue}: {@code put} and {@code take}. */
public abstract class BlockingQueueRival extends ThreadRival {
    BlockingQueueRival(String title, Predicate<Capacity> has) {
        super(title, has);
    }

    abstract BlockingQueue<Object> newQueue(Capacity capacity);

    @Override
    public final Exchange open(Capacity capacity) {
        BlockingQueue<Object> queue = newQueue(capacity);
        return new Exchange() {
            @Override
            public void send(Object message) throws InterruptedException {
                queue.put(message);
            }

            @Override
            public Object receive() throws InterruptedException {
                return queue.take();
            }
        };
    }

    /** {@link ArrayBlockingQueue}. */
    public static final class OfArray extends BlockingQueueRival {
        /** Opens nothing yet. */
        public OfArray() {
            super("ArrayBlockingQueue", capacity -> capacity != Capacity.ZERO && capacity != Capacity.UNBOUNDED);
        }

        @Override
        BlockingQueue<Object> newQueue(Capacity capacity) {
            return new ArrayBlockingQueue<>(capacity.bound());
        }
    }

    /** {@link LinkedBlockingQueue}. */
    public static final class OfLinks extends BlockingQueueRival {
        /** Opens nothing yet. */
        public OfLinks() {
            super("LinkedBlockingQueue", capacity -> capacity != Capacity.ZERO);
        }

        @Override
        BlockingQueue<Object> newQueue(Capacity capacity) {
            return capacity == Capacity.UNBOUNDED
                    ? new LinkedBlockingQueue<>()
                    : new LinkedBlockingQueue<>(capacity.bound());
        }
    }

    /** {@link SynchronousQueue}. */
    public static final class Synchronous extends BlockingQueueRival {
        /** Opens nothing yet. */
        public Synchronous() {
            super("SynchronousQueue", capacity -> capacity == Capacity.ZERO);
        }

        @Override
        BlockingQueue<Object> newQueue(Capacity capacity) {
            return new SynchronousQueue<>();
        }
    }

    /** {@link DisruptorBlockingQueue}, whose capacities are powers of two. */
    public static final class Conversant extends BlockingQueueRival {
        /** Opens nothing yet. */
        public Conversant() {
            super("Conversant Disruptor", capacity -> capacity == Capacity.FEW || capacity == Capacity.ALL);
        }

        @Override
        BlockingQueue<Object> newQueue(Capacity capacity) {
            return new DisruptorBlockingQueue<>(capacity.bound());
        }
    }

    /** {@link LinkedTransferQueue}: unbounded by {@code put}, a rendezvous by {@code transfer}. */
    public static final class Transfer extends ThreadRival {
        /** Opens nothing yet. */
        public Transfer() {
            super("LinkedTransferQueue", capacity -> capacity == Capacity.ZERO || capacity == Capacity.UNBOUNDED);
        }

        @Override
        public Exchange open(Capacity capacity) {
            LinkedTransferQueue<Object> queue = new LinkedTransferQueue<>();
            boolean rendezvous = capacity == Capacity.ZERO;
            return new Exchange() {
                @Override
                public void send(Object message) throws InterruptedException {
                    if (rendezvous) {
                        queue.transfer(message);
                    } else {
                        queue.put(message);
                    }
                }

                @Override
                public Object receive() throws InterruptedException {
                    return queue.take();
                }
            };
        }
    }
}
