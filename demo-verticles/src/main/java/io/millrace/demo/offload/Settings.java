package io.millrace.demo.offload;

import java.time.Duration;

/**
 * How a server is to run.
 *
 * @param port 0 for any that is free
 * @param via how queries get to the workers
 * @param workers how many queries run at a time
 * @param capacity how many accepted queries wait for a worker at most
 * @param admissionTimeout how long a query waits to be accepted
 * @param rows how many rows the table has
 */
record Settings(int port, Via via, int workers, int capacity, Duration admissionTimeout, long rows) {}
