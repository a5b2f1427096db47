package io.millrace.demo.offload;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;

/** One connection to the database with its statements, for one thread at a time. */
final class Session implements AutoCloseable {
    private final Connection connection;
    private final PreparedStatement cityByName;
    private final PreparedStatement sumOfPopulations;

    @SuppressWarnings("try") // a connection that cannot be used is closed, and why it cannot is thrown
    Session(Connection connection) throws SQLException {
        this.connection = connection;
        try {
            cityByName = connection.prepareStatement("select id, name, population from city where name = ?");
            sumOfPopulations = connection.prepareStatement("select sum(population) from city where id between ? and ?");
        } catch (SQLException e) {
            try (connection) {
                throw e;
            }
        }
    }

    Optional<City> cityByName(String name) throws SQLException {
        cityByName.setString(1, name);
        try (ResultSet rows = cityByName.executeQuery()) {
            return rows.next()
                    ? Optional.of(new City(rows.getLong(1), rows.getString(2), rows.getLong(3)))
                    : Optional.empty();
        }
    }

    long sumOfPopulations(long from, long to) throws SQLException {
        sumOfPopulations.setLong(1, from);
        sumOfPopulations.setLong(2, to);
        try (ResultSet rows = sumOfPopulations.executeQuery()) {
            rows.next();
            return rows.getLong(1);
        }
    }

    @Override
    public void close() throws SQLException {
        connection.close(); // and its statements
    }
}
