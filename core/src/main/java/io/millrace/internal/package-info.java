/**
 * The one channel core: its lock, buffer, lines of waiters and handle counts. Not exported.
 *
 * <p>Start with {@link io.millrace.internal.ChannelState}: what moves under the lock. {@link
 * io.millrace.internal.ChannelCore} is the same as operations: lock, move, unlock, then wake or wait.
 */
package io.millrace.internal;
