package io.millrace.internal;

import java.util.concurrent.locks.LockSupport;

/** The one place where threads of the core park and are unparked; tests put a stricter one in its place. */
class Parker {
    /** Parks with LockSupport. */
    static final Parker SYSTEM = new Parker();

    /** Parks the calling thread until it is unparked, interrupted, or for no reason. */
    void park(Object channel) {
        LockSupport.park(channel);
    }

    /** Parks the calling thread as {@link #park}, at most for the given time. */
    void parkNanos(Object channel, long nanos) {
        LockSupport.parkNanos(channel, nanos);
    }

    void unpark(Thread thread) {
        LockSupport.unpark(thread);
    }
}
