package io.millrace.vertx;

import io.millrace.DisconnectedException;
import io.millrace.SendResult;
import io.millrace.Sender;
import io.millrace.spi.PendingSend;
import org.jspecify.annotations.Nullable;

/** A send whose future completes when the channel has accepted the message. */
final class SendOperation<T> extends Operation<PendingSend<T>, Void> {
    private final Sender<T> sender;
    private final T message;
    private final VertxSender<T> stream;
    private boolean waited; // published with the operation

    SendOperation(Operations operations, OwnerContext caller, Sender<T> sender, T message, VertxSender<T> stream) {
        super(operations, caller);
        this.sender = sender;
        this.message = message;
        this.stream = stream;
    }

    @Override
    PendingSend<T> start() {
        return sender.send(message, this);
    }

    @Override
    @Nullable Void result(PendingSend<T> done) {
        if (done.result() == SendResult.SENT) {
            return null;
        }
        throw disconnected(sender, message);
    }

    /** The exception for a message that this channel can never take, with the cause that the channel was given. */
    static <T> DisconnectedException disconnected(Sender<T> sender, T message) {
        if (!sender.isClosed()) {
            // a disconnected channel accepts nothing any more, and tells its cause by refusing
            Throwable refusal =
                    sender.sendAsync(message).handle((sent, failure) -> failure).getNow(null);
            if (refusal instanceof DisconnectedException disconnected) {
                return disconnected;
            }
        }
        return new DisconnectedException("channel is disconnected", null);
    }

    @Override
    boolean undo(PendingSend<T> done) {
        return false; // a receiver may have the message already
    }

    @Override
    void waits() {
        waited = true;
        stream.messageWaits();
    }

    @Override
    void ended(@Nullable Throwable failure) {
        if (failure instanceof DisconnectedException) {
            stream.disconnected(failure);
        }
        if (waited) {
            stream.messageEnded();
        }
    }

    @Override
    void told() {
        stream.messageTold();
    }
}
