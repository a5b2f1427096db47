/** Mixed traffic for half an hour: does anything grow, hang, or get lost? */
@NullMarked
package io.millrace.verification.soak;

import org.jspecify.annotations.NullMarked;
