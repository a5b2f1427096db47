package io.millrace.demo.offload;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.function.LongFunction;

/**
 * The H2 database of so many cities, one file in a folder.
 *
 * <p>The file has its name only once it is whole: the table is filled under another name, which the next start removes if this
 * one is ended before. Programs that fill at the same time wait for each other.
 */
final class CityFile {
    private static final String SUFFIX = ".mv.db";
    private static final String HALF = "filling";
    private static final int ROWS_PER_BATCH = 10_000;

    private final Path folder;
    private final long rows;

    CityFile(Path folder, long rows) {
        this.folder = folder.toAbsolutePath();
        this.rows = rows;
    }

    Path path() {
        return folder.resolve(name() + SUFFIX);
    }

    private String name() {
        return "cities-" + rows;
    }

    boolean isFilled() {
        return Files.exists(path());
    }

    /** Fills the table, unless it is filled. */
    void fill(LongFunction<City> row) throws IOException, SQLException {
        Files.createDirectories(folder);
        try (FileChannel lock =
                FileChannel.open(folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            lock.lock(); // until the channel is closed, or the process ends
            if (isFilled()) {
                return;
            }
            Path half = folder.resolve(HALF + SUFFIX);
            Files.deleteIfExists(half);
            insert(row);
            try (FileChannel written = FileChannel.open(half, StandardOpenOption.WRITE)) {
                written.force(true);
            }
            Files.move(half, path(), StandardCopyOption.ATOMIC_MOVE);
        }
    }

    private void insert(LongFunction<City> row) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url(HALF));
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute(
                    "create table city (id bigint primary key, name varchar not null, population bigint not null)");
            try (PreparedStatement insert = connection.prepareStatement("insert into city values (?, ?, ?)")) {
                for (long id = 0; id < rows; id++) {
                    City city = row.apply(id);
                    insert.setLong(1, city.id());
                    insert.setString(2, city.name());
                    insert.setLong(3, city.population());
                    insert.addBatch();
                    if ((id + 1) % ROWS_PER_BATCH == 0 || id + 1 == rows) {
                        insert.executeBatch();
                        connection.commit();
                    }
                }
            }
            statement.execute("create unique index city_by_name on city (name)");
            connection.commit();
        }
    }

    /** A connection that reads, and does every query anew, also one that it had before. The first one of a process opens the file, the last one to be closed closes it. */
    Connection connect() throws SQLException {
        return DriverManager.getConnection(url(name()) + ";IFEXISTS=TRUE;ACCESS_MODE_DATA=r;OPTIMIZE_REUSE_RESULTS=0");
    }

    /** Throws where the file holds another table than the one its name promises. */
    void check() throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery("select count(*) from city")) {
            result.next();
            if (result.getLong(1) != rows) {
                throw new SQLException(path() + " must have " + rows + " rows: " + result.getLong(1));
            }
        }
    }

    // at the end of the process H2 would close the file earlier than the server has answered what is in work
    private String url(String database) {
        return "jdbc:h2:file:" + folder.resolve(database) + ";DB_CLOSE_ON_EXIT=FALSE;TRACE_LEVEL_FILE=0";
    }
}
