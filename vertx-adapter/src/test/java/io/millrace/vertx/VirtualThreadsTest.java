package io.millrace.vertx;

import static io.millrace.vertx.Host.get;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.Channel;
import io.vertx.core.ThreadingModel;
import io.vertx.core.Vertx;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** {@code Future.await()} on virtual-thread contexts, where the JVM has them. */
class VirtualThreadsTest {
    private final Vertx vertx = Vertx.vertx();
    private final Channel<Integer> channel = Channel.bounded(100);
    private final VertxChannel<Integer> vertxChannel = VertxChannel.wrap(vertx, channel);
    private final Channel<Integer> answers = Channel.bounded(100);
    private final VertxChannel<Integer> vertxAnswers = VertxChannel.wrap(vertx, answers);
    private final BlockingQueue<Object> events = new LinkedBlockingQueue<>();

    static Stream<ThreadingModel> virtualThreads() {
        return Host.models().filter(model -> model == ThreadingModel.VIRTUAL_THREAD);
    }

    @AfterEach
    void closeVertx() throws Exception {
        get(vertx.close());
    }

    @ParameterizedTest(allowZeroInvocations = true)
    @MethodSource("virtualThreads")
    void handlerThatAwaits_letsTheOperationsBehindItGoOn_butNotTheNextMessage(ThreadingModel model) throws Exception {
        Host host = Host.deploy(vertx, model);
        VertxReceiver<Integer> answer = host.call(vertxAnswers::receiver);
        VertxReceiver<Integer> stream = host.call(vertxChannel::receiver);
        host.call(() -> stream.handler(message -> {
            events.add("begin " + message);
            events.add("answer " + answer.receive().await());
            events.add("end " + message + (host.elsewhere() == null ? "" : host.elsewhere()));
        }));
        VertxReceiver<Integer> other = host.call(vertxAnswers::receiver);
        host.call(() -> {
            // both are queued for one turn: the stream's handler, and behind it what another future brings
            channel.sender().trySend(1);
            channel.sender().trySend(2);
            return null;
        });
        assertThat(events.poll(10, SECONDS)).isEqualTo("begin 1");
        assertThat(host.call(() -> "other events")).isEqualTo("other events");
        stream.resume();
        host.call(() -> null);
        host.call(() -> null);
        assertThat(events).isEmpty();
        answers.sender().send(7);
        assertThat(events.poll(10, SECONDS)).isEqualTo("answer 7");
        assertThat(events.poll(10, SECONDS)).isEqualTo("end 1");
        assertThat(events.poll(10, SECONDS)).isEqualTo("begin 2");
        answers.sender().send(8);
        assertThat(events.poll(10, SECONDS)).isEqualTo("answer 8");
        assertThat(other.tryReceive().isReceived()).isFalse();
    }

    @ParameterizedTest(allowZeroInvocations = true)
    @MethodSource("virtualThreads")
    void handlerThatAwaits_whatStandsBehindItInTheSameTurn_getsIt(ThreadingModel model) throws Exception {
        Host host = Host.deploy(vertx, model);
        VertxReceiver<Integer> stream = host.call(vertxChannel::receiver);
        VertxReceiver<Integer> answer = host.call(vertxAnswers::receiver);
        host.call(() -> {
            var promised = answer.receive();
            return stream.handler(message -> events.add(message + promised.await()));
        });
        host.call(() -> {
            // wakes the stream first, then the future that its handler awaits: one turn brings both
            channel.sender().trySend(1);
            answers.sender().trySend(10);
            return null;
        });
        assertThat(events.poll(10, SECONDS)).isEqualTo(11);
    }

    @ParameterizedTest(allowZeroInvocations = true)
    @MethodSource("virtualThreads")
    void await_onSendAndReceive_readsLikeBlockingCode(ThreadingModel model) throws Exception {
        Host host = Host.deploy(vertx, model);
        VertxSender<Integer> sender = host.call(vertxChannel::sender);
        VertxReceiver<Integer> receiver = host.call(vertxAnswers::receiver);
        Host serving = Host.deploy(vertx, ThreadingModel.EVENT_LOOP);
        VertxSender<Integer> back = serving.call(vertxAnswers::sender);
        serving.call(() -> vertxChannel.receiver().handler(message -> back.send(message * 2)));
        assertThat(host.call(() -> {
                    int sum = 0;
                    for (int i = 0; i < 1000; i++) {
                        sender.send(i).await();
                        sum += receiver.receive().await();
                    }
                    return sum;
                }))
                .isEqualTo(999 * 1000);
    }

    @ParameterizedTest(allowZeroInvocations = true)
    @MethodSource("virtualThreads")
    void undeploy_ofAHandlerThatAwaits_ends(ThreadingModel model) throws Exception {
        Host host = Host.deploy(vertx, model);
        VertxReceiver<Integer> answer = host.call(vertxAnswers::receiver);
        host.call(() -> vertxChannel.receiver().handler(message -> {
            events.add("begin");
            try {
                answer.receive().await();
            } finally {
                events.add("end");
            }
        }));
        host.context()
                .exceptionHandler(expected -> events.add(expected.getClass().getSimpleName()));
        channel.sender().send(1);
        assertThat(events.poll(10, SECONDS)).isEqualTo("begin");
        get(host.undeploy());
        assertThat(events.poll(10, SECONDS)).isEqualTo("end");
    }
}
