package io.millrace.vertx;

import io.vertx.core.Future;
import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * A future whose end cancels operations.
 *
 * <p>A Vert.x future keeps each of its listeners until it ends, and it may live as long as the program. So there is one for
 * each future, found by the future's identity, with one listener that serves all operations; one that has ended leaves
 * nothing behind.
 *
 * <pre>
 *   the registry   holds neither: the future is a weak key, this a weak value
 *   the future     holds its listener, which holds this
 *   this           holds the operations that wait, which may hold the future
 * </pre>
 */
final class Until {
    /** What it cancels. */
    interface Cancellable {
        /** Ends it with this failure, unless a peer was first. Called on any thread, possibly after its end. */
        void cancel(Throwable failure);
    }

    /** A future in the registry, by its identity. */
    private static final class Key extends WeakReference<Future<?>> {
        private final int hash;

        Key(Future<?> future) {
            super(future, UNREACHABLE);
            hash = System.identityHashCode(future);
        }

        @Override
        public boolean equals(Object other) {
            if (this == other) {
                return true;
            }
            Future<?> future = get();
            return future != null && other instanceof Key key && key.refersTo(future);
        }

        @Override
        public int hashCode() {
            return hash;
        }
    }

    private static final ReferenceQueue<Future<?>> UNREACHABLE = new ReferenceQueue<>();

    // Guarded by: itself
    private static final Map<Key, WeakReference<Until>> REGISTRY = new HashMap<>();

    private final Set<Cancellable> waiting = ConcurrentHashMap.newKeySet();
    private volatile boolean ended;
    private volatile @Nullable Throwable cause;

    private Until() {}

    /** The one of this future. */
    static Until of(Future<?> future) {
        Key key = new Key(future);
        Until until;
        synchronized (REGISTRY) {
            for (Reference<?> gone = UNREACHABLE.poll(); gone != null; gone = UNREACHABLE.poll()) {
                REGISTRY.remove(gone);
            }
            WeakReference<Until> known = REGISTRY.get(key);
            until = known == null ? null : known.get();
            if (until != null) {
                return until;
            }
            until = new Until();
            REGISTRY.put(key, new WeakReference<>(until));
        }
        Until made = until;
        future.onComplete(end -> made.end(end.cause()));
        return made;
    }

    /** What an operation fails with whose future has ended, with the future's own failure, if any, as the cause. */
    static CancellationException cancellation(@Nullable Throwable cause) {
        CancellationException cancellation =
                new CancellationException("cancelled: the future that limits it has ended");
        cancellation.initCause(cause);
        return cancellation;
    }

    /** Lets an operation end with the future, which may be now. The result takes that away again. */
    Runnable begin(Cancellable operation) {
        waiting.add(operation);
        // looked at after adding: either the end finds it in the set, or it finds the end here
        if (ended) {
            operation.cancel(cancellation(cause));
        }
        return () -> waiting.remove(operation);
    }

    private void end(@Nullable Throwable failure) {
        cause = failure;
        ended = true;
        waiting.forEach(operation -> operation.cancel(cancellation(failure)));
    }
}
