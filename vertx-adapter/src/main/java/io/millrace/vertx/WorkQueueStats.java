package io.millrace.vertx;

/**
 * How busy a {@link WorkQueue} is, and what has passed through it. The numbers are read one after the other, so they may be a
 * few jobs apart while the queue is in use.
 *
 * @param name the name under which the queue is shared
 * @param capacity how many jobs wait in the queue at most
 * @param size how many jobs wait in the queue for a server
 * @param waitingSubmissions how many submissions wait for room in the queue
 * @param running how many jobs servers have started and not ended
 * @param servers how many servers there are: calls of {@code serve} and {@code serveAsync} that have not ended
 * @param accepted how many jobs the queue has accepted
 * @param succeeded how many jobs have ended with a result
 * @param failed how many jobs were started and have failed
 * @param neverStarted how many accepted jobs were dropped before a server started them, because their submitter was gone, or
 *     because the queue was closed
 * @param droppedResults how many of the results and failures found their submitter gone
 * @param closed whether the queue is closed
 */
public record WorkQueueStats(
        String name,
        int capacity,
        int size,
        int waitingSubmissions,
        int running,
        int servers,
        long accepted,
        long succeeded,
        long failed,
        long neverStarted,
        long droppedResults,
        boolean closed) {}
