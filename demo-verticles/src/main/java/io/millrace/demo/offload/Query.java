package io.millrace.demo.offload;

import io.vertx.core.json.JsonObject;
import java.sql.SQLException;
import java.util.Optional;

/** What the server is asked, and answers with one query of the database. */
sealed interface Query {
    /** Asks the database, and waits for it. Empty: there is no such row. */
    Optional<JsonObject> ask(Session session) throws SQLException;

    /** The query as a message of the event bus, which carries no plain objects. */
    JsonObject toJson();

    static Query of(JsonObject json) {
        return json.containsKey("name")
                ? new CityByName(json.getString("name"))
                : new PeopleInRange(json.getLong("from"), json.getLong("to"));
    }

    /** One row, found by an index. */
    record CityByName(String name) implements Query {
        @Override
        public Optional<JsonObject> ask(Session session) throws SQLException {
            return session.cityByName(name).map(City::json);
        }

        @Override
        public JsonObject toJson() {
            return new JsonObject().put("name", name);
        }
    }

    /** How many people live in the cities with these ids, both ends included: reads every one of these rows. */
    record PeopleInRange(long from, long to) implements Query {
        @Override
        public Optional<JsonObject> ask(Session session) throws SQLException {
            return Optional.of(toJson().put("sum", session.sumOfPopulations(from, to)));
        }

        @Override
        public JsonObject toJson() {
            return new JsonObject().put("from", from).put("to", to);
        }
    }
}
