package io.millrace.demo.offload;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The server in this JVM, so that a test can hold its database. */
class ServerTest {
    private static final int ROWS = 10_000;
    private static final String QUERY = "/city?name=Bababa";

    @TempDir
    static Path folder;

    private static CityFile file;

    private Sessions sessions;
    private Server server;
    private Client client;
    private boolean stopped;

    @BeforeAll
    static void fill() throws IOException, SQLException {
        file = new CityFile(folder, ROWS);
        file.fill(City::of);
    }

    private void start(Via via, int workers, int capacity, Duration admissionTimeout) throws Exception {
        sessions = new Sessions(file, workers);
        server = Server.start(new Settings(0, via, workers, capacity, admissionTimeout, ROWS), sessions);
        client = new Client(server.port());
    }

    @AfterEach
    void stop() throws Exception {
        client.close();
        if (!stopped) {
            server.stop();
        }
        sessions.close();
    }

    @ParameterizedTest
    @EnumSource(Via.class)
    void city_byItsName_isTheRow(Via via) throws Exception {
        start(via, 2, 128, Duration.ofSeconds(20));

        assertThat(client.get(QUERY).json())
                .isEqualTo(new JsonObject("{\"id\": 0, \"name\": \"Bababa\", \"population\": 0}"));
        assertThat(client.get("/city?name=Bazuzu").json())
                .isEqualTo(new JsonObject(
                        "{\"id\": 9999, \"name\": \"Bazuzu\", \"population\": " + 9999L * 7919 % 1_000_003 + "}"));
    }

    @ParameterizedTest
    @EnumSource(Via.class)
    void sum_ofARange_isThatOfItsRows(Via via) throws Exception {
        start(via, 2, 128, Duration.ofSeconds(20));
        long expected = 0;
        for (long id = 7; id <= 9000; id++) {
            expected += id * 7919 % 1_000_003;
        }

        assertThat(client.get("/sum?from=7&to=9000").json())
                .isEqualTo(new JsonObject().put("from", 7).put("to", 9000).put("sum", expected));
        assertThat(client.get("/sum?from=1&to=1").json())
                .isEqualTo(new JsonObject("{\"from\": 1, \"to\": 1, \"sum\": 7919}"));
    }

