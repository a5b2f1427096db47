package io.millrace.demo.duplicates;

import io.millrace.demo.duplicates.Finding.Hashed;
import io.millrace.demo.duplicates.Finding.Unreadable;
import io.millrace.vertx.VertxReceiver;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The event-loop verticle that receives what was found and puts identical files together. */
final class Collector {
    private final Context context;
    private final VertxReceiver<Finding> receiver;
    private final Promise<Void> all = Promise.promise();

    // Owned by the event loop.
    private final Map<String, Group> groupsByDigest = new HashMap<>();
    private final List<Unreadable> unreadable = new ArrayList<>();
    private long hashedFiles;
    private long hashedBytes;

    /** Made on the verticle's context, to which the handle belongs from then on. */
    Collector(Search search, Context context) {
        this.context = context;
        receiver = search.findings().receiver();
        receiver.exceptionHandler(all::tryFail)
                .endHandler(end -> all.tryComplete())
                .handler(this::add);
    }

    /** Completes when everything has arrived. */
    Future<Void> all() {
        return all.future();
    }

    /** What has arrived up to now, from any thread. */
    Future<Findings> soFar() {
        Promise<Findings> soFar = Promise.promise();
        context.runOnContext(now -> soFar.complete(findings()));
        return soFar.future();
    }

    private void add(Finding finding) {
        if (finding instanceof Hashed hashed) {
            groupsByDigest
                    .computeIfAbsent(hashed.sha256(), sha256 -> new Group(sha256, hashed.bytes(), new ArrayList<>(2)))
                    .files()
                    .add(hashed.path());
            hashedFiles++;
            hashedBytes += hashed.bytes();
        } else if (finding instanceof Unreadable failed) {
            unreadable.add(failed);
        }
    }

    /** What has arrived: on the event loop, or on any thread after {@link #all()}, which keeps the work off the event loop. */
    Findings findings() {
        List<Group> groups = new ArrayList<>();
        for (Group group : groupsByDigest.values()) {
            if (group.files().size() > 1) {
                groups.add(group.sorted());
            }
        }
        return new Findings(groups, List.copyOf(unreadable), hashedFiles, hashedBytes);
    }
}
