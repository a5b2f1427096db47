/**
 * Channels: queues of messages that any number of senders and receivers share, each message going to one receiver.
 *
 * <p>Start with {@link io.millrace.Channel}.
 */
package io.millrace;
