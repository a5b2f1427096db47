package io.millrace.internal;

import io.millrace.internal.HandleState.Side;
import io.millrace.spi.ForgottenHandle;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The open handles of one channel, counted by side, and those that were forgotten without anybody having been told yet.
 * Guarded by the lock of its channel.
 *
 * <p>The states are held here, and nowhere else, so that a channel that nobody holds goes with them: a phantom reference
 * that is unreachable itself is never enqueued.
 */
final class OpenHandles {
    /** How many forgotten handles are remembered, the latest ones; in a channel that lives on they would pile up. */
    private static final int MAX_FORGOTTEN = 16;

    private @Nullable HandleState first;
    private @Nullable List<HandleState> forgotten;
    private int senders;
    private int receivers;

    int count(Side side) {
        return side == Side.SENDER ? senders : receivers;
    }

    void add(HandleState handle) {
        HandleState behind = first;
        handle.next = behind;
        if (behind != null) {
            behind.previous = handle;
        }
        first = handle;
        change(handle.side, 1);
    }

    void remove(HandleState handle) {
        if (handle.previous == null) {
            first = handle.next;
        } else {
            handle.previous.next = handle.next;
        }
        if (handle.next != null) {
            handle.next.previous = handle.previous;
        }
        handle.previous = null;
        handle.next = null;
        change(handle.side, -1);
    }

    private void change(Side side, int by) {
        if (side == Side.SENDER) {
            senders += by;
        } else {
            receivers += by;
        }
    }

    /** Keeps in mind that nobody closed a handle. */
    void remember(HandleState handle) {
        if (forgotten == null) {
            forgotten = new ArrayList<>(1);
        }
        if (forgotten.size() == MAX_FORGOTTEN) {
            forgotten.remove(0);
        }
        forgotten.add(handle);
    }

    boolean anyForgotten() {
        return forgotten != null && !forgotten.isEmpty();
    }

    /** The forgotten handles of a side, which are forgotten here too. */
    List<ForgottenHandle> takeForgotten(Side side, String channel) {
        List<ForgottenHandle> taken = new ArrayList<>();
        if (forgotten != null) {
            for (HandleState handle : forgotten) {
                if (handle.side == side) {
                    taken.add(new ForgottenHandle(channel, side.word, handle.opened));
                }
            }
        }
        disregardForgotten(side);
        return taken;
    }

    /** Nobody is affected by the forgotten handles of a side any more. */
    void disregardForgotten(Side side) {
        if (forgotten != null) {
            forgotten.removeIf(handle -> handle.side == side);
        }
    }
}
