package io.millrace.verification.faults;

import io.millrace.Channel;
import io.millrace.internal.ChannelCore;
import java.lang.reflect.Field;

/** What the public API has no query for. */
final class Inside {
    private Inside() {}

    /** Asserts the invariants of the design. Hangs if the channel's lock is held. */
    static void checkInvariants(Channel<?> channel) {
        try {
            Field core = Channel.class.getDeclaredField("core");
            core.setAccessible(true);
            ((ChannelCore<?>) core.get(channel)).checkInvariants();
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(e);
        }
    }
}
