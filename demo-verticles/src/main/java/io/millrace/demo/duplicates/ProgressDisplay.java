package io.millrace.demo.duplicates;

import io.vertx.core.Vertx;
import java.io.Console;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;

/** A progress bar on a terminal's standard error: how many of the candidates known so far are done. */
final class ProgressDisplay implements AutoCloseable {
    private static final int UPDATE_MILLIS = 100;

    private final Vertx vertx;
    private final ProgressBar bar;
    private final long timer;

    ProgressDisplay(Vertx vertx, Search search) {
        this.vertx = vertx;
        bar = new ProgressBarBuilder()
                .setTaskName("hashed")
                .setUnit(" files", 1)
                .setInitialMax(0)
                .setUpdateIntervalMillis(UPDATE_MILLIS)
                .clearDisplayOnFinish()
                .build();
        timer = vertx.setPeriodic(UPDATE_MILLIS, now -> {
            bar.maxHint(search.candidates().stats().sent());
            bar.stepTo(search.findings().stats().received());
        });
    }

    @Override
    public void close() {
        vertx.cancelTimer(timer);
        bar.close();
    }

    /** Whether a person watches: standard input, output and error are all a terminal. */
    @SuppressWarnings("SystemConsoleNull") // isTerminal asks for the rest
    static boolean isWatched() {
        Console console = System.console();
        return console != null && isTerminal(console) && isTerminal(Path.of("/proc/self/fd/2"));
    }

    // from JDK 22 on there is a console in a pipe too, and this method tells
    private static boolean isTerminal(Console console) {
        try {
            return (boolean) Console.class.getMethod("isTerminal").invoke(console);
        } catch (NoSuchMethodException e) {
            return true;
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    // a console says nothing about standard error; systems without this file leave it at that
    private static boolean isTerminal(Path descriptor) {
        try {
            return !Files.isSymbolicLink(descriptor)
                    || Files.readSymbolicLink(descriptor).toString().matches("/dev/(pts/|tty|console).*");
        } catch (IOException e) {
            return false;
        }
    }
}
