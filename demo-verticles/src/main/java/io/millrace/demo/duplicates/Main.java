package io.millrace.demo.duplicates;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Finds identical files in a directory tree: the command line. */
@Command(
        name = "duplicates",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false,
        description = {
            "Finds identical files in a directory tree.%n",
            "Only files whose size occurs more than once are read. Links below the directory are not followed; pipes, sockets"
                    + " and devices are left alone. What cannot be read is listed, and changes nothing else.%n"
        },
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {
            "  0:the tree was searched, also if something in it could not be read",
            "  1:the search failed, or the report could not be written",
            "  2:wrong arguments, or no such directory",
            "130:interrupted (Ctrl-C); what was found so far is printed"
        })
public final class Main implements Callable<Integer> {
    private static final int FAILED = 1;
    private static final int WRONG_ARGUMENTS = 2;
    private static final int MAX_WORKERS = 256;

    /** From how many milliseconds on Vert.x warns, on standard error, that an event loop is blocked. */
    private static final long EVENT_LOOP_LIMIT_MILLIS = Long.getLong("millrace.eventLoopLimitMillis", 2000);

    @Parameters(
            arity = "0..1",
            paramLabel = "DIRECTORY",
            defaultValue = "${sys:java.home}",
            description = "where to search (default: the home of this JDK, ${DEFAULT-VALUE})")
    private String directory = "";

    @Option(
            names = "--workers",
            paramLabel = "N",
            description = "how many files are read at once (default: the number of processors, ${DEFAULT-VALUE})")
    private int workers = Math.min(Runtime.getRuntime().availableProcessors(), MAX_WORKERS);

    @Option(
            names = "--capacity",
            paramLabel = "N",
            description = "how many messages each channel holds, 0 for a rendezvous (default: ${DEFAULT-VALUE})")
    private int capacity = 128;

    @Option(names = "--json", description = "print one JSON document")
    private boolean json;

    private Main() {}

    /**
     * Runs the program and ends the JVM.
     *
     * @param arguments see {@code --help}
     */
    public static void main(String[] arguments) {
        CommandLine command = new CommandLine(new Main())
                // a directory may be called @home
                .setExpandAtFiles(false)
                .setParameterExceptionHandler((failure, given) -> complain(failure.getMessage(), WRONG_ARGUMENTS))
                .setExecutionExceptionHandler((failure, executed, parsed) -> complain(failure.toString(), FAILED));
        System.exit(command.execute(arguments));
    }

    private static int complain(@Nullable String message, int exitStatus) {
        System.err.println("duplicates: " + message);
        return exitStatus;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (workers < 1 || workers > MAX_WORKERS) {
            return complain("--workers must be between 1 and " + MAX_WORKERS + ": " + workers, WRONG_ARGUMENTS);
        }
        if (capacity < 0) {
            return complain("--capacity must be >= 0: " + capacity, WRONG_ARGUMENTS);
        }
        Path given;
        try {
            given = Path.of(directory);
        } catch (InvalidPathException e) {
            return complain("no such directory: " + FileNames.quoted(directory) + hint(), WRONG_ARGUMENTS);
        }
        if (directory.isEmpty() || !Files.exists(given)) {
            return complain("no such directory: " + FileNames.quoted(directory) + hint(), WRONG_ARGUMENTS);
        }
        if (!Files.isDirectory(given)) {
            return complain("not a directory: " + FileNames.quoted(directory), WRONG_ARGUMENTS);
        }
        return search(given, given.toRealPath());
    }

    // the JVM has lost what the user typed, and cannot get it back
    private String hint() {
        return FileNames.isExact(directory)
                ? ""
                : " (this locale's charset lacks some of its letters; try LC_ALL=C.UTF-8)";
    }

    private int search(Path given, Path root) throws InterruptedException {
        Vertx vertx = Vertx.vertx(new VertxOptions()
                .setEventLoopPoolSize(2)
                // an event loop starts these threads, and waits until each runs
                .setInternalBlockingPoolSize(4)
                .setWorkerPoolSize(2)
                .setMaxEventLoopExecuteTimeUnit(TimeUnit.MILLISECONDS)
                .setMaxEventLoopExecuteTime(EVENT_LOOP_LIMIT_MILLIS)
                .setBlockedThreadCheckIntervalUnit(TimeUnit.MILLISECONDS)
                .setBlockedThreadCheckInterval(Math.max(1, EVENT_LOOP_LIMIT_MILLIS / 2))
                // names are absolute paths; nothing is looked up on the class path
                .setFileSystemOptions(new FileSystemOptions()
                        .setClassPathResolvingEnabled(false)
                        .setFileCachingEnabled(false)));
        Search search = new Search(vertx, root, workers, capacity);
        Printer printer = new Printer(given, root, json, search);
        // a JVM that a signal ends runs this and exits with 128 + the signal's number: 130 for Ctrl-C
        Runtime.getRuntime().addShutdownHook(new Thread(printer::printSoFar, "duplicates-interrupted"));
        if (ProgressDisplay.isWatched()) {
            printer.showProgress(vertx);
        }
        try {
            search.run().toCompletionStage().toCompletableFuture().get();
            return printer.printAll() ? 0 : complain("cannot write the report", FAILED);
        } catch (ExecutionException e) {
            printer.end();
            return complain("the search failed: " + e.getCause(), FAILED);
        }
    }
}
