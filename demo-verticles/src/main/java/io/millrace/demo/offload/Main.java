package io.millrace.demo.offload;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Serves queries of a database over HTTP: the command line. */
@Command(
        name = "offload",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false,
        description = {
            "Serves queries of an embedded database over HTTP, on localhost.%n",
            "  /city?name=Bababa    one row, found by an index",
            "  /sum?from=0&to=999   the people in a range of rows, all of which are read",
            "  /metrics             for Prometheus%n",
            "Event loops hand the queries to workers, which may block. When there are more queries than fit into the queue, and"
                    + " none of them ends in time, a query is refused: 503, with Retry-After. Ctrl-C and SIGTERM let the"
                    + " server answer what is in work, and end it.%n"
        },
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {
            "0:the server was ended, or all answers were right",
            "1:the server failed, or an answer was wrong",
            "2:wrong arguments"
        })
public final class Main implements Callable<Integer> {
    private static final int FAILED = 1;
    private static final int WRONG_ARGUMENTS = 2;
    private static final int MAX_WORKERS = 256;
    private static final int MAX_PORT = 65_535;
    private static final int DEFAULT_PORT = 8080;
    private static final int MAX_ROWS = 100_000_000;

    @Option(
            names = "--port",
            paramLabel = "N",
            description = "0 for any that is free (default: " + DEFAULT_PORT + ", with --requests 0)")
    private @Nullable Integer port;

    @Option(
            names = "--via",
            paramLabel = "WAY",
            description =
                    "how queries get to the workers: workqueue (Millrace), executeBlocking or eventbus (what Vert.x has"
                            + " for it) (default: ${DEFAULT-VALUE})")
    private Via via = Via.WORK_QUEUE;

    @Option(
            names = "--workers",
            paramLabel = "N",
            description = "how many queries run at a time (default: twice the number of processors, ${DEFAULT-VALUE})")
    private int workers = Math.min(2 * Runtime.getRuntime().availableProcessors(), MAX_WORKERS);

    @Option(
            names = "--capacity",
            paramLabel = "N",
            description = "workqueue: how many accepted queries wait for a worker, 0 for a rendezvous"
                    + " (default: ${DEFAULT-VALUE})")
    private int capacity = 128;

    @Option(
            names = "--admission-timeout",
            paramLabel = "MILLIS",
            description =
                    "workqueue: how long a query waits to be accepted before it is refused (default: ${DEFAULT-VALUE})")
    private int admissionTimeout = 1000;

    @Option(names = "--rows", paramLabel = "N", description = "how many rows the table has (default: ${DEFAULT-VALUE})")
    private int rows = 1_000_000;

    @Option(
            names = "--data",
            paramLabel = "DIRECTORY",
            defaultValue = "${sys:java.io.tmpdir}/millrace-offload-${sys:user.name}",
            description =
                    "where the database is; it is made and filled where it is missing (default: ${DEFAULT-VALUE})")
    private String data = "";

    @Option(
            names = "--requests",
            paramLabel = "N",
            description = "ask the server so many questions over HTTP, check the answers, and end")
    private @Nullable Integer requests;

    private Main() {}

    /**
     * Runs the program and ends the JVM.
     *
     * @param arguments see {@code --help}
     */
    public static void main(String[] arguments) {
        CommandLine command = new CommandLine(new Main())
                .registerConverter(Via.class, Via::of)
                .setParameterExceptionHandler((failure, given) -> complain(failure.getMessage(), WRONG_ARGUMENTS))
                .setExecutionExceptionHandler((failure, executed, parsed) -> complain(failure.toString(), FAILED));
        System.exit(command.execute(arguments));
    }

    private static int complain(@Nullable String message, int exitStatus) {
        System.err.println("offload: " + message);
        return exitStatus;
    }

    @Override
    public Integer call() throws IOException, SQLException, InterruptedException {
        String wrong = wrong();
        if (wrong != null) {
            return complain(wrong, WRONG_ARGUMENTS);
        }
        Path folder;
        try {
            folder = Path.of(data);
        } catch (InvalidPathException e) {
            return complain("--data must be a directory: " + data, WRONG_ARGUMENTS);
        }
        CityFile file = new CityFile(folder, rows);
        if (!file.isFilled()) {
            System.err.println("offload: filling " + file.path() + " with " + rows + " rows, once");
            file.fill(City::of);
        }
        file.check();
        int anyOrDefault = requests == null ? DEFAULT_PORT : 0;
        int wanted = port == null ? anyOrDefault : port;
        Settings settings = new Settings(wanted, via, workers, capacity, Duration.ofMillis(admissionTimeout), rows);
        try (Sessions sessions = new Sessions(file, workers)) {
            return run(settings, sessions);
        } catch (ExecutionException e) {
            return complain(String.valueOf(e.getCause()), FAILED);
        }
    }

    private @Nullable String wrong() {
        if (port != null && (port < 0 || port > MAX_PORT)) {
            return "--port must be between 0 and " + MAX_PORT + ": " + port;
        }
        if (workers < 1 || workers > MAX_WORKERS) {
            return "--workers must be between 1 and " + MAX_WORKERS + ": " + workers;
        }
        if (capacity < 0) {
            return "--capacity must be >= 0: " + capacity;
        }
        if (admissionTimeout < 0) {
            return "--admission-timeout must be >= 0: " + admissionTimeout;
        }
        if (rows < 1 || rows > MAX_ROWS) {
            return "--rows must be between 1 and " + MAX_ROWS + ": " + rows;
        }
        // the address of a database ends there
        if (data.isEmpty() || data.contains(";")) {
            return "--data must be a directory without semicolons in its name: " + data;
        }
        if (requests != null && requests < 1) {
            return "--requests must be >= 1: " + requests;
        }
        return null;
    }

    private int run(Settings settings, Sessions sessions) throws ExecutionException, InterruptedException {
        Server server = Server.start(settings, sessions);
        if (requests == null) {
            Runtime.getRuntime().addShutdownHook(new Thread(() -> end(server, sessions), "offload-ended"));
            System.out.println("http://localhost:" + server.port());
            new CountDownLatch(1).await(); // until a signal ends the JVM
        }
        return load(server, settings);
    }

    /** Ends the server and the JVM, which has been told by a signal to end. */
    private static void end(Server server, Sessions sessions) {
        int exitStatus = FAILED;
        try {
            server.stop();
            sessions.close();
            exitStatus = 0;
        } catch (ExecutionException | InterruptedException | SQLException e) {
            complain("did not end as it should: " + e, FAILED);
        } finally {
            System.out.flush();
            // else the JVM would exit with 128 + the signal's number
            Runtime.getRuntime().halt(exitStatus);
        }
    }

    private int load(Server server, Settings settings) throws ExecutionException, InterruptedException {
        // clients of their own: the server's event loops shall not be busy with them
        Vertx clients = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
        try {
            Load.Result result = Server.await(Load.run(clients, server.port(), settings.rows(), requests));
            System.out.println(via + ": " + result.text());
            return result.wrong().isEmpty() ? 0 : FAILED;
        } finally {
            server.stop();
            Server.await(clients.close());
        }
    }
}
