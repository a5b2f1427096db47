package io.millrace;

import java.util.Objects;
import java.util.concurrent.Flow;

/** Hands the messages of a receiver's channel to subscribers, each message to one. */
final class MessagePublisher<T> implements Flow.Publisher<T> {
    private final Receiver<T> receiver;

    MessagePublisher(Receiver<T> receiver) {
        this.receiver = receiver;
    }

    @Override
    public void subscribe(Flow.Subscriber<? super T> subscriber) {
        Objects.requireNonNull(subscriber, "subscriber");
        Receiver<T> own;
        try {
            own = receiver.duplicate();
        } catch (IllegalStateException closed) {
            subscriber.onSubscribe(new NoSubscription());
            subscriber.onError(closed);
            return;
        }
        MessageSubscription<T> subscription;
        try {
            subscription = new MessageSubscription<>(own, subscriber);
        } catch (Throwable failure) {
            own.close();
            throw failure;
        }
        try {
            subscriber.onSubscribe(subscription);
        } catch (Throwable failure) {
            subscription.abandon();
            throw failure;
        }
        subscription.start();
    }

    /** What a subscriber holds that came too late. */
    private static final class NoSubscription implements Flow.Subscription {
        @Override
        public void request(long messages) {}

        @Override
        public void cancel() {}
    }
}
