package io.millrace.vertx;

import static io.millrace.vertx.Host.get;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.Channel;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.ThreadingModel;
import io.vertx.core.Vertx;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** {@code process} with handlers that block or await, on the threading models where they may. */
class ProcessThatBlocksTest {
    private final Vertx vertx = Vertx.vertx();
    private final Channel<Integer> channel = Channel.bounded(100);
    private final VertxChannel<Integer> vertxChannel = VertxChannel.wrap(vertx, channel);
    private final BlockingQueue<Object> events = new LinkedBlockingQueue<>();

    static Stream<ThreadingModel> virtualThreads() {
        return Host.models().filter(model -> model == ThreadingModel.VIRTUAL_THREAD);
    }

    static Stream<ThreadingModel> modelsThatMayBlock() {
        return Host.models().filter(model -> model != ThreadingModel.EVENT_LOOP);
    }

    @AfterEach
    void closeVertx() throws Exception {
        get(vertx.close());
    }

    @ParameterizedTest
    @MethodSource("modelsThatMayBlock")
    void undeploy_inTheMiddleOfAHandler_beginsNoMore(ThreadingModel model) throws Exception {
        for (int round = 0; round < 20; round++) { // in the first, a message takes longer than a turn
            Channel<Integer> messages = Channel.bounded(10);
            for (int i = 1; i <= 10; i++) {
                messages.sender().send(i);
            }
            Host host = Host.deploy(vertx, model);
            AtomicInteger count = new AtomicInteger();
            CompletableFuture<Future<Void>> undeployed = new CompletableFuture<>();
            host.call(() -> VertxChannel.wrap(vertx, messages).receiver().process(1, message -> {
                if (count.incrementAndGet() == 1) {
                    undeployed.complete(host.undeploy()); // queues stop() behind this event
                }
                return Future.succeededFuture();
            }));
            get(undeployed.get(10, SECONDS));
            assertThat(count).hasValue(1);
            assertThat(messages.stats().size()).isEqualTo(9);
            assertThat(messages.receiver().receive()).isEqualTo(2);
        }
    }

    @ParameterizedTest(allowZeroInvocations = true)
    @MethodSource("virtualThreads")
    void handlersThatAwait_holdUpTheirOwnPlaceOnly(ThreadingModel model) throws Exception {
        Host host = Host.deploy(vertx, model);
        Promise<Integer> first = Promise.promise();
        Promise<Integer> second = Promise.promise();
        host.call(() -> vertxChannel.receiver().process(2, message -> {
            events.add("begin " + message);
            int answer = (message == 1 ? first : second).future().await();
            events.add(host.elsewhere() == null ? message + answer : host.elsewhere());
            return Future.succeededFuture();
        }));
        for (int i = 1; i <= 3; i++) {
            channel.sender().send(i);
        }
        assertThat(events.poll(10, SECONDS)).isEqualTo("begin 1");
        assertThat(events.poll(10, SECONDS)).isEqualTo("begin 2");
        second.complete(20);
        assertThat(events.poll(10, SECONDS)).isEqualTo(22);
        assertThat(events.poll(10, SECONDS)).isEqualTo("begin 3");
        assertThat(events.poll(10, SECONDS)).isEqualTo(23);
        first.complete(10);
        assertThat(events.poll(10, SECONDS)).isEqualTo(11);
    }
}
