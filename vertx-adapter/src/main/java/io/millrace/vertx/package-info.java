/**
 * Channels between Vert.x contexts: event-loop, worker and virtual-thread verticles share one queue of messages, and
 * each is resumed on its own context.
 *
 * <p>Start with {@link io.millrace.vertx.VertxChannel}.
 */
package io.millrace.vertx;
