package io.millrace.demo.offload;

import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.sql.SQLException;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.atomic.LongAdder;

/**
 * The sessions that threads which may block take and give back: as many as there are workers. A session that failed is
 * closed, and the next query that finds none opens one.
 */
final class Sessions implements AutoCloseable {
    private final CityFile file;
    private final ConcurrentLinkedDeque<Session> idle = new ConcurrentLinkedDeque<>();
    private final LongAdder asked = new LongAdder();

    /** Opens so many sessions now, so that the first queries need not wait for it. */
    Sessions(CityFile file, int count) throws SQLException {
        this.file = file;
        for (int i = 0; i < count; i++) {
            idle.push(new Session(file.connect()));
        }
    }

    /**
     * Asks the database, and waits for it, unless the client is gone.
     *
     * @throws DatabaseFailure if it cannot answer
     * @throws CancellationException if the client is gone
     */
    Optional<JsonObject> ask(Query query, Future<?> clientGone) {
        if (clientGone.isComplete()) {
            throw new CancellationException("the client is gone");
        }
        return ask(query);
    }

    /**
     * Asks the database, and waits for it.
     *
     * @throws DatabaseFailure if it cannot answer
     */
    Optional<JsonObject> ask(Query query) {
        asked.increment();
        try {
            Session session = idle.poll();
            if (session == null) {
                session = new Session(file.connect());
            }
            return ask(session, query);
        } catch (SQLException e) {
            throw new DatabaseFailure("the database failed: " + e.getMessage(), e);
        }
    }

    @SuppressWarnings("try") // closes the session, and throws what the query threw
    private Optional<JsonObject> ask(Session session, Query query) throws SQLException {
        try {
            Optional<JsonObject> answer = query.ask(session);
            idle.push(session);
            return answer;
        } catch (SQLException e) {
            try (session) {
                throw e;
            }
        }
    }

    /** How many queries the database was asked. */
    long asked() {
        return asked.sum();
    }

    @Override
    public void close() throws SQLException {
        for (Session session = idle.poll(); session != null; session = idle.poll()) {
            session.close();
        }
    }
}
