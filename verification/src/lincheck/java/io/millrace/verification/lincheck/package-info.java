/**
 * Lincheck: random short programs of three threads on one channel, each run in many orders of its steps; what the operations
 * return must be what {@link io.millrace.SequentialChannel} returns in some order of whole operations.
 *
 * <p>Operations that wait would hang there, so they are tickets: begun by one operation, looked at, cancelled and put back by
 * others. Its clock stands still, so that a timeout is the claim that it makes, not a time.
 */
@NullMarked
package io.millrace.verification.lincheck;

import org.jspecify.annotations.NullMarked;
