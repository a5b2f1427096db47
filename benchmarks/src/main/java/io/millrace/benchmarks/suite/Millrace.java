package io.millrace.benchmarks.suite;

import io.millrace.Channel;
import io.millrace.Receiver;
import io.millrace.Sender;
import io.millrace.benchmarks.suite.Cell.Capacity;

/** The channel of this project. */
public final class Millrace extends ThreadRival {
    /** Its title. */
    public static final String TITLE = "millrace";

    /** Opens nothing yet. */
    public Millrace() {
        super(TITLE, capacity -> true);
    }

    @Override
    public Exchange open(Capacity capacity) {
        Channel<Object> channel =
                capacity == Capacity.UNBOUNDED ? Channel.unbounded() : Channel.bounded(capacity.bound());
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
}
