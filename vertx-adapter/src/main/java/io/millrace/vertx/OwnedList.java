package io.millrace.vertx;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The operations that end with one context. They come and go in constant time and without memory, on any thread. */
final class OwnedList {
    /** An operation, which stands in one list at most. */
    abstract static class Node implements OwnerContext.Owned {
        // Guarded by: its list
        private @Nullable Node ahead;
        private @Nullable Node behind;
        private boolean listed;
    }

    private @Nullable Node first;
    private @Nullable Node last;

    synchronized void add(Node added) {
        Node ahead = last;
        added.ahead = ahead;
        added.listed = true;
        last = added;
        if (ahead == null) {
            first = added;
        } else {
            ahead.behind = added;
        }
    }

    /** Without effect on one that is not in this list. */
    synchronized void remove(Node removed) {
        if (!removed.listed) {
            return;
        }
        Node ahead = removed.ahead;
        Node behind = removed.behind;
        if (ahead == null) {
            first = behind;
        } else {
            ahead.behind = behind;
        }
        if (behind == null) {
            last = ahead;
        } else {
            behind.ahead = ahead;
        }
        removed.ahead = null;
        removed.behind = null;
        removed.listed = false;
    }

    /** Those that are in this list now, in the order in which they came. */
    synchronized List<OwnerContext.Owned> all() {
        List<OwnerContext.Owned> all = new ArrayList<>();
        for (Node node = first; node != null; node = node.behind) {
            all.add(node);
        }
        return all;
    }
}
