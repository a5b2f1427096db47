/**
 * Faults from outside: processes that are stopped, starved or short of memory, allocations that fail, stacks that end,
 * foreign code that throws Errors, interrupts at random. Afterwards nothing accepted is lost, no lock is held, and nobody waits.
 */
@NullMarked
package io.millrace.verification.faults;

import org.jspecify.annotations.NullMarked;
