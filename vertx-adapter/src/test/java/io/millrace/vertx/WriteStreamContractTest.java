package io.millrace.vertx;

import static io.millrace.vertx.Host.get;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.millrace.Channel;
import io.millrace.DisconnectedException;
import io.vertx.core.Future;
import io.vertx.core.ThreadingModel;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What every write stream of Vert.x promises, on every threading model. The tags name these lines:
 *
 * <ol>
 *   <li>{@code write} always accepts; its future completes when the channel took the message.
 *   <li>{@code writeQueueFull} counts this stream's own unaccepted writes, not those of the channel.
 *   <li>{@code drainHandler} is kept, is called once per change from full to writable at half of the maximum, and soon
 *       when it is set on a writable stream.
 *   <li>After a disconnect pending writes fail, {@code exceptionHandler} is called once, then the stream is not full.
 *   <li>{@code end} completes after its own writes, and closes this handle only.
 *   <li>{@code pipeTo} ends the destination on success and failure unless told otherwise.
 * </ol>
 */
@ParameterizedClass
@MethodSource("io.millrace.vertx.Host#models")
class WriteStreamContractTest {
    private final ThreadingModel model;
    private final Vertx vertx = Vertx.vertx();
    private final Channel<Integer> channel = Channel.bounded(2);
    private final VertxChannel<Integer> vertxChannel = VertxChannel.wrap(vertx, channel);
    private final BlockingQueue<Object> events = new LinkedBlockingQueue<>();
    private Host host;
    private VertxSender<Integer> stream;

    WriteStreamContractTest(ThreadingModel model) {
        this.model = model;
    }

    @BeforeEach
    void deploySender() throws Exception {
        host = Host.deploy(vertx, model);
        stream = host.call(vertxChannel::sender);
    }

    @AfterEach
    void closeVertx() throws Exception {
        get(vertx.close());
    }

    private List<Future<Void>> write(int first, int last) throws Exception {
        return host.call(() -> {
            List<Future<Void>> writes = new ArrayList<>();
            for (int i = first; i <= last; i++) {
                writes.add(stream.write(i));
            }
            return writes;
        });
    }

    private String where(String event) {
        return host.elsewhere() == null ? event : host.elsewhere();
    }

    /** Returns after everything that was scheduled on the context before has run. */
    private void settle() throws Exception {
        for (int i = 0; i < 5; i++) {
            host.call(() -> null);
            CompletableFuture<Void> afterSockets = new CompletableFuture<>();
            vertx.setTimer(1, fired -> afterSockets.complete(null));
            afterSockets.get(10, SECONDS);
        }
    }

    @Test
    @Tag("WriteStream-1")
    void write_alwaysAccepts_andCompletesWhenTheChannelTookTheMessage() throws Exception {
        List<Future<Void>> writes = write(1, 5);
        get(writes.get(0));
        get(writes.get(1));
        assertThat(writes.get(2).isComplete()).isFalse();
        assertThat(channel.receiver().receive()).isEqualTo(1);
        get(writes.get(2));
        assertThat(writes.get(3).isComplete()).isFalse();
        for (int i = 2; i <= 5; i++) {
            assertThat(channel.receiver().receive()).isEqualTo(i);
        }
        get(writes.get(4));
    }

    @Test
    @Tag("WriteStream-2")
    void writeQueueFull_countsOwnUnacceptedWrites_notTheChannels() throws Exception {
        stream.setWriteQueueMaxSize(2);
        write(1, 3);
        assertThat(channel.sender().isFull()).isTrue();
        assertThat(stream.writeQueueFull()).isFalse();
        write(4, 4);
        assertThat(stream.writeQueueFull()).isTrue();
        VertxSender<Integer> other = host.call(vertxChannel::sender);
        assertThat(other.setWriteQueueMaxSize(1).writeQueueFull()).isFalse();
    }

    @Test
    @Tag("WriteStream-3")
    void drainHandler_isCalledOncePerChange_atHalfOfTheMaximum_onItsContext() throws Exception {
        stream.setWriteQueueMaxSize(4);
        write(1, 6);
        stream.drainHandler(drained -> events.add(where("drain")));
        channel.receiver().receive();
        settle();
        assertThat(events).isEmpty(); // three of four wait
        assertThat(stream.writeQueueFull()).isFalse();
        channel.receiver().receive();
        assertThat(events.poll(10, SECONDS)).isEqualTo("drain");
        for (int i = 0; i < 4; i++) {
            channel.receiver().receive();
        }
        settle();
        assertThat(events).isEmpty();
        write(7, 12);
        assertThat(stream.writeQueueFull()).isTrue();
        for (int i = 0; i < 6; i++) {
            channel.receiver().receive();
        }
        assertThat(events.poll(10, SECONDS)).isEqualTo("drain"); // kept
        settle();
        assertThat(events).isEmpty();
    }

