package io.millrace;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Flow;
import org.reactivestreams.tck.TestEnvironment;
import org.reactivestreams.tck.flow.FlowPublisherVerification;

/** The Reactive Streams TCK on {@link Receiver#publisher}. */
public class PublisherTckTest extends FlowPublisherVerification<Long> {
    private static final long WAIT_MILLIS = 1_000;
    private static final long WAIT_FOR_NOTHING_MILLIS = 50;

    /** Held, because a sender that nobody holds ends its channel. */
    private final List<Channel<Long>> open = new CopyOnWriteArrayList<>();

    public PublisherTckTest() {
        super(new TestEnvironment(WAIT_MILLIS, WAIT_FOR_NOTHING_MILLIS));
    }

    @Override
    public Flow.Publisher<Long> createFlowPublisher(long elements) {
        Channel<Long> channel = Channel.unbounded();
        // a stream as long as the largest demand is one that does not end
        boolean endless = elements >= Integer.MAX_VALUE;
        for (long i = 0; i < (endless ? 1_000 : elements); i++) {
            channel.sender().trySend(i);
        }
        if (endless) {
            open.add(channel);
        } else {
            channel.sender().close();
        }
        return channel.receiver().publisher();
    }

    @Override
    public Flow.Publisher<Long> createFailedFlowPublisher() {
        Channel<Long> channel = Channel.unbounded();
        channel.close(new IllegalStateException("why"));
        return channel.receiver().publisher();
    }
}
