package io.millrace.demo.duplicates;

/**
 * What makes two files identical.
 *
 * @param sha256 the digest in lower-case hexadecimal digits, as sha256sum prints it
 * @param bytes how many bytes were read: a file may have grown since the walker saw its size
 */
record Content(String sha256, long bytes) {}
