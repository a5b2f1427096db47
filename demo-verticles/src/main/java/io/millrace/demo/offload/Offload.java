package io.millrace.demo.offload;

import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.Optional;

/** A way for event loops to have blocking queries run elsewhere. */
@FunctionalInterface
interface Offload {
    /**
     * Has the query run on a worker.
     *
     * @param clientGone completes when nobody waits for the answer any more: where the way to hand over can tell the worker, it
     *     then does not ask the database
     * @return a future of the calling context with the answer, empty if there is no such row; it fails with
     *     {@link java.util.concurrent.TimeoutException} if there are too many queries before this one, and with
     *     {@link DatabaseFailure} if the database cannot answer
     */
    Future<Optional<JsonObject>> ask(Query query, Future<?> clientGone);
}