    @Test
    @Tag("WriteStream-3")
    void drainHandler_setOnAWritableStream_isCalledSoon() throws Exception {
        CompletableFuture<Boolean> inside = new CompletableFuture<>();
        host.call(() -> {
            stream.drainHandler(drained -> events.add(where("drain")));
            inside.complete(events.isEmpty());
            return null;
        });
        assertThat(events.poll(10, SECONDS)).isEqualTo("drain");
        assertThat(inside.get(10, SECONDS)).isTrue();
    }

    @Test
    void setWriteQueueMaxSize_belowOne_isRefusedNamingTheValue() {
        assertThatThrownBy(() -> stream.setWriteQueueMaxSize(0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("maxSize must be >= 1: 0");
    }

    @Test
    @Tag("WriteStream-4")
    void disconnect_failsWaitingWrites_tellsExceptionHandlerOnce_andIsNotFull() throws Exception {
        stream.setWriteQueueMaxSize(2);
        stream.exceptionHandler(failure -> events.add(where(failure.getClass().getSimpleName())));
        List<Future<Void>> writes = write(1, 6);
        assertThat(stream.writeQueueFull()).isTrue();
        channel.receiver().close();
        for (Future<Void> waited : writes.subList(2, 6)) {
            assertThatThrownBy(() -> get(waited)).isInstanceOf(DisconnectedException.class);
        }
        assertThat(stream.writeQueueFull()).isFalse();
        assertThatThrownBy(() -> get(write(7, 7).get(0))).isInstanceOf(DisconnectedException.class);
        assertThat(events.poll(10, SECONDS)).isEqualTo("DisconnectedException");
        settle();
        assertThat(events).isEmpty();
    }

    @Test
    @Tag("WriteStream-4")
    void disconnect_withACause_failsWritesWithIt() throws Exception {
        IllegalStateException cause = new IllegalStateException("disk full");
        write(1, 2);
        Future<Void> waiting = write(3, 3).get(0);
        channel.cancel(cause);
        assertThatThrownBy(() -> get(waiting))
                .isInstanceOf(DisconnectedException.class)
                .hasCause(cause);
        assertThatThrownBy(() -> get(write(4, 4).get(0)))
                .isInstanceOf(DisconnectedException.class)
                .hasCause(cause);
    }

    @Test
    @Tag("WriteStream-5")
    void end_completesAfterItsOwnWrites_andClosesThisHandleOnly() throws Exception {
        write(1, 4);
        Future<Void> ended = host.call(() -> stream.end());
        settle();
        assertThat(ended.isComplete()).isFalse();
        assertThatThrownBy(() -> stream.write(5)).isInstanceOf(IllegalStateException.class);
        for (int i = 1; i <= 4; i++) {
            assertThat(channel.receiver().receive()).isEqualTo(i);
        }
        get(ended);
        assertThat(stream.sender().isClosed()).isTrue();
        assertThat(channel.sender().trySend(6).isSent()).isTrue();
        get(host.call(() -> stream.end())); // again changes nothing
    }

    @Test
    @Tag("WriteStream-5")
    void endWithAMessage_sendsItFirst() throws Exception {
        Future<Void> ended = host.call(() -> stream.end(9));
        get(ended);
        assertThat(channel.receiver().receive()).isEqualTo(9);
        assertThat(stream.sender().isClosed()).isTrue();
    }

    @Test
    @Tag("WriteStream-5")
    void end_completesBehindTheFuturesOfItsWrites() throws Exception {
        List<String> order = host.call(() -> {
            List<String> completed = Collections.synchronizedList(new ArrayList<>());
            for (int i = 0; i < 4; i++) {
                stream.write(i).onComplete(written -> completed.add("write"));
            }
            stream.end().onComplete(ended -> completed.add("end"));
            return completed;
        });
        for (int i = 0; i < 4; i++) {
            channel.receiver().receive();
        }
        await().until(() -> order.contains("end"));
        assertThat(order).containsExactly("write", "write", "write", "write", "end");
    }

    @Test
    @Tag("WriteStream-5")
    void endWithAMessage_thatFails_closesTheHandleNevertheless() throws Exception {
        channel.cancel();
        Future<Void> ended = host.call(() -> stream.end(9));
        assertThatThrownBy(() -> get(ended)).isInstanceOf(DisconnectedException.class);
        assertThat(stream.sender().isClosed()).isTrue();
    }

    @Test
    void close_failsWaitingWrites_whichWereNotSent_andCompletesEnd() throws Exception {
        List<Future<Void>> writes = write(1, 4);
        Future<Void> ended = host.call(() -> stream.end());
        get(host.call(stream::close));
        assertThatThrownBy(() -> get(writes.get(2))).isInstanceOf(CancellationException.class);
        assertThatThrownBy(() -> get(writes.get(3))).isInstanceOf(CancellationException.class);
        get(ended);
        assertThat(channel.receiver().receive()).isEqualTo(1);
        assertThat(channel.receiver().receive()).isEqualTo(2);
        assertThat(channel.receiver().tryReceive().isReceived()).isFalse();
    }

    @Test
    @Tag("WriteStream-6")
    void pipe_throughAChannelIntoAnother_movesEverything_andEndsTheDestination() throws Exception {
        int count = 5_000;
        Channel<Integer> target = Channel.bounded(3);
        VertxChannel<Integer> vertxTarget = VertxChannel.wrap(vertx, target);
        VertxReceiver<Integer> source =
                Host.deploy(vertx, ThreadingModel.EVENT_LOOP).call(vertxChannel::receiver);
        VertxSender<Integer> destination = host.call(vertxTarget::sender);
        Future<Void> piped = host.call(() -> source.pipeTo(destination));
        target.sender().close();
        Thread producer = new Thread(() -> {
            try {
                for (int i = 0; i < count; i++) {
                    channel.sender().send(i);
                }
                channel.close();
            } catch (InterruptedException interrupted) {
                throw new AssertionError(interrupted);
            }
        });
        producer.start();
        List<Integer> seen = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            seen.add(target.receiver().receive());
        }
        get(piped);
        assertThat(seen)
                .containsExactlyElementsOf(IntStream.range(0, count).boxed().toList());
        assertThatThrownBy(target.receiver()::receive).isInstanceOf(DisconnectedException.class);
    }

    @Test
    @Tag("WriteStream-6")
    void pipe_whoseSourceFails_endsTheDestination() throws Exception {
        IllegalStateException cause = new IllegalStateException("disk full");
        Channel<Integer> source = Channel.bounded(1);
        VertxReceiver<Integer> receiver = host.call(VertxChannel.wrap(vertx, source)::receiver);
        Future<Void> piped = host.call(() -> receiver.pipeTo(stream));
        source.close(cause);
        assertThatThrownBy(() -> get(piped)).isSameAs(cause);
        assertThat(stream.sender().isClosed()).isTrue();
    }

    @Test
    @Tag("WriteStream-6")
    void pipe_thatIsToldOtherwise_leavesTheDestinationOpen() throws Exception {
        for (Throwable cause : new Throwable[] {null, new IllegalStateException("disk full")}) {
            Channel<Integer> source = Channel.bounded(1);
            VertxReceiver<Integer> receiver = host.call(VertxChannel.wrap(vertx, source)::receiver);
            Future<Void> piped = host.call(() ->
                    receiver.pipe().endOnSuccess(false).endOnFailure(false).to(stream));
            source.sender().send(1);
            assertThat(channel.receiver().receive()).isEqualTo(1);
            if (cause == null) {
                source.close();
                get(piped);
            } else {
                source.close(cause);
                assertThatThrownBy(() -> get(piped)).isSameAs(cause);
            }
            assertThat(stream.sender().isClosed()).isFalse();
        }
    }

    @Test
    void pipe_whoseSourceVerticleIsUndeployed_fails() throws Exception {
        Host sourceHost = Host.deploy(vertx, model);
        VertxReceiver<Integer> source = sourceHost.call(vertxChannel::receiver);
        VertxSender<Integer> destination = host.call(VertxChannel.wrap(vertx, Channel.<Integer>bounded(1))::sender);
        Future<Void> piped = sourceHost.call(() -> source.pipeTo(destination));
        get(sourceHost.undeploy());
        assertThatThrownBy(() -> get(piped)).isInstanceOf(CancellationException.class);
    }
}
