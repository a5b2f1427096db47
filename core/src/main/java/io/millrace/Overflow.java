package io.millrace;

/** What a send does when the channel is full. */
public enum Overflow {
    /** The send waits, or says {@link SendResult#FULL} when it may not. */
    WAIT,
    /** The oldest buffered message is dropped to make room; the send never waits. Needs a capacity of at least 1. */
    DROP_OLDEST,
    /** The message being sent is dropped; the send never waits. Needs a capacity of at least 1. */
    DROP_LATEST
}
