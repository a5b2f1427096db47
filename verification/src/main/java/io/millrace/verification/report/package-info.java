/** Writes docs/reliability.md from what the tools left. */
@NullMarked
package io.millrace.verification.report;

import org.jspecify.annotations.NullMarked;
