package io.millrace.vertx;

import static io.millrace.vertx.Host.get;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.Channel;
import io.vertx.core.Future;
import io.vertx.core.ThreadingModel;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** In which order operations of one context complete, and that what completes never runs inside something else. */
@ParameterizedClass
@MethodSource("io.millrace.vertx.Host#models")
class OrderTest {
    private final ThreadingModel model;
    private final Vertx vertx = Vertx.vertx();
    private final Channel<Integer> channel = Channel.rendezvous();
    private final List<Object> order = Collections.synchronizedList(new ArrayList<>());
    private Host host;
    private VertxSender<Integer> sender;
    private VertxReceiver<Integer> receiver;

    OrderTest(ThreadingModel model) {
        this.model = model;
    }

    @BeforeEach
    void deploy() throws Exception {
        host = Host.deploy(vertx, model);
        sender = host.call(VertxChannel.wrap(vertx, channel)::sender);
        receiver = host.call(VertxChannel.wrap(vertx, channel)::receiver);
    }

    @AfterEach
    void closeVertx() throws Exception {
        get(vertx.close());
    }

    /** Receives so many messages; each but the last sends the next one. Returns how deep the listeners stood. */
    private int depthOfAChain(int length) throws Exception {
        AtomicInteger depth = new AtomicInteger();
        AtomicInteger deepest = new AtomicInteger();
        CompletableFuture<Integer> done = new CompletableFuture<>();
        host.call(() -> {
            for (int i = 0; i < length; i++) {
                int next = i + 1;
                receiver.receive().onSuccess(message -> {
                    order.add(message);
                    deepest.accumulateAndGet(depth.incrementAndGet(), Math::max);
                    if (next < length) {
                        assertThat(channel.sender().trySend(next).isSent()).isTrue();
                    } else {
                        done.complete(0);
                    }
                    depth.decrementAndGet();
                });
            }
            return channel.sender().trySend(0);
        });
        done.get(20, SECONDS);
        return deepest.get();
    }

    @Test
    void listeners_areNotCalledInsideTheCallThatLetsTheirOperationGoOn() throws Exception {
        int length = 1000;
        assertThat(depthOfAChain(length)).isEqualTo(1);
        assertThat(order)
                .containsExactlyElementsOf(IntStream.range(0, length).boxed().toList());
    }

    @Test
    void operations_completeInTheOrderOfTheirCalls_whereverTheirPeersRun() throws Exception {
        int count = 600;
        CountDownLatch received = new CountDownLatch(count);
        host.call(() -> {
            AtomicInteger next = new AtomicInteger();
            for (int i = 0; i < count; i++) {
                int call = i;
                receiver.receive().onSuccess(message -> {
                    order.add(call);
                    received.countDown();
                    channel.sender().trySend(next.getAndIncrement());
                });
            }
            for (int i = 0; i < count / 3; i++) {
                channel.sender().trySend(next.getAndIncrement());
                if (i % 3 == 0) {
                    Host.aside(() -> channel.sender().trySend(next.getAndIncrement()));
                }
            }
            return null;
        });
        assertThat(received.await(10, SECONDS)).isTrue();
        assertThat(order)
                .containsExactlyElementsOf(IntStream.range(0, count).boxed().toList());
    }

    @Test
    void operationThatAListenerCalls_doesNotOvertakeThoseBeforeIt() throws Exception {
        CompletableFuture<Void> done = new CompletableFuture<>();
        host.call(() -> {
            sender.send(1)
                    .onSuccess(sent -> receiver.receive().onSuccess(message -> {
                        order.add(message);
                        done.complete(null);
                    }));
            sender.send(2);
            return receiver.receive().onSuccess(order::add);
        });
        done.get(10, SECONDS);
        assertThat(order).containsExactly(1, 2);
    }

    @Test
    void operationsWhosePeerIsStillOnItsWayToTheWaker_areNotOvertaken() throws Exception {
        Channel<Integer> wide = Channel.unbounded();
        CountDownLatch onItsWay = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        wide.receiver().receive(() -> {
            onItsWay.countDown();
            awaitQuietly(goOn);
        });
        VertxReceiver<Integer> receiving = host.call(VertxChannel.wrap(vertx, wide)::receiver);
        Future<?> first = host.call(() -> receiving.receive().onSuccess(order::add));
        Future<?> second = host.call(() -> receiving.receive().onSuccess(order::add));
        Thread peer = new Thread(() -> wide.sender().trySendAll(List.of(0, 1, 2, 3, 4)));
        peer.start();
        onItsWay.await();
        get(host.call(() -> receiving.receive().onSuccess(order::add)));
        get(first);
        get(second);
        goOn.countDown();
        peer.join();
        get(host.call(() -> receiving.receive().onSuccess(order::add)));
        assertThat(order).containsExactly(1, 2, 3, 4);
    }

