package io.millrace.demo.handback;

import io.millrace.Receiver;
import io.millrace.Select;
import io.millrace.Sender;
import io.millrace.demo.handback.HandedBack.Counted;
import io.millrace.demo.handback.HandedBack.Found;
import io.millrace.demo.handback.HandedBack.Listed;
import io.millrace.demo.handback.HandedBack.Other;
import io.millrace.demo.handback.HandedBack.Unreadable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

/**
 * One of the verticles that do what blocks: lists a directory, or counts the lines of a file. Straight-line code.
 *
 * <p>What it has to hand back is in its pocket. Whenever it waits, it waits for the desk to take something out of the pocket
 * <em>or</em> to give it more work, whatever comes first. It takes no more work when the pocket is full.
 */
final class Counter {
    /** The entries of one directory may exceed it. */
    private static final int FULL_POCKET = 16;

    private static final int BUFFER_BYTES = 128 * 1024;
    private static final Set<OpenOption> READ = Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);

    private final Threads threads;
    private final Receiver<Path> work;
    private final Sender<HandedBack> back;
    private final AtomicLong pieces;
    private final Queue<HandedBack> pocket = new ArrayDeque<>();
    private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
    private boolean working = true;

    /** @param pieces counts the pieces of work that this counter took */
    Counter(Threads threads, Receiver<Path> work, Sender<HandedBack> back, AtomicLong pieces) {
        this.threads = threads;
        this.work = work;
        this.back = back;
        this.pieces = pieces;
    }

    /** Works until the desk has closed its end. */
    void run() throws InterruptedException {
        while (working) {
            // what follows the choice runs on whatever thread made it, so it only says what this one is to do
            Select<Runnable> select = Select.<Runnable>fair().disconnected(work, () -> this::stop);
            if (pocket.size() < FULL_POCKET) {
                select.receive(work, piece -> () -> process(piece));
            }
            HandedBack first = pocket.peek();
            if (first != null) {
                select.send(back, first, () -> pocket::remove).disconnected(back, () -> this::stop);
            }
            threads.choose(select).run();
        }
    }

    /** The desk closes its end when it has all results, so that the pocket is empty then, or when it has failed. */
    private void stop() {
        working = false;
    }

    private void process(Path piece) {
        pieces.incrementAndGet();
        try {
            BasicFileAttributes attributes =
                    Files.readAttributes(piece, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            if (attributes.isDirectory()) {
                list(piece);
                pocket.add(new Listed());
            } else {
                pocket.add(attributes.isRegularFile() ? count(piece) : new Other());
            }
        } catch (IOException e) {
            pocket.add(new Unreadable(piece, reason(e)));
        }
    }

    private void list(Path directory) throws IOException {
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
            for (Path entry : entries) {
                pocket.add(new Found(entry));
            }
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
    }

    private Counted count(Path path) throws IOException {
        long lines = 0;
        long bytes = 0;
        try (FileChannel file = FileChannel.open(path, READ)) {
            while (file.read(buffer.clear()) >= 0) {
                int size = buffer.position();
                bytes += size;
                for (int i = 0; i < size; i++) {
                    if (buffer.get(i) == '\n') {
                        lines++;
                    }
                }
                Thread.yield(); // nobody preempts a virtual thread: a large file would keep the others from their turn
            }
        }
        return new Counted(lines, bytes);
    }

    private static String reason(IOException failure) {
        if (failure instanceof AccessDeniedException) {
            return "permission denied";
        }
        if (failure instanceof NoSuchFileException) {
            return "no such file or directory";
        }
        String reason = failure instanceof FileSystemException named ? named.getReason() : failure.getMessage();
        return reason == null ? failure.getClass().getSimpleName() : reason;
    }
}
