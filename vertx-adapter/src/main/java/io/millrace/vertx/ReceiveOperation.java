package io.millrace.vertx;

import io.millrace.DisconnectedException;
import io.millrace.ReceiveResult;
import io.millrace.ReceiveResult.Disconnected;
import io.millrace.ReceiveResult.Received;
import io.millrace.Receiver;
import io.millrace.spi.PendingReceive;
import java.util.function.Function;

/**
 * A receive whose future completes with what it makes of the message. A message that arrived for a context that runs no
 * more goes to the next receiver.
 */
final class ReceiveOperation<T, R> extends Operation<PendingReceive<T>, R> {
    private final Receiver<T> receiver;
    private final Function<? super T, ? extends R> then;

    ReceiveOperation(
            Operations operations, OwnerContext caller, Receiver<T> receiver, Function<? super T, ? extends R> then) {
        super(operations, caller);
        this.receiver = receiver;
        this.then = then;
    }

    @Override
    PendingReceive<T> start() {
        return receiver.receive(this);
    }

    @Override
    R result(PendingReceive<T> done) {
        ReceiveResult<T> result = done.result();
        if (result instanceof Received<T> received) {
            return then.apply(received.message());
        }
        throw disconnected(result);
    }

    static DisconnectedException disconnected(ReceiveResult<?> result) {
        Throwable cause = result instanceof Disconnected<?> disconnected ? disconnected.cause() : null;
        return new DisconnectedException("channel is disconnected and drained", cause);
    }

    @Override
    boolean undo(PendingReceive<T> done) {
        return putBack(done);
    }

    /** Gives a message that arrived for nobody to the next receiver, first in line; false: there was none. */
    static <T> boolean putBack(PendingReceive<T> done) {
        if (done.result() instanceof Received) {
            done.putBack();
            return true;
        }
        return false;
    }
}
