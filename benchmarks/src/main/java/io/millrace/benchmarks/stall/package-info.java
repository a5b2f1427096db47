/** How long a call that never waits can take. */
package io.millrace.benchmarks.stall;
