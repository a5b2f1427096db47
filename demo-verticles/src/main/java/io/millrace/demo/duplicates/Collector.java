package io.millrace.demo.duplicates;

import io.millrace.demo.duplicates.Finding.Hashed;
import io.millrace.demo.duplicates.Finding.Unreadable;
import io.millrace.vertx.VertxReceiver;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The event-loop verticle that receives what was found and puts identical files together. */
final class Collector {
    private final Context context;
    private final VertxReceiver<Finding> receiver;
    private final Promise<Findings> all = Promise.promise();

    // Owned by the event loop.
    private final Map<Content, List<Path>> filesByContent = new HashMap<>();
    private final List<Unreadable> unreadable = new ArrayList<>();
    private long hashedFiles;
    private long hashedBytes;

    /** Made on the verticle's context, to which the handle belongs from then on. */
    Collector(Search search, Context context) {
        this.context = context;
        receiver = search.findings().receiver();
        receiver.exceptionHandler(all::tryFail)
                .endHandler(end -> all.tryComplete(findings()))
                .handler(this::add);
    }

    /** Everything, once the channel is at its end. */
    Future<Findings> all() {
        return all.future();
    }

    /** What has arrived up to now. */
    Future<Findings> soFar() {
        Promise<Findings> soFar = Promise.promise();
        context.runOnContext(now -> soFar.complete(findings()));
        return soFar.future();
    }

    private void add(Finding finding) {
        if (finding instanceof Hashed hashed) {
            filesByContent
                    .computeIfAbsent(hashed.content(), content -> new ArrayList<>(2))
                    .add(hashed.path());
            hashedFiles++;
            hashedBytes += hashed.content().bytes();
        } else if (finding instanceof Unreadable failed) {
            unreadable.add(failed);
        }
    }

    private Findings findings() {
        List<Group> groups = new ArrayList<>();
        filesByContent.forEach((content, files) -> {
            if (files.size() > 1) {
                groups.add(new Group(content, List.copyOf(files)));
            }
        });
        return new Findings(groups, List.copyOf(unreadable), hashedFiles, hashedBytes);
    }
}
