package io.millrace.vertx;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
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

    // Guarded by: itself; in the order of the calls
    private final Set<Operation<?, ?>> ofOwner = new LinkedHashSet<>();

    private volatile int countOfOwner; // read without the lock

    private final Set<Operation<?, ?>> ofOthers = ConcurrentHashMap.newKeySet();
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
        if (operation.owner() != owner) {
            ofOthers.add(operation);
        } else {
            synchronized (ofOwner) {
                ofOwner.add(operation);
                countOfOwner = ofOwner.size();
            }
        }
        if (!operation.owner().addOperation(operation)) {
            operation.ownerGone();
        }
        // looked at after adding: either the close finds it in the set, or it finds the close here
        if (closed) {
            end(operation);
        }
    }

    void remove(Operation<?, ?> operation) {
        if (operation.owner() != owner) {
            ofOthers.remove(operation);
        } else {
            synchronized (ofOwner) {
                ofOwner.remove(operation);
                countOfOwner = ofOwner.size();
            }
        }
        operation.owner().removeOperation(operation);
    }

    /** Ends all operations: those of a context that lives may still get what a peer has done for them. */
    void close() {
        closed = true;
        owner.removeHandle(this);
        List<Operation<?, ?>> ending = new ArrayList<>(ofOthers);
        synchronized (ofOwner) {
            ending.addAll(ofOwner);
        }
        ending.forEach(this::end);
    }

    /** Whether the handle was closed, or is being closed. */
    boolean isClosed() {
        return closed;
    }

    /** Refuses a call after the handle was closed, as the core does. */
    void requireOpen() {
        if (closed) {
            throw new IllegalStateException(handleKind + " was closed");
        }
    }

    /** Whether an operation that this context begins now, and that need not wait, may complete inside the call. */
    boolean mayCompleteAtOnce(OwnerContext caller) {
        return !caller.isGone() && !anyWaitsBefore(caller) && caller.mayCompleteAtOnce();
    }

    /** Whether there is an operation that one which this context is about to begin must not overtake. */
    private boolean anyWaitsBefore(OwnerContext caller) {
        return caller == owner && countOfOwner > 0;
    }

    /** The operations that this one, which is done, must not overtake and whose peers have ended them. */
    List<Operation<?, ?>> doneBefore(Operation<?, ?> operation) {
        if (operation.owner() != owner) {
            return List.of();
        }
        List<Operation<?, ?>> done = List.of();
        synchronized (ofOwner) {
            for (Operation<?, ?> before : ofOwner) {
                if (before == operation) {
                    break; // nearly always the first
                }
                if (before.isDone()) {
                    done = done.isEmpty() ? new ArrayList<>() : done;
                    done.add(before);
                }
            }
        }
        return done;
    }

    private void end(Operation<?, ?> operation) {
        if (operation.owner().isGone()) {
            operation.ownerGone();
        } else {
            operation.cancel(new CancellationException("the " + handleKind + " was closed"));
        }
    }
}
