package io.millrace.vertx;

import static io.millrace.vertx.Host.get;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.Channel;
import io.millrace.DisconnectedException;
import io.vertx.core.Future;
import io.vertx.core.ThreadingModel;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.spi.context.storage.ContextLocal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * While threads and other contexts load the channels: where every future completes and every handler runs, its duplicate
 * with its local data, one at a time and in order, on every threading model.
 */
@ParameterizedClass
@MethodSource("io.millrace.vertx.Host#models")
class ContextsUnderLoadTest {
    /** Registered before any Vert.x is made that has it. */
    private static final ContextLocal<Integer> ID = ContextLocal.registerLocal(Integer.class);

    private static final int ROUNDS = 60;
    private static final int DUPLICATES = 4;

    /** A message says who sent it, and which of its messages it is. */
    private record Numbered(int sender, int number) {}

    private final ThreadingModel model;
    private final Vertx vertx = Vertx.vertx();
    private final Channel<Numbered> in = Channel.bounded(4);
    private final VertxChannel<Numbered> vertxIn = VertxChannel.wrap(vertx, in);
    private final Channel<Numbered> out = Channel.bounded(4);
    private final VertxChannel<Numbered> vertxOut = VertxChannel.wrap(vertx, out);
    private final VertxChannel<Numbered> silent = VertxChannel.wrap(vertx, Channel.rendezvous());

    private final AtomicInteger inside = new AtomicInteger();
    private final Queue<String> wrong = new ConcurrentLinkedQueue<>();
    private final Map<String, Integer> seen = new ConcurrentHashMap<>();
    private final List<Thread> threads = new ArrayList<>();
    private Host host;
    private Host serving;
    private WorkQueue<Integer, Integer> queue;

    ContextsUnderLoadTest(ThreadingModel model) {
        this.model = model;
    }

    @BeforeEach
    void load() throws Exception {
        host = Host.deploy(vertx, model);
        serving = Host.deploy(vertx, model);
        for (int i = 0; i < 2; i++) {
            int sender = i;
            start(() -> {
                for (int number = 0; ; number++) {
                    in.sender().send(new Numbered(sender, number));
                }
            });
        }
        start(() -> {
            while (true) {
                out.receiver().receive();
            }
        });
        Host other = Host.deploy(vertx, ThreadingModel.EVENT_LOOP);
        VertxSender<Numbered> sender = other.call(vertxIn::sender);
        other.call(() -> sendForEver(sender, 0));
        queue = WorkQueue.shared(vertx, "doubling", new WorkQueueOptions().setCapacity(2));
        serving.call(() -> model == ThreadingModel.EVENT_LOOP
                ? queue.serveAsync(2, job -> Future.succeededFuture(served("serveAsync", job)))
                : queue.serve(job -> served("serve", job)));
    }

    @AfterEach
    void closeVertx() throws Exception {
        in.cancel();
        out.cancel();
        for (Thread thread : threads) {
            thread.join(SECONDS.toMillis(10));
        }
        get(vertx.close());
    }

    private interface Loading {
        void run() throws InterruptedException;
    }

    private void start(Loading loading) {
        Thread thread = new Thread(() -> {
            try {
                loading.run();
            } catch (DisconnectedException end) {
                return;
            } catch (InterruptedException failure) {
                throw new AssertionError(failure);
            }
        });
        threads.add(thread);
        thread.start();
    }

    private Future<Void> sendForEver(VertxSender<Numbered> sender, int number) {
        return sender.send(new Numbered(2, number)).onSuccess(sent -> sendForEver(sender, number + 1));
    }

    private int served(String kind, int job) {
        see(kind);
        wrongIf(serving.elsewhere() != null, kind + " at " + serving.elsewhere());
        return 2 * job;
    }

    private void see(String kind) {
        seen.merge(kind, 1, Integer::sum);
    }

    private void wrongIf(boolean isWrong, String what) {
        if (isWrong && wrong.size() < 20) {
            wrong.add(what);
        }
    }

