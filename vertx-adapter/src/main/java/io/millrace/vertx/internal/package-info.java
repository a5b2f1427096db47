/** What the service loader must be able to construct; not exported. */
package io.millrace.vertx.internal;
