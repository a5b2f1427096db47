package io.millrace.demo.duplicates;

import io.millrace.demo.duplicates.Finding.Unreadable;
import io.millrace.vertx.VertxSender;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.AccessMode;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The event-loop verticle that walks the tree and sends the files whose size is not unique to the hashers.
 *
 * <p>The first file of each size is held until a second one shows up; then both are candidates. A bounded number of entries
 * is under way at any time, and one is under way until the channel has taken its candidates: a full channel stops the walk.
 */
final class Walker {
    private static final int MAX_UNDER_WAY = 32;

    private final Search search;
    private final Vertx vertx;
    private final DirectoryReader reader;
    private final VertxSender<Path> candidates;
    private final VertxSender<Finding> findings;

    // Owned by the event loop.
    private final Deque<Path> directories = new ArrayDeque<>();
    private final Map<Long, Path> firstOfItsSize = new HashMap<>();
    private final Set<Long> sharedSizes = new HashSet<>();
    private Iterator<Path> entries = Collections.emptyIterator();
    private boolean listing;
    private int underWay;

    /** Made on the verticle's context, to which the handles belong from then on. */
    Walker(Search search, Vertx vertx) {
        this.search = search;
        this.vertx = vertx;
        reader = new DirectoryReader(vertx);
        candidates = search.candidates().sender();
        findings = search.findings().sender();
    }

    Future<Void> start(Path root) {
        directories.add(root);
        walkOn();
        return Future.succeededFuture();
    }

    private void walkOn() {
        while (underWay < MAX_UNDER_WAY && entries.hasNext()) {
            underWay++;
            Path path = entries.next();
            reader.inspect(path)
                    .compose(this::visit, failure -> report(Unreadable.because(failure, path)))
                    .onComplete(visited -> {
                        underWay--;
                        walkOn();
                    })
                    .onFailure(search::fail);
        }
        if (entries.hasNext() || listing) {
            return;
        }
        if (!directories.isEmpty()) {
            list(directories.pop());
        } else if (underWay == 0) {
            finish();
        }
    }

    private void list(Path directory) {
        listing = true;
        reader.list(directory)
                .<Void>compose(
                        found -> {
                            entries = found;
                            return Future.succeededFuture();
                        },
                        failure -> report(Unreadable.because(failure, directory)))
                .onComplete(listed -> {
                    listing = false;
                    walkOn();
                })
                .onFailure(search::fail);
    }

    private Future<Void> visit(DirectoryEntry entry) {
        if (entry.isDirectory()) {
            directories.push(entry.path());
        }
        if (!entry.isFile()) {
            return Future.succeededFuture();
        }
        search.fileSeen();
        if (sharedSizes.contains(entry.size())) {
            return send(entry.path());
        }
        Path first = firstOfItsSize.remove(entry.size());
        if (first == null) {
            firstOfItsSize.put(entry.size(), entry.path());
            return Future.succeededFuture();
        }
        sharedSizes.add(entry.size());
        return send(first).compose(sent -> send(entry.path()));
    }

    private Future<Void> send(Path candidate) {
        return candidates.send(candidate).onSuccess(sent -> search.sampleSizes());
    }

    private Future<Void> report(Finding finding) {
        return findings.send(finding).onSuccess(sent -> search.sampleSizes());
    }

    private void finish() {
        candidates.close();
        vertx.executeBlocking(() -> unreadable(firstOfItsSize.values()))
                .compose(unreadable -> reportAll(unreadable.iterator()))
                .eventually(findings::close)
                .onFailure(search::fail);
    }

    /** Nobody hashes these files; whether one is listed as unreadable must not depend on what else is in the tree. */
    private static List<Unreadable> unreadable(Iterable<Path> files) {
        List<Unreadable> unreadable = new ArrayList<>();
        for (Path file : files) {
            try {
                file.getFileSystem().provider().checkAccess(file, AccessMode.READ);
            } catch (IOException e) {
                unreadable.add(Unreadable.because(e, file));
            }
        }
        return unreadable;
    }

    private Future<Void> reportAll(Iterator<Unreadable> unreadable) {
        while (unreadable.hasNext()) {
            Future<Void> reported = report(unreadable.next());
            if (!reported.isComplete()) {
                return reported.compose(done -> reportAll(unreadable));
            }
        }
        return Future.succeededFuture();
    }
}
