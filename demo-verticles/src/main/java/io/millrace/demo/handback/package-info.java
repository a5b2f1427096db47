/** Counts lines: an event loop and virtual threads pass work to and fro over two rendezvous channels, with select. */
package io.millrace.demo.handback;