    /** To be called where a callback runs: on this very context of the host, with its local data. */
    private void expect(String kind, ContextInternal expected) {
        wrongIf(inside.incrementAndGet() != 1, kind + ": two at once");
        see(kind);
        wrongIf(host.elsewhere() != null, kind + " at " + host.elsewhere());
        wrongIf(ContextInternal.current() != expected, kind + " on " + ContextInternal.current());
        Integer local = ContextInternal.current().getLocal(ID);
        Integer localExpected = expected.isDuplicate() ? System.identityHashCode(expected) : null;
        wrongIf(!Objects.equals(local, localExpected), kind + " with local data " + local);
        inside.decrementAndGet();
    }

    /** To be called where a stream's handler runs: on a fresh duplicate of the host's context. */
    private void expectEvent(String kind) {
        wrongIf(inside.incrementAndGet() != 1, kind + ": two at once");
        see(kind);
        ContextInternal current = ContextInternal.current();
        wrongIf(host.elsewhere() != null, kind + " at " + host.elsewhere());
        wrongIf(current == host.context(), kind + " on the root context");
        wrongIf(current.getLocal(ID) != null, kind + " with another message's local data");
        current.putLocal(ID, -1);
        inside.decrementAndGet();
    }

    /** Messages of one sender arrive in order at each receiver. */
    private void expectOrder(String kind, Map<Integer, Integer> last, Numbered message) {
        Integer before = last.put(message.sender(), message.number());
        wrongIf(before != null && before >= message.number(), kind + ": " + message + " after " + before);
    }

    @Test
    void everyFuture_completesOnTheContextThatCalled() throws Exception {
        VertxReceiver<Numbered> receiver = host.call(vertxIn::receiver);
        VertxSender<Numbered> sender = host.call(vertxOut::sender);
        VertxReceiver<Numbered> nothing = host.call(silent::receiver);
        List<ContextInternal> contexts = new ArrayList<>(List.of((ContextInternal) host.context()));
        for (int i = 0; i < DUPLICATES; i++) {
            ContextInternal duplicate = host.duplicate();
            duplicate.putLocal(ID, System.identityHashCode(duplicate));
            contexts.add(duplicate);
        }
        List<Future<?>> rounds = new ArrayList<>();
        for (ContextInternal context : contexts) {
            rounds.add(Host.callOn(context, () -> rounds(context, new HashMap<>(), receiver, sender, nothing, ROUNDS)));
        }
        for (Future<?> each : rounds) {
            each.await(20, SECONDS);
        }
        assertThat(wrong).isEmpty();
        assertThat(seen)
                .containsKeys(
                        "receive",
                        "receive in time",
                        "receive too late",
                        "receiveMany",
                        "send",
                        "send in time",
                        "send too late",
                        "close",
                        "disconnected",
                        "submit",
                        "submit in time",
                        model == ThreadingModel.EVENT_LOOP ? "serveAsync" : "serve");
    }

    private Future<Void> rounds(
            ContextInternal context,
            Map<Integer, Integer> last,
            VertxReceiver<Numbered> receiver,
            VertxSender<Numbered> sender,
            VertxReceiver<Numbered> nothing,
            int left) {
        if (left == 0) {
            return Future.succeededFuture();
        }
        Numbered message = new Numbered(3, left);
        return receiver.receive()
                .compose(received -> {
                    expect("receive", context);
                    expectOrder("receive", last, received);
                    return receiver.receive(Duration.ofSeconds(10));
                })
                .compose(received -> {
                    expect("receive in time", context);
                    expectOrder("receive in time", last, received);
                    return receiver.receiveMany(3);
                })
                .compose(received -> {
                    expect("receiveMany", context);
                    received.forEach(each -> expectOrder("receiveMany", last, each));
                    return sender.send(message);
                })
                .compose(sent -> {
                    expect("send", context);
                    return sender.send(message, Duration.ofSeconds(10));
                })
                .compose(sent -> {
                    expect("send in time", context);
                    return nothing.receive(Duration.ofNanos(left * 1000L));
                })
                .transform(timedOut -> {
                    expect("receive too late", context);
                    VertxSender<Integer> full = VertxChannel.wrap(vertx, Channel.<Integer>rendezvous())
                            .sender();
                    return full.send(1, Duration.ofNanos(left * 1000L)).eventually(full::close);
                })
                .transform(timedOut -> {
                    expect("send too late", context);
                    return vertxIn.receiver().close();
                })
                .compose(closed -> {
                    expect("close", context);
                    VertxChannel<Integer> ending = VertxChannel.create(vertx, new ChannelOptions());
                    Future<Void> disconnected = ending.disconnected();
                    CompletableFuture.runAsync(ending.channel()::close);
                    return disconnected;
                })
                .compose(disconnected -> {
                    expect("disconnected", context);
                    return queue.submit(left);
                })
                .compose(result -> {
                    expect("submit", context);
                    wrongIf(result != 2 * left, "submit: " + result);
                    return queue.submit(left, Duration.ofSeconds(10));
                })
                .compose(result -> {
                    expect("submit in time", context);
                    return rounds(context, last, receiver, sender, nothing, left - 1);
                });
    }

