/** An HTTP server whose event loops hand blocking database queries to worker verticles. */
package io.millrace.demo.offload;
