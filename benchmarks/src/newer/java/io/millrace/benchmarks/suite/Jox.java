package io.millrace.benchmarks.suite;

import com.softwaremill.jox.Channel;
import io.millrace.benchmarks.suite.Cell.Capacity;

/** The channels of jox, which need JDK 21. */
public final class Jox extends ThreadRival {
    /** Opens nothing yet. */
    public Jox() {
        super("jox", capacity -> true);
    }

    @Override
    public Exchange open(Capacity capacity) {
        Channel<Object> channel =
                switch (capacity) {
                    case ZERO -> Channel.newRendezvousChannel();
                    case UNBOUNDED -> Channel.newUnlimitedChannel();
                    default -> Channel.newBufferedChannel(capacity.bound());
                };
        return new Exchange() {
            @Override
            public void send(Object message) throws InterruptedException {
                channel.send(message);
            }

            @Override
            public Object receive() throws InterruptedException {
                return channel.receive();
            }
        };
    }
}
