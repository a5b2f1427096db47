package io.millrace.demo.handback;

import io.millrace.Select;
import io.millrace.demo.handback.HandedBack.Found;
import io.millrace.demo.handback.Tally.Totals;
import io.millrace.vertx.VertxReceiver;
import io.millrace.vertx.VertxSender;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * The event-loop verticle that knows what is left to do. It reads no file.
 *
 * <p>It waits for a counter to take a piece of work <em>or</em> to hand something back, whatever comes first. If it waited to
 * hand out work only, it would never do so again once all counters wait to hand something back, and they would wait for it.
 */
final class Desk {
    private static final Duration SILENCE = Duration.ofSeconds(1);
    private static final int TURN_EVENTS = 100;

    private final Vertx vertx;
    private final Context context;
    private final VertxSender<Path> work;
    private final VertxReceiver<HandedBack> back;
    private final Promise<Totals> end = Promise.promise();

    // Owned by: the event loop
    private final Deque<Path> backlog = new ArrayDeque<>();
    private final Tally tally = new Tally();

    /** Made on the verticle's context, to which the handles belong. */
    Desk(Vertx vertx, Context context, VertxSender<Path> work, VertxReceiver<HandedBack> back) {
        this.vertx = vertx;
        this.context = context;
        this.work = work;
        this.back = back;
    }

    /** Has everything below a directory counted; to be called once, from any thread. */
    Future<Totals> count(Path root) {
        context.runOnContext(begin -> {
            backlog.push(root);
            serve();
        });
        return end.future();
    }

    /** What has arrived up to now, from any thread. */
    Future<Totals> soFar() {
        Promise<Totals> soFar = Promise.promise();
        context.runOnContext(now -> soFar.complete(tally.totals()));
        return soFar.future();
    }

    /** Nobody waits here: where nothing is ready, the select's future brings the loop back to it. */
    private void serve() {
        for (int events = 0; events < TURN_EVENTS; events++) {
            CompletableFuture<Runnable> choice = nextEvent().runAsync();
            if (!choice.isDone()) {
                // a counter's thread or a timer completes it
                choice.whenComplete((event, failure) -> context.runOnContext(here -> {
                    if (failure != null) {
                        end.tryFail(failure);
                        return;
                    }
                    event.run();
                    serveUnlessEnded();
                }));
                return;
            }
            choice.join().run();
            if (end.future().isComplete()) {
                return;
            }
        }
        // a task that queues itself would keep the loop from its sockets; behind a timer they have their turn
        vertx.timer(1, TimeUnit.NANOSECONDS).onComplete(rested -> serve());
    }

    private void serveUnlessEnded() {
        if (!end.future().isComplete()) {
            serve();
        }
    }

    /** What follows the choice may run on a counter's thread, so it only says what the event loop is to do. */
    private Select<Runnable> nextEvent() {
        Select<Runnable> select = Select.<Runnable>fair()
                .receive(back.receiver(), message -> () -> take(message))
                .disconnected(back.receiver(), () -> this::countersLeft)
                .timeout(SILENCE, () -> this::silence);
        if (!backlog.isEmpty()) {
            select.send(work.sender(), backlog.getLast(), () -> this::handedOut);
        }
        return select;
    }

    private void handedOut() {
        backlog.removeLast();
        tally.handedOut();
    }

    private void take(HandedBack message) {
        tally.add(message);
        if (message instanceof Found found) {
            // the youngest goes out first: depth first, which keeps the backlog short
            backlog.addLast(found.path());
        } else if (backlog.isEmpty() && tally.out() == 0) {
            work.close(); // tells the counters to leave
        }
    }

    /** The last counter has closed its end. */
    private void countersLeft() {
        if (backlog.isEmpty() && tally.out() == 0) {
            end.tryComplete(tally.totals());
        } else {
            end.tryFail("the counters left work behind");
        }
    }

    private void silence() {
        tally.silence();
        String heartbeat = "handback: nothing has moved for " + SILENCE.toSeconds() + " s, " + tally.out()
                + (tally.out() == 1 ? " piece" : " pieces") + " of work in progress";
        // standard error may block
        vertx.executeBlocking(() -> {
            System.err.println(heartbeat);
            return heartbeat;
        });
    }
}
