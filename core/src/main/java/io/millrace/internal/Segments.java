package io.millrace.internal;

import org.jspecify.annotations.Nullable;

/**
 * The buffered messages, oldest first, in linked segments: it allocates as it fills, never copies, and keeps one spare
 * segment when it empties. Guarded by the lock of its channel.
 *
 * <p>Segments are only allocated by {@link #reserve} and {@link #addFirst}, before anything is changed, so that an
 * OutOfMemoryError leaves the buffer as it was.
 *
 * @param <T> the type of the messages
 */
final class Segments<T> {
    private static final class Segment {
        final @Nullable Object[] slots;

        @Nullable Segment next;

        Segment(int length) {
            slots = new @Nullable Object[length];
        }
    }

    private final int segmentLength;
    private @Nullable Segment head;
    private @Nullable Segment tail;
    private @Nullable Segment spare;
    private int headIndex;
    private int tailIndex;
    private int size;

    Segments(int segmentLength) {
        this.segmentLength = segmentLength;
    }

    int size() {
        return size;
    }

    /** Makes sure that the next {@link #addLast} allocates nothing. */
    void reserve() {
        if ((tail == null || tailIndex == segmentLength) && spare == null) {
            spare = new Segment(segmentLength);
        }
    }

    /** Appends a message. {@link #reserve} was called since the last one. */
    void addLast(T message) {
        Segment end = tail;
        if (end == null || tailIndex == segmentLength) {
            end = append();
        }
        end.slots[tailIndex++] = message;
        size++;
    }

    private Segment append() {
        Segment added = spare;
        if (added == null) {
            throw new IllegalStateException("addLast without reserve");
        }
        spare = null;
        if (tail == null) {
            head = added;
        } else {
            tail.next = added;
        }
        tail = added;
        tailIndex = 0;
        return added;
    }

    /** Puts a message in front of all others. */
    void addFirst(T message) {
        if (head == null || size == 0) {
            reserve();
            addLast(message);
            return;
        }
        if (headIndex == 0) {
            Segment added = spare != null ? spare : new Segment(segmentLength);
            spare = null;
            added.next = head;
            head = added;
            headIndex = segmentLength;
        }
        head.slots[--headIndex] = message;
        size++;
    }

    /** Takes the oldest message; only when there is one. */
    @SuppressWarnings("unchecked")
    T removeFirst() {
        Segment front = head;
        if (front == null || size == 0) {
            throw new IllegalStateException("removeFirst on an empty buffer");
        }
        T message = (T) front.slots[headIndex];
        if (message == null) {
            throw new IllegalStateException("a buffered message is missing");
        }
        front.slots[headIndex++] = null;
        size--;
        if (size == 0) {
            if (front != tail) {
                recycle(front);
            }
            headIndex = 0;
            tailIndex = 0;
        } else if (headIndex == segmentLength) {
            recycle(front);
            headIndex = 0;
        }
        return message;
    }

    private void recycle(Segment front) {
        head = front.next;
        front.next = null;
        spare = front;
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
        head = null;
        tail = null;
        spare = null;
        headIndex = 0;
        tailIndex = 0;
        size = 0;
    }

    /** Asserts that size, indices and slots agree. */
    void checkInvariants() {
        int count = 0;
        int segments = 0;
        for (Segment segment = head; segment != null; segment = segment.next) {
            for (int i = 0; i < segmentLength; i++) {
                boolean inside = (segment != head || i >= headIndex) && (segment != tail || i < tailIndex);
                Invariants.hold(inside == (segment.slots[i] != null), "buffer: slot " + i + " of segment " + segments);
                count += inside ? 1 : 0;
            }
            Invariants.hold(segment.next != null || segment == tail, "buffer: the tail is not the last segment");
            segments++;
        }
        Invariants.hold(count == size, "buffer: " + count + " messages, size says " + size);
        if (spare != null) {
            Invariants.hold(spare.next == null, "buffer: the spare segment is linked");
            for (Object slot : spare.slots) {
                Invariants.hold(slot == null, "buffer: the spare segment holds a message");
            }
        }
    }
}
