package io.millrace.demo.handback;

import io.millrace.demo.duplicates.FileNames;
import io.millrace.demo.handback.Tally.Totals;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
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

/** Counts the lines of all files in a directory tree: the command line. */
@Command(
        name = "handback",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false,
        description = {
            "Counts the lines and bytes of all files in a directory tree, as this does:%n",
            "    find DIRECTORY -type f -exec cat {} + | wc -lc%n",
            "An event loop hands files and directories to virtual threads, which read them and hand back what they found."
                    + " Links below the directory are not followed; pipes, sockets and devices are left alone. What cannot be read"
                    + " is listed, and changes nothing else.%n"
        },
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {
            "  0:the tree was counted, also if something in it could not be read",
            "  1:the count failed, or the report could not be written",
            "  2:wrong arguments, no such directory, or no virtual threads",
            "130:interrupted (Ctrl-C); what was counted so far is printed"
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
            description = "what to count (default: the home of this JDK, ${DEFAULT-VALUE})")
    private String directory = "";

    @Option(
            names = "--workers",
            paramLabel = "N",
            description = "how many files and directories are read at once (default: ${DEFAULT-VALUE})")
    private int workers = 4;

    @Option(
            names = "--threads",
            paramLabel = "KIND",
            description =
                    "what they are read on: virtual or worker (default: virtual, where this JVM has them: JDK 21)")
    private @Nullable Threads threads;

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
                .setCaseInsensitiveEnumValuesAllowed(true)
                // a directory may be called @home
                .setExpandAtFiles(false)
                .setParameterExceptionHandler((failure, given) -> complain(failure.getMessage(), WRONG_ARGUMENTS))
                .setExecutionExceptionHandler((failure, executed, parsed) -> complain(failure.toString(), FAILED));
        System.exit(command.execute(arguments));
    }

    private static int complain(@Nullable String message, int exitStatus) {
        System.err.println("handback: " + message);
        return exitStatus;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (workers < 1 || workers > MAX_WORKERS) {
            return complain("--workers must be between 1 and " + MAX_WORKERS + ": " + workers, WRONG_ARGUMENTS);
        }
        Threads chosen = threads;
        if (chosen == null) {
            chosen = Threads.VIRTUAL.isAvailable() ? Threads.VIRTUAL : Threads.WORKER;
        } else if (!chosen.isAvailable()) {
            return complain(
                    "--threads virtual needs JDK 21 or newer, and this is "
                            + Runtime.version().feature() + "; use --threads worker",
                    WRONG_ARGUMENTS);
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
        return count(given, given.toRealPath(), chosen);
    }

    // the JVM has lost what the user typed, and cannot get it back
    private String hint() {
        return FileNames.isExact(directory)
                ? ""
                : " (this locale's charset lacks some of its letters; try LC_ALL=C.UTF-8)";
    }

    private int count(Path given, Path root, Threads chosen) throws InterruptedException {
        Vertx vertx = Vertx.vertx(new VertxOptions()
                .setEventLoopPoolSize(2)
                .setMaxEventLoopExecuteTimeUnit(TimeUnit.MILLISECONDS)
                .setMaxEventLoopExecuteTime(EVENT_LOOP_LIMIT_MILLIS)
                .setBlockedThreadCheckIntervalUnit(TimeUnit.MILLISECONDS)
                .setBlockedThreadCheckInterval(Math.max(1, EVENT_LOOP_LIMIT_MILLIS / 2)));
        Counting counting = new Counting(vertx, chosen, workers);
        Printer printer = new Printer(given, root, json, chosen, counting);
        // a JVM that a signal ends runs this and exits with 128 + the signal's number: 130 for Ctrl-C
        Runtime.getRuntime().addShutdownHook(new Thread(printer::printSoFar, "handback-interrupted"));
        try {
            Totals totals =
                    counting.run(root).toCompletionStage().toCompletableFuture().get();
            return printer.printAll(totals) ? 0 : complain("cannot write the report", FAILED);
        } catch (ExecutionException e) {
            printer.end();
            return complain("the count failed: " + e.getCause(), FAILED);
        }
    }
}