    @ParameterizedTest
    @EnumSource(Via.class)
    void city_ofNoSuchName_isNotFound(Via via) throws Exception {
        start(via, 2, 128, Duration.ofSeconds(20));

        Client.Answer answer = client.get("/city?name=Atlantis");

        assertThat(answer.status()).isEqualTo(404);
        assertThat(answer.json().getString("error")).isEqualTo("no such row: {\"name\":\"Atlantis\"}");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/city | 400 | name must be given once: []",
                "/city?name= | 400 | name must be given once: []",
                "/city?name=a&name=b | 400 | name must be given once: [a, b]",
                "/sum?from=0 | 400 | to must be given once: []",
                "/sum?from=one&to=2 | 400 | from must be a number between 0 and 9999: one",
                "/sum?from=-1&to=2 | 400 | from must be between 0 and 9999: -1",
                "/sum?from=0&to=10000 | 400 | to must be between 0 and 9999: 10000",
                "/sum?from=0&to=99999999999999999999 | 400 | to must be a number between 0 and 9999: 99999999999999999999",
                "/sum?from=2&to=1 | 400 | from must be <= to: 2 > 1",
                "/ | 404 | no such path: /; there are [/city, /sum, /metrics]",
                "/citys?name=a | 404 | no such path: /citys; there are [/city, /sum, /metrics]"
            })
    void request_withABadValue_isRefusedAndTheValueNamed(String uri, int status, String error) throws Exception {
        start(Via.WORK_QUEUE, 1, 1, Duration.ofSeconds(20));

        Client.Answer answer = client.get(uri);

        assertThat(answer.json().getString("error")).isEqualTo(error);
        assertThat(answer.status()).isEqualTo(status);
    }

    @Test
    void request_withABadEncoding_isRefused() throws Exception {
        start(Via.WORK_QUEUE, 1, 1, Duration.ofSeconds(20));

        assertThat(client.get("/city?name=%zz").status()).isEqualTo(400);
    }

    @Test
    void request_withAnotherMethod_isRefused() throws Exception {
        start(Via.WORK_QUEUE, 1, 1, Duration.ofSeconds(20));

        assertThat(Client.end(client.ask(HttpMethod.DELETE, QUERY)).status()).isEqualTo(405);
    }

    @Test
    void query_whenTheQueueIsFull_isRefusedWithRetryAfterAndNoneHangs() throws Exception {
        start(Via.WORK_QUEUE, 2, 3, Duration.ofMillis(1200));
        List<CompletableFuture<Client.Answer>> accepted;
        HeldDatabase held = new HeldDatabase();
        try {
            accepted = client.ask(QUERY, 5).toList();
            awaitMetric("millrace_workqueue_running_jobs{queue=\"queries\"}", 2);
            awaitMetric("millrace_workqueue_size_jobs{queue=\"queries\"}", 3);

            for (CompletableFuture<Client.Answer> refused :
                    client.ask(QUERY, 40).toList()) {
                Client.Answer answer = Client.end(refused);
                assertThat(answer.status()).isEqualTo(503);
                assertThat(answer.retryAfter()).isEqualTo("2");
                assertThat(answer.json().getString("error")).isEqualTo("too many queries at the moment");
            }
            assertThat(accepted).noneMatch(CompletableFuture::isDone);
        } finally {
            held.release();
        }
        for (CompletableFuture<Client.Answer> answer : accepted) {
            assertThat(Client.end(answer).status()).isEqualTo(200);
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Via.class,
            names = {"WORK_QUEUE", "EXECUTE_BLOCKING"})
    void query_whoseClientIsGone_isNotAskedOfTheDatabase(Via via) throws Exception {
        start(via, 1, 128, Duration.ofSeconds(20));
        HeldDatabase held = new HeldDatabase();
        CompletableFuture<Client.Answer> first;
        try {
            first = client.ask(QUERY);
            awaitMetric("offload_in_work", 1);
            try (Socket impatient = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
                impatient
                        .getOutputStream()
                        .write("GET /sum?from=0&to=9 HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(US_ASCII));
                awaitMetric("offload_in_work", 2);
            }
            awaitMetric("offload_clients_gone_total", 1);
        } finally {
            held.release();
        }

        assertThat(Client.end(first).status()).isEqualTo(200);
        awaitMetric("offload_in_work", 0);
        assertThat(sessions.asked()).isEqualTo(1);
        awaitMetric("offload_requests_seconds_count{path=\"/sum\",status=\"client gone\"}", 1);
    }

    @Test
    void metrics_afterSomeRequests_countThem() throws Exception {
        start(Via.WORK_QUEUE, 2, 7, Duration.ofSeconds(20));
        client.get(QUERY);
        client.get(QUERY);
        client.get("/city?name=Atlantis");
        client.get("/sum?from=0&to=1");
        client.get("/nowhere");

        awaitMetric("offload_requests_seconds_count{path=\"/city\",status=\"200\"}", 2);
        awaitMetric("offload_requests_seconds_count{path=\"/city\",status=\"404\"}", 1);
        awaitMetric("offload_requests_seconds_count{path=\"/sum\",status=\"200\"}", 1);
        awaitMetric("offload_requests_seconds_count{path=\"other\",status=\"404\"}", 1);
        awaitMetric("millrace_workqueue_accepted_jobs_total{queue=\"queries\"}", 4);
        awaitMetric("millrace_workqueue_capacity_jobs{queue=\"queries\"}", 7);
        assertThat(client.get("/metrics").body()).contains("jvm_memory_used_bytes{");
    }

    @ParameterizedTest
    @EnumSource(Via.class)
    void query_whenTheDatabaseFails_saysSoAndTheNextIsAnswered(Via via) throws Exception {
        start(via, 1, 128, Duration.ofSeconds(20));
        assertThat(client.get(QUERY).status()).isEqualTo(200);
        try (Connection connection = file.connect();
                var statement = connection.createStatement()) {
            statement.execute("shutdown immediately");
        }

        Client.Answer answer = client.get(QUERY);

        assertThat(answer.status()).isEqualTo(500);
        assertThat(answer.json().getString("error")).startsWith("the database failed: Database is already closed");
        assertThat(client.get(QUERY).status()).isEqualTo(200);
    }

    @ParameterizedTest
    @EnumSource(Via.class)
    void stop_inTheMiddle_answersWhatIsInWorkAndAcceptsNothingMore(Via via) throws Exception {
        start(via, 1, 128, Duration.ofSeconds(20));
        assertThat(client.get(QUERY).status()).isEqualTo(200);
        List<CompletableFuture<Client.Answer>> inWork;
        CompletableFuture<Void> stopping;
        HeldDatabase held = new HeldDatabase();
        try {
            inWork = client.ask(QUERY, 10).toList();
            awaitMetric("offload_in_work", 10);
            stopped = true;
            stopping = CompletableFuture.runAsync(() -> {
                try {
                    server.stop();
                } catch (ExecutionException | InterruptedException e) {
                    throw new AssertionError(e);
                }
            });
            await().until(this::refusesConnections);
            assertThat(stopping).isNotDone();
            assertThat(inWork).noneMatch(CompletableFuture::isDone);
        } finally {
            held.release();
        }
        for (CompletableFuture<Client.Answer> answer : inWork) {
            assertThat(Client.end(answer).status()).isEqualTo(200);
        }
        stopping.get(20, TimeUnit.SECONDS);
    }

    private boolean refusesConnections() throws IOException {
        try {
            new Socket(InetAddress.getLoopbackAddress(), server.port()).close();
            return false;
        } catch (ConnectException e) {
            return true;
        }
    }

    private void awaitMetric(String line, double value) {
        await().untilAsserted(() -> assertThat(client.metric(line)).as(line).isEqualTo(value));
    }

    /** Until it is released, queries of other connections wait. */
    private static final class HeldDatabase {
        private final Connection connection;

        HeldDatabase() throws SQLException {
            connection = file.connect();
            set("exclusive 1");
        }

        private void set(String setting) throws SQLException {
            try (var statement = connection.createStatement()) {
                statement.execute("set " + setting);
            }
        }

        void release() throws SQLException {
            set("exclusive 0");
            connection.close();
        }
    }
}
