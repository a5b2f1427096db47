/** Finds identical files in a directory tree. */
package io.millrace.demo.duplicates;
