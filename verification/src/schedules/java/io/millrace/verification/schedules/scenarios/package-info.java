/**
 * What is played under controlled schedules. These classes are loaded anew with the woven core, and so refer to it. The
 * schedule lets threads change places only inside the core, so that what stands here needs no synchronisation.
 */
@NullMarked
package io.millrace.verification.schedules.scenarios;

import org.jspecify.annotations.NullMarked;
