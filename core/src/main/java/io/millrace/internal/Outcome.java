package io.millrace.internal;

/** How a waiter's operation stands. It leaves {@link #WAITING} once, under the lock of its channel. */
enum Outcome {
    /** It stands in a line. */
    WAITING,
    /** A peer ended it: the message of a send was taken, or a message was handed to a receive. */
    DONE,
    /** The other side is gone: nothing moved. */
    DISCONNECTED,
    /** The party itself ended it, by cancel, timeout or interrupt: nothing moved. */
    WITHDRAWN,
    /** It was {@link #DONE}, and the message that it had received went back into the channel. */
    PUT_BACK
}