    @Test
    void operationThatIsDoneWhenItIsCalled_doesNotOvertakeWhatIsQueued() throws Exception {
        Channel<Integer> other = Channel.bounded(1);
        other.sender().send(2);
        Future<?> second = host.call(() -> {
            VertxReceiver<Integer> ofOther = VertxChannel.wrap(vertx, other).receiver();
            receiver.receive().onSuccess(order::add);
            channel.sender().trySend(1);
            return ofOther.receive().onSuccess(order::add);
        });
        get(second);
        await().until(() -> order.size() == 2);
        assertThat(order).containsExactly(1, 2);
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }

    @Test
    void handlersOfAStream_doNotNest() throws Exception {
        int count = 1000;
        AtomicInteger depth = new AtomicInteger();
        AtomicInteger deepest = new AtomicInteger();
        CompletableFuture<Void> done = new CompletableFuture<>();
        host.call(() -> {
            receiver.handler(message -> {
                deepest.accumulateAndGet(depth.incrementAndGet(), Math::max);
                order.add(message);
                if (message == count) {
                    done.complete(null);
                } else {
                    sender.send(message + 1);
                }
                depth.decrementAndGet();
            });
            return sender.send(1);
        });
        done.get(10, SECONDS);
        assertThat(deepest).hasValue(1);
        assertThat(order)
                .containsExactlyElementsOf(
                        IntStream.rangeClosed(1, count).boxed().toList());
    }

    // ---- Exception handlers that throw

    private void throwFromTheExceptionHandler() {
        host.context().exceptionHandler(failure -> {
            order.add(failure.getMessage());
            Thread.currentThread().setUncaughtExceptionHandler((thread, thrown) -> {}); // it prints
            throw new IllegalStateException("thrown by the exception handler");
        });
    }

    @Test
    void exceptionHandlerThatThrows_doesNotHoldUpOtherOperations() throws Exception {
        throwFromTheExceptionHandler();
        CountDownLatch received = new CountDownLatch(3);
        host.call(() -> {
            for (int i = 0; i < 3; i++) {
                receiver.receive().onSuccess(message -> {
                    received.countDown();
                    throw new ArithmeticException("thrown by a listener");
                });
            }
            return Host.aside(() -> channel.sender().trySendAll(List.of(0, 1, 2)));
        });
        assertThat(received.await(10, SECONDS)).isTrue();
        assertThat(order).contains("thrown by a listener");
    }

    @Test
    void exceptionHandlerThatThrows_doesNotHoldUpTheQueue() throws Exception {
        throwFromTheExceptionHandler();
        CountDownLatch served = new CountDownLatch(1);
        host.call(() -> {
            OwnerContext owner = OwnerContext.current(vertx);
            owner.execute(() -> {
                throw new ArithmeticException("thrown by a task");
            });
            return owner.execute(served::countDown);
        });
        assertThat(served.await(10, SECONDS)).isTrue();
        assertThat(order).containsExactly("thrown by a task");
    }

    @Test
    void exceptionHandlerThatThrows_doesNotKeepASenderFromEnding() throws Exception {
        throwFromTheExceptionHandler();
        Future<Void> ended = host.call(() -> {
            sender.send(1).onSuccess(sent -> {
                throw new ArithmeticException("thrown by a listener");
            });
            return sender.end();
        });
        assertThat(channel.receiver().receive()).isEqualTo(1);
        get(ended);
    }

    @Test
    void exceptionHandlerThatThrows_doesNotStopAStream() throws Exception {
        throwFromTheExceptionHandler();
        CompletableFuture<Void> last = new CompletableFuture<>();
        host.call(() -> receiver.handler(message -> {
            if (message == 2) {
                last.complete(null);
            }
            throw new ArithmeticException("thrown by the handler");
        }));
        for (int i = 0; i < 3; i++) {
            channel.sender().send(i);
        }
        last.get(10, SECONDS);
    }
}
