package io.millrace.vertx;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The operations that end with one context. They come and go in constant time, on any thread. Each has a place in an array, so
 * that none touches its neighbours, which other threads may be at work on.
 */
final class OwnedList {
    private static final int FEW_PLACES = 64;

    /** An operation, which stands in one list at most. */
    abstract static class Node implements OwnerContext.Owned {
        private static final int NOWHERE = -1;

        // Guarded by: its list
        private int place = NOWHERE;
    }

    // Guarded by: this
    private @Nullable Node[] places = new Node[FEW_PLACES];
    private int[] free = new int[FEW_PLACES];
    private int freeCount;
    private int everUsed;

    synchronized void add(Node added) {
        int place = freeCount > 0 ? free[--freeCount] : newPlace();
        places[place] = added;
        added.place = place;
    }

    private int newPlace() {
        if (everUsed == places.length) {
            int[] moreFree = Arrays.copyOf(free, 2 * everUsed); // both before either is changed: there may be no memory
            places = Arrays.copyOf(places, 2 * everUsed);
            free = moreFree;
        }
        return everUsed++;
    }

    /** Without effect on one that is not in this list. */
    synchronized void remove(Node removed) {
        if (removed.place == Node.NOWHERE) {
            return;
        }
        places[removed.place] = null;
        free[freeCount++] = removed.place;
        removed.place = Node.NOWHERE;
        if (places.length > FEW_PLACES && everUsed - freeCount < places.length / 4) {
            moveTogether(places.length / 2);
        }
    }

    private void moveTogether(int newLength) {
        @Nullable Node[] sparse = places;
        @Nullable Node[] dense;
        int[] denseFree;
        try {
            dense = new Node[newLength];
            denseFree = new int[newLength];
        } catch (OutOfMemoryError staysAsItIs) {
            return; // who leaves must not fail
        }
        places = dense;
        free = denseFree;
        freeCount = 0;
        everUsed = 0;
        for (Node node : sparse) {
            if (node != null) {
                node.place = everUsed++;
                places[node.place] = node;
            }
        }
    }

    /** Those that are in this list now, in no order. */
    synchronized List<OwnerContext.Owned> all() {
        List<OwnerContext.Owned> all = new ArrayList<>();
        for (Node node : places) {
            if (node != null) {
                all.add(node);
            }
        }
        return all;
    }
}
