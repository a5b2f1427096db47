/** Programs that measure the adapter beside what Vert.x brings along. */
package io.millrace.benchmarks.vertx;
