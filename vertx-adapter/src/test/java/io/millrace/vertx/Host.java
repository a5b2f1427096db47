package io.millrace.vertx;

import static java.util.concurrent.TimeUnit.SECONDS;

import io.vertx.core.Context;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.ThreadingModel;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.FutureTask;
import java.util.stream.Stream;

/** A deployed verticle whose context tests act on. */
final class Host {
    private final Vertx vertx;
    private final ThreadingModel model;
    private final String id;
    private final ContextInternal context;

    private Host(Vertx vertx, ThreadingModel model, String id, Context context) {
        this.vertx = vertx;
        this.model = model;
        this.id = id;
        this.context = (ContextInternal) context;
    }

    /** The models that this JVM has. */
    static Stream<ThreadingModel> models() {
        return Runtime.version().feature() >= 21
                ? Stream.of(ThreadingModel.EVENT_LOOP, ThreadingModel.WORKER, ThreadingModel.VIRTUAL_THREAD)
                : Stream.of(ThreadingModel.EVENT_LOOP, ThreadingModel.WORKER);
    }

    static Host deploy(Vertx vertx, ThreadingModel model) throws Exception {
        CompletableFuture<Context> started = new CompletableFuture<>();
        String id = get(vertx.deployVerticle(
                context -> {
                    started.complete(context);
                    return Future.succeededFuture();
                },
                new DeploymentOptions().setThreadingModel(model)));
        return new Host(vertx, model, id, started.get(10, SECONDS));
    }

    Context context() {
        return context;
    }

    /** Runs an action on the context and waits for it. */
    <R> R call(Callable<R> action) throws Exception {
        return callOn(context, action);
    }

    /** Runs an action on a context and waits for it. */
    static <R> R callOn(Context context, Callable<R> action) throws Exception {
        CompletableFuture<R> result = new CompletableFuture<>();
        context.runOnContext(now -> {
            try {
                result.complete(action.call());
            } catch (Throwable failure) {
                result.completeExceptionally(failure);
            }
        });
        return result.get(10, SECONDS);
    }

    /** Runs an action on a thread without context, which the calling one waits for. */
    static <R> R aside(Callable<R> action) throws Exception {
        FutureTask<R> result = new FutureTask<>(action);
        new Thread(result).start();
        return result.get(10, SECONDS);
    }

    ContextInternal duplicate() {
        return context.duplicate();
    }

    /** Where the calling code runs; null if that is this host's context and a thread of its model. */
    String elsewhere() {
        ContextInternal current = ContextInternal.current();
        boolean rightThread = switch (model) {
            case EVENT_LOOP -> Context.isOnEventLoopThread();
            case WORKER -> Context.isOnWorkerThread();
            default -> Thread.currentThread().getClass().getName().equals("java.lang.VirtualThread");
        };
        return current != null && current.unwrap() == context && current.inThread() && rightThread
                ? null
                : Thread.currentThread() + " with context " + current;
    }

    Future<Void> undeploy() {
        return vertx.undeploy(id);
    }

    /** The future's result, on a thread outside of Vert.x. */
    static <R> R get(Future<R> future) throws Exception {
        return future.await(10, SECONDS);
    }
}
