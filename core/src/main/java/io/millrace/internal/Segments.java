package io.millrace.internal;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The buffered messages, oldest first, in linked segments: it allocates as it fills, never copies, and keeps one spare
 * segment when it empties. Guarded by the lock of its channel.
 *
 * <p>A segment is an array of slots with one more place at its end, for the next segment.
 *
 * <p>Segments are only allocated by {@link #reserve} and {@link #addFirst}, before anything is changed, so that an
 * OutOfMemoryError leaves the buffer as it was.
 *
 * <p>What is done for each message is in pieces of at most 35 bytes of code: so HotSpot inlines them also where the call was
 * rare when it compiled the caller, as in a JVM whose first channels were rendezvous; see docs/adr/0012.
 *
 * @param <T> the type of the messages
 */
final class Segments<T> {
    private static final @Nullable Object[] NONE = {};

    private final int segmentLength;
    private @Nullable Object[] head = NONE;
    private @Nullable Object[] tail = NONE;
    private @Nullable Object @Nullable [] spare;
    private int headIndex;

    /** The next place in the tail; none is left there if it is the segment's length, as before the first segment. */
    private int tailIndex;

    private int size;

    Segments(int segmentLength) {
        this.segmentLength = segmentLength;
        this.tailIndex = segmentLength;
    }

    int size() {
        return size;
    }

    /** Makes sure that the next {@link #addLast} allocates nothing. */
    void reserve() {
        if (tailIndex == segmentLength && spare == null) {
            spare = new @Nullable Object[segmentLength + 1];
        }
    }

    /** Appends a message. {@link #reserve} was called since the last one. */
    void addLast(T message) {
        if (tailIndex == segmentLength) {
            append();
        }
        put(message);
    }

    private void put(T message) {
        size++;
        tail[tailIndex++] = message;
    }

    private void append() {
        @Nullable Object[] added = spare;
        if (added == null) {
            throw new IllegalStateException("addLast without reserve");
        }
        spare = null;
        if (tail == NONE) {
            head = added;
        } else {
            tail[segmentLength] = added;
        }
        tail = added;
        tailIndex = 0;
    }

    /** Puts a message in front of all others. */
    void addFirst(T message) {
        if (size == 0) {
            reserve();
            addLast(message);
            return;
        }
        if (headIndex == 0) {
            @Nullable Object[] added = spare != null ? spare : new @Nullable Object[segmentLength + 1];
            spare = null;
            added[segmentLength] = head;
            head = added;
            headIndex = segmentLength;
        }
        head[--headIndex] = message;
        size++;
    }

    /** Takes the oldest message; only when there is one. */
    T removeFirst() {
        T message = take();
        if (size == 0 || headIndex == segmentLength) {
            leaveSegment();
        }
        return message;
    }

    @SuppressWarnings("unchecked")
    private T take() {
        Object message = clear(head, headIndex);
        headIndex++;
        size--;
        return (T) message;
    }

    private static Object clear(@Nullable Object[] segment, int index) {
        Object message = Objects.requireNonNull(segment[index]);
        segment[index] = null;
        return message;
    }

    /** The segment at the head is used up, or is the last one and empty: then it is filled again from its start. */
    private void leaveSegment() {
        headIndex = 0;
        if (size == 0) {
            tailIndex = 0;
        } else {
            spare = head;
            head = next(spare);
            spare[segmentLength] = null;
        }
    }

    private @Nullable Object[] next(@Nullable Object[] segment) {
        return (@Nullable Object[]) Objects.requireNonNull(segment[segmentLength]);
    }

    /** Empties this buffer into an empty one of the same segment length, in constant time; the spare segment goes. */
    void moveAllTo(Segments<T> other) {
        other.head = head;
        other.tail = tail;
        other.headIndex = headIndex;
        other.tailIndex = tailIndex;
        other.size = size;
        clear();
    }

    /** Lets go of all messages and segments, in constant time. */
    void clear() {
        head = NONE;
        tail = NONE;
        spare = null;
        headIndex = 0;
        tailIndex = segmentLength;
        size = 0;
    }

    /** Asserts that size, indices and slots agree. */
    void checkInvariants() {
        int count = 0;
        int segments = 0;
        for (@Nullable Object[] segment = head; segment != NONE; segment = segment == tail ? NONE : next(segment)) {
            for (int i = 0; i < segmentLength; i++) {
                boolean inside = (segment != head || i >= headIndex) && (segment != tail || i < tailIndex);
                Invariants.hold(inside == (segment[i] != null), "buffer: slot " + i + " of segment " + segments);
                count += inside ? 1 : 0;
            }
            Invariants.hold(
                    (segment[segmentLength] == null) == (segment == tail), "buffer: the tail is not the last segment");
            segments++;
        }
        Invariants.hold(count == size, "buffer: " + count + " messages, size says " + size);
        if (spare != null) {
            for (Object place : spare) {
                Invariants.hold(place == null, "buffer: the spare segment holds a message, or is linked");
            }
        }
    }
}
