package io.millrace;

import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Stream;

/** Every flavour of channel that the shared tests run over. */
enum ChannelKind {
    RENDEZVOUS(0, Overflow.WAIT),
    ONE(1, Overflow.WAIT),
    TWO(2, Overflow.WAIT),
    THOUSAND(1000, Overflow.WAIT),
    UNBOUNDED(Integer.MAX_VALUE, Overflow.WAIT),
    DROP_OLDEST(3, Overflow.DROP_OLDEST),
    DROP_LATEST(3, Overflow.DROP_LATEST);

    /** How many messages it holds; the largest int stands for any number. */
    final int room;

    final Overflow overflow;

    ChannelKind(int room, Overflow overflow) {
        this.room = room;
        this.overflow = overflow;
    }

    <T> Channel.Builder<T> builder() {
        Channel.Builder<T> builder = Channel.<T>builder().overflow(overflow);
        return this == UNBOUNDED ? builder.unbounded() : builder.capacity(room);
    }

    /** Whether it can become full, and a send waits then. */
    boolean sendWaits() {
        return overflow == Overflow.WAIT && this != UNBOUNDED;
    }

    boolean buffers() {
        return room > 0;
    }

    OptionalInt capacity() {
        return this == UNBOUNDED ? OptionalInt.empty() : OptionalInt.of(room);
    }

    static List<ChannelKind> all() {
        return List.of(values());
    }

    static List<ChannelKind> whoseSendWaits() {
        return Stream.of(values()).filter(ChannelKind::sendWaits).toList();
    }

    static List<ChannelKind> thatBuffer() {
        return Stream.of(values()).filter(ChannelKind::buffers).toList();
    }
}
