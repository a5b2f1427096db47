package io.millrace.internal;

import io.millrace.internal.HandleState.Side;
import io.millrace.spi.ForgottenHandle;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The open handles of one channel, counted by side, and those that were forgotten without anybody having been told yet.
 * Every method runs under the lock. It is a layer of the channel, as the lock is, for an object of its own would take more
 * than its fields do.
 *
 * <p>The states are held here, and nowhere else, so that a channel that nobody holds goes with them: a phantom reference
 * that is unreachable itself is never enqueued.
 *
 * @param <T> the type of the messages
 */
abstract class OpenHandles<T> extends CriticalSection<T> {
    /**
     * How many forgotten handles are remembered, those first of which it is known where they were opened; in a channel that
     * lives on they would pile up.
     */
    private static final int MAX_FORGOTTEN = 16;

    private @Nullable HandleState firstHandle;
    private @Nullable List<HandleState> forgotten;
    private int openSenders;
    private int openReceivers;

    OpenHandles(@Nullable Consumer<? super T> onUndelivered, Tuning tuning, int segmentLength) {
        super(onUndelivered, tuning, segmentLength);
    }

    /** How many are open. */
    final int handles(Side side) {
        return side == Side.SENDER ? openSenders : openReceivers;
    }

    final void open(HandleState handle) {
        HandleState behind = firstHandle;
        handle.next = behind;
        if (behind != null) {
            behind.previous = handle;
        }
        firstHandle = handle;
        count(handle.side(), 1);
    }

    final void remove(HandleState handle) {
        if (handle.previous == null) {
            firstHandle = handle.next;
        } else {
            handle.previous.next = handle.next;
        }
        if (handle.next != null) {
            handle.next.previous = handle.previous;
        }
        handle.previous = null;
        handle.next = null;
        count(handle.side(), -1);
    }

    private void count(Side side, int by) {
        if (side == Side.SENDER) {
            openSenders += by;
        } else {
            openReceivers += by;
        }
    }

    /** Keeps in mind that nobody closed a handle. */
    final void remember(HandleState handle) {
        if (forgotten == null) {
            forgotten = new ArrayList<>(1);
        }
        if (forgotten.size() == MAX_FORGOTTEN) {
            forgotten.remove(leastTelling(forgotten));
        }
        forgotten.add(handle);
    }

    private static int leastTelling(List<HandleState> full) {
        for (int i = 0; i < full.size(); i++) {
            if (full.get(i).opened == null) {
                return i;
            }
        }
        return 0;
    }

    final boolean anyForgotten() {
        return forgotten != null && !forgotten.isEmpty();
    }

    /** The forgotten handles of a side, which are forgotten here too. */
    final List<ForgottenHandle> takeForgotten(Side side, String channel) {
        List<ForgottenHandle> taken = new ArrayList<>();
        if (forgotten != null) {
            for (HandleState handle : forgotten) {
                if (handle.side() == side) {
                    taken.add(new ForgottenHandle(channel, side.word, handle.opened));
                }
            }
        }
        disregardForgotten(side);
        return taken;
    }

    /** Nobody is affected by the forgotten handles of a side any more. */
    final void disregardForgotten(Side side) {
        if (forgotten != null) {
            forgotten.removeIf(handle -> handle.side() == side);
        }
    }
}
