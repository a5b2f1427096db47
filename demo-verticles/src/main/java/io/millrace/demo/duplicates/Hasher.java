package io.millrace.demo.duplicates;

import io.millrace.demo.duplicates.Finding.Hashed;
import io.millrace.demo.duplicates.Finding.Unreadable;
import io.millrace.vertx.VertxReceiver;
import io.millrace.vertx.VertxSender;
import io.vertx.core.Future;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Set;

/**
 * One of the worker verticles that take candidates from the same channel and read them, which blocks.
 *
 * <p>It asks for its next candidate when the channel behind it has taken what it found about the last one, so that a hasher
 * that is held back leaves the candidates to the others.
 */
final class Hasher {
    private static final int BUFFER_BYTES = 128 * 1024;
    private static final Set<OpenOption> READ = Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);

    private final Search search;
    private final VertxReceiver<Path> candidates;
    private final VertxSender<Finding> findings;

    private final MessageDigest sha256;
    private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);

    /** Made on the verticle's context, to which the handles belong from then on. */
    Hasher(Search search) {
        this.search = search;
        candidates = search.candidates().receiver();
        findings = search.findings().sender();
        try {
            sha256 = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JVM has SHA-256", e);
        }
    }

    Future<Void> start() {
        candidates
                .exceptionHandler(search::fail)
                .endHandler(end -> findings.close().onFailure(search::fail))
                .pause()
                .handler(candidate -> findings.send(read(candidate))
                        .onSuccess(sent -> {
                            search.sampleChannels();
                            candidates.fetch(1);
                        })
                        .onFailure(search::fail));
        candidates.fetch(1);
        return Future.succeededFuture();
    }

    private Finding read(Path path) {
        try (FileChannel file = FileChannel.open(path, READ)) {
            sha256.reset();
            long bytes = 0;
            while (file.read(buffer.clear()) >= 0) {
                bytes += buffer.position();
                sha256.update(buffer.flip());
            }
            return new Hashed(path, HexFormat.of().formatHex(sha256.digest()), bytes);
        } catch (IOException e) {
            return Unreadable.because(e, path);
        }
    }
}
