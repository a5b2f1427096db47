package io.millrace.vertx;

import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The lifetime of one handle and of its operations that wait. They end with the handle, and each with the context that
 * called it, which need not be the handle's. What waits holds this, and so keeps the handle reachable.
 */
final class Operations implements OwnerContext.Owned {
    private final OwnerContext owner;
    private final String handleKind;
    private final Runnable closeHandle;
    private final Set<Operation<?, ?>> waiting = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    Operations(OwnerContext owner, String handleKind, Runnable closeHandle) {
        this.owner = owner;
        this.handleKind = handleKind;
        this.closeHandle = closeHandle;
    }

    /** Lets the handle end with its context, which may be now. */
    void open() {
        if (!owner.addHandle(this)) {
            closeHandle.run();
        }
    }

    @Override
    public long inLineSince() {
        return 0;
    }

    @Override
    public void ownerGone() {
        closeHandle.run();
    }

    /** The context of the handle. */
    OwnerContext owner() {
        return owner;
    }

    /** Adds a published operation; ends it at once if its handle or its context has ended. */
    void add(Operation<?, ?> operation) {
        waiting.add(operation);
        if (!operation.owner().addOperation(operation)) {
            operation.ownerGone();
        }
        // looked at after adding: either the close finds it in the set, or it finds the close here
        if (closed) {
            end(operation);
        }
    }

    void remove(Operation<?, ?> operation) {
        waiting.remove(operation);
        operation.owner().removeOperation(operation);
    }

    /** Ends all operations: those of a context that lives may still get what a peer has done for them. */
    void close() {
        closed = true;
        owner.removeHandle(this);
        waiting.forEach(this::end);
    }

    private void end(Operation<?, ?> operation) {
        if (operation.owner().isGone()) {
            operation.ownerGone();
        } else {
            operation.cancel(new CancellationException("the " + handleKind + " was closed"));
        }
    }
}
