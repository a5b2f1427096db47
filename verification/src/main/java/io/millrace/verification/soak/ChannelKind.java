package io.millrace.verification.soak;

import io.millrace.Channel;
import io.millrace.Overflow;

/** The channels of the soak. */
enum ChannelKind {
    RENDEZVOUS(0, Overflow.WAIT),
    ONE(1, Overflow.WAIT),
    BOUNDED(128, Overflow.WAIT),
    UNBOUNDED(-1, Overflow.WAIT),
    DROP_OLDEST(4, Overflow.DROP_OLDEST),
    DROP_LATEST(4, Overflow.DROP_LATEST);

    private final int capacity;
    private final Overflow overflow;

    ChannelKind(int capacity, Overflow overflow) {
        this.capacity = capacity;
        this.overflow = overflow;
    }

    Channel<Message> open(String name, Account account) {
        Channel.Builder<Message> builder =
                Channel.<Message>builder().name(name).overflow(overflow).onUndelivered(account::undelivered);
        return (capacity < 0 ? builder.unbounded() : builder.capacity(capacity)).build();
    }
}
