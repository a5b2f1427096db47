/**
 * Controlled schedules: scenarios of several threads, run tens of thousands of times, each time in another order that a seed
 * decides. Begin with {@link io.millrace.verification.schedules.Explorer}.
 */
@NullMarked
package io.millrace.verification.schedules;

import org.jspecify.annotations.NullMarked;
