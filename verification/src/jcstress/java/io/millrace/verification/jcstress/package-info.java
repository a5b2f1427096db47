/**
 * Stories for jcstress: two threads meet in one step of a channel, and what both saw, and what was left, is compared with what
 * may be. No story waits: where a wait could hang, its future or ticket is looked at when both threads are through, so that a
 * lost wake-up shows as an outcome. Only {@link io.millrace.verification.jcstress.ParkedThread} parks.
 */
@NullMarked
package io.millrace.verification.jcstress;

import org.jspecify.annotations.NullMarked;
