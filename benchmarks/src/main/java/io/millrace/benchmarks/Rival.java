package io.millrace.benchmarks;

import io.millrace.Channel;
import io.millrace.Receiver;
import io.millrace.Sender;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/** What is measured, Millrace among its peers: a place with a bound that messages go into and come out of. */
public enum Rival {
    MILLRACE {
        @Override
        Exchange open(int capacity) {
            Channel<Object> channel = Channel.bounded(capacity);
            Sender<Object> sender = channel.sender();
            Receiver<Object> receiver = channel.receiver();
            return new Exchange() {
                @Override
                public void send(Object message) throws InterruptedException {
                    sender.send(message);
                }

                @Override
                public Object receive() throws InterruptedException {
                    return receiver.receive();
                }
            };
        }
    },
    ARRAY_BLOCKING_QUEUE {
        @Override
        Exchange open(int capacity) {
            return over(new ArrayBlockingQueue<>(capacity));
        }
    },
    LINKED_BLOCKING_QUEUE {
        @Override
        Exchange open(int capacity) {
            return over(new LinkedBlockingQueue<>(capacity));
        }
    };

    /** Both operations wait where they must. */
    interface Exchange {
        void send(Object message) throws InterruptedException;

        Object receive() throws InterruptedException;
    }

    abstract Exchange open(int capacity);

    private static Exchange over(BlockingQueue<Object> queue) {
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
}
