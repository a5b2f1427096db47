package io.millrace.verification.jcstress;

import io.millrace.DisconnectedException;
import io.millrace.ReceiveResult;
import io.millrace.spi.PendingReceive;
import io.millrace.spi.PendingSend;
import java.util.Collection;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** What an operation was told so far, in the words of the outcomes; none of these waits. */
final class Told {
    private Told() {}

    static String by(ReceiveResult<String> result) {
        return result.isReceived() ? "received " + result.get() : result.isDisconnected() ? "disconnected" : "nothing";
    }

    static String by(PendingReceive<String> receive) {
        return receive.isDone() ? by(receive.result()) : "waits";
    }

    static String by(PendingSend<String> send) {
        return send.isDone() ? send.result().toString() : "waits";
    }

    /** The future of a receive, or of a send, which has no value. */
    static String by(CompletableFuture<?> future) {
        if (!future.isDone()) {
            return "waits";
        }
        if (future.isCancelled()) {
            return "cancelled";
        }
        try {
            @Nullable Object message = future.getNow(null);
            return message == null ? "sent" : "received " + message;
        } catch (CompletionException failed) {
            return failed.getCause() instanceof DisconnectedException ? "disconnected" : "failed: " + failed.getCause();
        }
    }

    static String messages(Collection<String> messages) {
        return messages.isEmpty() ? "none" : String.join(" ", messages);
    }

    /** How often a waker was called. */
    static String times(AtomicInteger woken) {
        return "woken " + woken + " times";
    }
}