    @Test
    void everyHandler_runsOnTheHandlesContext() throws Exception {
        int enough = 2000;
        CompletableFuture<Void> handled = new CompletableFuture<>();
        CompletableFuture<Void> processed = new CompletableFuture<>();
        CompletableFuture<Void> drained = new CompletableFuture<>();
        CompletableFuture<Void> ended = new CompletableFuture<>();
        CompletableFuture<Void> failed = new CompletableFuture<>();
        CompletableFuture<Void> refused = new CompletableFuture<>();
        ContextInternal root = (ContextInternal) host.context();
        Map<Integer, Integer> lastHandled = new HashMap<>();
        Map<Integer, Integer> lastProcessed = new HashMap<>();
        host.call(() -> vertxIn.receiver()
                .endHandler(end -> {
                    expect("endHandler", root);
                    ended.complete(null);
                })
                .handler(message -> {
                    expectEvent("handler");
                    expectOrder("handler", lastHandled, message);
                    if (seen.get("handler") == enough) {
                        handled.complete(null);
                    }
                }));
        host.call(() -> vertxIn.receiver()
                .exceptionHandler(failure -> {
                    expect("exceptionHandler of process", root);
                    wrongIf(!"one of seven".equals(failure.getMessage()), "process failed with " + failure);
                })
                .process(2, message -> {
                    expectEvent("process");
                    expectOrder("process", lastProcessed, message);
                    if (seen.get("process") == enough) {
                        processed.complete(null);
                    }
                    return message.number() % 7 == 0
                            ? Future.failedFuture("one of seven")
                            : serving.duplicate().succeededFuture().eventually(() -> vertx.timer(1));
                }));
        VertxSender<Numbered> sender = host.call(() -> vertxOut.sender().setWriteQueueMaxSize(4));
        host.call(() -> {
            sender.exceptionHandler(disconnected -> {
                expect("exceptionHandler of a sender", root);
                refused.complete(null);
            });
            sender.drainHandler(drain -> {
                expect("drainHandler", root);
                if (seen.get("drainHandler") == 100) {
                    drained.complete(null);
                }
                fill(sender);
            });
            return null;
        });
        Channel<Numbered> broken = Channel.bounded(4);
        host.call(() -> VertxChannel.wrap(vertx, broken)
                .receiver()
                .exceptionHandler(cause -> {
                    expect("exceptionHandler of a receiver", root);
                    failed.complete(null);
                })
                .handler(message -> expectEvent("handler")));
        broken.sender().send(new Numbered(4, 1));
        broken.close(new IllegalStateException("broken"));
        handled.get(20, SECONDS);
        processed.get(20, SECONDS);
        drained.get(20, SECONDS);
        failed.get(10, SECONDS);
        in.close();
        ended.get(10, SECONDS);
        out.cancel();
        host.call(() -> sender.write(new Numbered(4, 0))); // if none was waiting
        refused.get(10, SECONDS);
        assertThat(wrong).isEmpty();
        assertThat(seen).containsKey("exceptionHandler of process");
    }

    private static void fill(VertxSender<Numbered> sender) {
        for (int i = 0; !sender.writeQueueFull() && !sender.sender().isDisconnected() && i < 1000; i++) {
            sender.write(new Numbered(4, i));
        }
    }
}
