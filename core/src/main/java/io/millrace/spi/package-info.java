/** What an adapter plugs in: how its waiting parties are resumed, and which of its threads must not wait. */
package io.millrace.spi;
