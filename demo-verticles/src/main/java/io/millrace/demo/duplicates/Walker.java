package io.millrace.demo.duplicates;

import io.millrace.demo.duplicates.Finding.Unreadable;
import io.millrace.vertx.VertxSender;
import io.vertx.core.Context;
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
    static final int MAX_UNDER_WAY = 16;

    private final Search search;
    private final Vertx vertx;
    private final Context context;
    private final DirectoryReader reader;
    private final VertxSender<Path> candidates;
    private final VertxSender<Finding> findings;

    // Owned by the event loop.
    private final Deque<Path> directories = new ArrayDeque<>();
    private final Map<Long, Path> firstOfItsSize = new HashMap<>();
    private final Set<Long> sharedSizes = new HashSet<>();
    private Iterator<Path> entries = Collections.emptyIterator();
    private boolean listing;
    private boolean walkingOnSoon;
    private int underWay;

    /** Made on the verticle's context, to which the handles belong from then on. */
    Walker(Search search, Vertx vertx, Context context) {
        this.search = search;
        this.vertx = vertx;
        this.context = context;
        reader = new DirectoryReader(vertx);
        candidates = search.candidates().sender();
        findings = search.findings().sender();
    }

    Future<Void> start(Path root) {
        directories.add(root);
        walkOn();
        return Future.succeededFuture();
    }

    /** Fills the free places, and leaves the event loop to others before it fills those that come free meanwhile. */
    private void walkOn() {
        for (int free = MAX_UNDER_WAY - underWay; free > 0 && entries.hasNext(); free--) {
            inspect(entries.next());
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

    /** Not at once: what is done when its future is asked would go deeper with each entry. */
    private void walkOnSoon() {
        if (!walkingOnSoon) {
            walkingOnSoon = true;
            context.runOnContext(now -> {
                walkingOnSoon = false;
                walkOn();
            });
        }
    }

    private void inspect(Path path) {
        underWay++;
        reader.inspect(path)
                .compose(this::visit, failure -> report(Unreadable.because(failure, path)))
                .onFailure(search::fail)
                .onComplete(visited -> {
                    underWay--;
                    walkOnSoon();
                });
    }

    private void list(Path directory) {
        listing = true;
        reader.list(directory)
                .<Void>compose(
                        found -> {
                            entries = found.iterator();
                            return Future.succeededFuture();
                        },
                        failure -> report(Unreadable.because(failure, directory)))
                .onFailure(search::fail)
                .onComplete(listed -> {
                    listing = false;
                    walkOnSoon();
                });
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
        return candidates.send(candidate).onSuccess(sent -> search.sampleChannels());
    }

    private Future<Void> report(Finding finding) {
        return findings.send(finding).onSuccess(sent -> search.sampleChannels());
    }

    private void finish() {
        candidates.close();
        vertx.executeBlocking(() -> unreadable(firstOfItsSize.values()))
                .onFailure(search::fail)
                .onSuccess(unreadable -> reportAll(unreadable.iterator()));
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

    private void reportAll(Iterator<Unreadable> unreadable) {
        if (unreadable.hasNext()) {
            report(unreadable.next())
                    .onFailure(search::fail)
                    .onSuccess(sent -> context.runOnContext(now -> reportAll(unreadable)));
        } else {
            findings.close();
        }
    }
}
