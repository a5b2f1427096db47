package io.millrace.vertx;

import static io.millrace.vertx.Host.get;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.millrace.Channel;
import io.vertx.core.ThreadingModel;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What every read stream of Vert.x promises, on every threading model. The tags name these lines:
 *
 * <ol>
 *   <li>It is cold: it takes nothing until a handler is set, also when a pipe sets the others first.
 *   <li>{@code pause} inside the handler takes effect before the next message.
 *   <li>{@code fetch} adds up and saturates; negative: IllegalArgumentException; re-entrant calls do not recurse.
 *   <li>Handlers run on the captured context, one at a time; what a handler throws goes to the context's exception
 *       handler and does not stop the stream.
 *   <li>{@code endHandler} exactly once, after the last message, not while paused.
 *   <li>{@code exceptionHandler} for a close with a cause, nothing after it.
 *   <li>{@code handler(null)} withdraws the waiter.
 *   <li>Never more than the demand is claimed.
 * </ol>
 */
@ParameterizedClass
@MethodSource("io.millrace.vertx.Host#models")
class ReadStreamContractTest {
    private final ThreadingModel model;
    private final Vertx vertx = Vertx.vertx();
    private final Channel<Integer> channel = Channel.bounded(1000);
    private final VertxChannel<Integer> vertxChannel = VertxChannel.wrap(vertx, channel);
    private final BlockingQueue<Object> events = new LinkedBlockingQueue<>();
    private Host host;
    private VertxReceiver<Integer> stream;

    ReadStreamContractTest(ThreadingModel model) {
        this.model = model;
    }

    @BeforeEach
    void deployReceiver() throws Exception {
        host = Host.deploy(vertx, model);
        stream = host.call(vertxChannel::receiver);
    }

    @AfterEach
    void closeVertx() throws Exception {
        get(vertx.close());
    }

    private void send(int first, int last) {
        for (int i = first; i <= last; i++) {
            assertThat(channel.sender().trySend(i).isSent()).isTrue();
        }
    }

    private List<Object> nextEvents(int count) throws InterruptedException {
        List<Object> next = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            next.add(events.poll(10, SECONDS));
        }
        return next;
    }

    private static Object[] numbers(int first, int last) {
        return IntStream.rangeClosed(first, last).boxed().toArray();
    }

    /** Returns after everything that was scheduled on the context before has run, yields included. */
    private void settle() throws Exception {
        for (int i = 0; i < 5; i++) {
            host.call(() -> null);
            CompletableFuture<Void> afterSockets = new CompletableFuture<>();
            vertx.setTimer(1, fired -> afterSockets.complete(null));
            afterSockets.get(10, SECONDS);
        }
    }

    @Test
    @Tag("ReadStream-1")
    void withoutHandler_takesNothing() throws Exception {
        send(1, 3);
        host.call(() -> stream.endHandler(end -> events.add("end")).resume());
        settle();
        assertThat(channel.stats().size()).isEqualTo(3);
        assertThat(channel.stats().waitingReceivers()).isZero();
        assertThat(events).isEmpty();
    }

    @Test
    @Tag("ReadStream-1")
    void pipe_thatHasNoDestinationYet_takesNothing() throws Exception {
        send(1, 3);
        var pipe = host.call(stream::pipe);
        settle();
        assertThat(channel.stats().size()).isEqualTo(3);
        VertxChannel<Integer> target = VertxChannel.wrap(vertx, Channel.bounded(10));
        VertxSender<Integer> destination = host.call(target::sender);
        host.call(() -> pipe.to(destination));
        await().until(() -> target.stats().size() == 3);
    }

    @Test
    @Tag("ReadStream-4")
    void handler_isNeverCalledByTwoThreads_norInsideItself() throws Exception {
        AtomicInteger inside = new AtomicInteger();
        host.call(() -> stream.handler(message -> {
            if (inside.incrementAndGet() != 1) {
                events.add("two at once");
            }
            if (message < 500) {
                channel.sender().trySend(message + 500); // what the handler sends comes after it
            }
            stream.resume();
            events.add(host.elsewhere() == null ? message : host.elsewhere());
            inside.decrementAndGet();
        }));
        List<Thread> senders = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            int first = i * 250;
            Thread sender = new Thread(() -> send(first, first + 249));
            senders.add(sender);
            sender.start();
        }
        for (Thread sender : senders) {
            sender.join();
        }
        assertThat(nextEvents(1000)).containsExactlyInAnyOrder(numbers(0, 999));
        assertThat(events).isEmpty();
    }

    @Test
    @Tag("ReadStream-4")
    void handler_getsAllMessages_inOrder_onItsContext() throws Exception {
        send(1, 500);
        host.call(() -> stream.handler(message -> {
            String elsewhere = host.elsewhere();
            events.add(elsewhere == null ? message : elsewhere);
        }));
        assertThat(nextEvents(500)).containsExactly(numbers(1, 500));
        send(501, 1000);
        assertThat(nextEvents(500)).containsExactly(numbers(501, 1000));
    }

    @Test
    @Tag("ReadStream-2")
    void pauseInHandler_stopsBeforeTheNextMessage() throws Exception {
        send(1, 10);
        host.call(() -> stream.handler(message -> {
            events.add(message);
            if (message % 3 == 0) {
                stream.pause();
            }
        }));
        assertThat(nextEvents(3)).containsExactly(numbers(1, 3));
        settle();
        assertThat(events).isEmpty();
        assertThat(channel.stats().size()).isEqualTo(7);
        host.call(stream::resume);
        assertThat(nextEvents(3)).containsExactly(numbers(4, 6));
        settle();
        assertThat(events).isEmpty();
    }

    @Test
    @Tag("ReadStream-3")
    @Tag("ReadStream-8")
    void fetch_addsUp_andDeliversExactlySoMany() throws Exception {
        send(1, 10);
        host.call(() -> stream.pause().handler(events::add).fetch(2).fetch(3).fetch(0));
        assertThat(nextEvents(5)).containsExactly(numbers(1, 5));
        settle();
        assertThat(events).isEmpty();
        assertThat(channel.stats().size()).isEqualTo(5);
        assertThat(channel.stats().waitingReceivers()).isZero();
    }

    @Test
    @Tag("ReadStream-3")
    void fetch_saturates() throws Exception {
        host.call(() -> stream.pause()
                .handler(events::add)
                .fetch(Long.MAX_VALUE)
                .fetch(Long.MAX_VALUE)
                .fetch(2));
        send(1, 100);
        assertThat(nextEvents(100)).containsExactly(numbers(1, 100));
        host.call(stream::pause);
        send(101, 102);
        settle();
        assertThat(events).isEmpty();
    }

    @Test
    @Tag("ReadStream-3")
    void fetch_negative_isRefusedNamingTheValue() {
        assertThatThrownBy(() -> stream.fetch(-3))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("amount must be >= 0: -3");
    }

    @Test
    @Tag("ReadStream-3")
    void fetchInHandler_doesNotRecurse() throws Exception {
        AtomicInteger depth = new AtomicInteger();
        send(1, 1000);
        host.call(() -> stream.pause()
                .handler(message -> {
                    if (depth.incrementAndGet() > 1) {
                        events.add("nested");
                    }
                    stream.fetch(1);
                    events.add(message);
                    depth.decrementAndGet();
                })
                .fetch(1));
        assertThat(nextEvents(1000)).containsExactly(numbers(1, 1000));
    }

    @Test
    @Tag("ReadStream-4")
    void handlerThatThrows_isReportedToItsContext_andGetsTheNextMessage() throws Exception {
        host.context().exceptionHandler(failure -> events.add(failure.getMessage()));
        send(1, 3);
        host.call(() -> stream.handler(message -> {
            events.add(message);
            if (message == 2) {
                throw new IllegalStateException("handler failed at 2");
            }
        }));
        assertThat(nextEvents(4)).containsExactly(1, 2, "handler failed at 2", 3);
    }

    @Test
    @Tag("ReadStream-5")
    void endHandler_isCalledOnce_afterTheLastMessage_onItsContext() throws Exception {
        send(1, 300);
        host.call(() -> stream.endHandler(end -> events.add(host.elsewhere() == null ? "end" : host.elsewhere()))
                .handler(events::add));
        channel.close();
        assertThat(nextEvents(300)).containsExactly(numbers(1, 300));
        assertThat(events.poll(10, SECONDS)).isEqualTo("end");
        host.call(() -> stream.pause().resume().fetch(3));
        settle();
        assertThat(events).isEmpty();
    }

    @Test
    @Tag("ReadStream-5")
    void endHandler_waitsWhilePaused() throws Exception {
        host.call(() ->
                stream.endHandler(end -> events.add("end")).handler(events::add).pause());
        channel.close();
        settle();
        assertThat(events).isEmpty();
        host.call(() -> stream.fetch(1));
        assertThat(events.poll(10, SECONDS)).isEqualTo("end");
    }

    @Test
    @Tag("ReadStream-5")
    void endHandler_setAfterTheEnd_isCalledOnce() throws Exception {
        host.call(() -> stream.handler(events::add));
        channel.close();
        settle();
        host.call(() -> stream.endHandler(end -> events.add("end")));
        assertThat(events.poll(10, SECONDS)).isEqualTo("end");
        host.call(() -> stream.endHandler(end -> events.add("end")));
        settle();
        assertThat(events).isEmpty();
    }

    @Test
    @Tag("ReadStream-6")
    void closeWithCause_goesToExceptionHandler_afterTheLastMessage_andNothingFollows() throws Exception {
        send(1, 2);
        host.call(() -> stream.exceptionHandler(
                        cause -> events.add(host.elsewhere() == null ? cause.getMessage() : host.elsewhere()))
                .endHandler(end -> events.add("end"))
                .handler(events::add));
        channel.close(new IllegalStateException("disk full"));
        assertThat(nextEvents(3)).containsExactly(1, 2, "disk full");
        settle();
        assertThat(events).isEmpty();
    }

    @Test
    @Tag("ReadStream-6")
    void closeWithCause_withoutExceptionHandler_isReportedToItsContext() throws Exception {
        host.context().exceptionHandler(failure -> events.add(failure.getMessage()));
        host.call(() -> stream.handler(events::add));
        channel.close(new IllegalStateException("disk full"));
        assertThat(events.poll(10, SECONDS)).isEqualTo("disk full");
    }

    @Test
    @Tag("ReadStream-7")
    void handlerNull_withdrawsTheWaitingReceive() throws Exception {
        host.call(() -> stream.handler(events::add));
        await().until(() -> channel.stats().waitingReceivers() == 1);
        host.call(() -> stream.handler(null));
        assertThat(channel.stats().waitingReceivers()).isZero();
        send(1, 1);
        settle();
        assertThat(events).isEmpty();
        assertThat(channel.stats().size()).isEqualTo(1);
    }

    @Test
    @Tag("ReadStream-8")
    void pause_withdrawsTheWaitingReceive() throws Exception {
        host.call(() -> stream.handler(events::add));
        await().until(() -> channel.stats().waitingReceivers() == 1);
        host.call(stream::pause);
        assertThat(channel.stats().waitingReceivers()).isZero();
    }

    @Test
    @Tag("ReadStream-8")
    void pause_afterAMessageWasHandedOver_putsItBackInFront() throws Exception {
        host.call(() -> stream.handler(events::add));
        await().until(() -> channel.stats().waitingReceivers() == 1);
        host.call(() -> {
            send(1, 2); // handed to the waiting receive, whose turn comes after this event
            return stream.pause();
        });
        settle();
        assertThat(events).isEmpty();
        assertThat(channel.stats().size()).isEqualTo(2);
        host.call(stream::resume);
        assertThat(nextEvents(2)).containsExactly(numbers(1, 2));
    }

    @Test
    @Tag("ReadStream-8")
    void demand_isNeverExceededInTheChannel() throws Exception {
        host.call(() -> stream.pause().handler(events::add).fetch(2));
        send(1, 5);
        assertThat(nextEvents(2)).containsExactly(numbers(1, 2));
        settle();
        assertThat(channel.stats().received()).isEqualTo(2);
        assertThat(channel.stats().waitingReceivers()).isZero();
    }

    @Test
    void pauseAndResume_fromOtherThreads_loseAndRepeatNothing() throws Exception {
        int count = 20_000;
        List<Integer> seen = new ArrayList<>();
        CompletableFuture<Void> ended = new CompletableFuture<>();
        host.call(() -> stream.endHandler(end -> ended.complete(null)).handler(seen::add));
        Thread toggling = new Thread(() -> {
            while (!ended.isDone()) {
                stream.pause();
                stream.fetch(7);
                stream.resume();
            }
        });
        toggling.start();
        for (int i = 0; i < count; i++) {
            channel.sender().send(i);
        }
        channel.close();
        ended.get(20, SECONDS);
        toggling.join();
        assertThat(seen)
                .containsExactlyElementsOf(IntStream.range(0, count).boxed().toList());
    }

    @Test
    void close_tellsAReaderThatItIsNotTheEnd() throws Exception {
        host.call(() -> stream.exceptionHandler(events::add)
                .endHandler(end -> events.add("end"))
                .handler(events::add));
        get(host.call(stream::close));
        assertThat(events.poll(10, SECONDS)).isInstanceOf(CancellationException.class);
        settle();
        assertThat(events).isEmpty();
    }

    @Test
    void closeInHandler_isTheLastMessage() throws Exception {
        send(1, 10);
        host.call(() -> stream.handler(message -> {
            events.add(message);
            stream.close();
        }));
        assertThat(events.poll(10, SECONDS)).isEqualTo(1);
        settle();
        assertThat(events).isEmpty();
        assertThat(channel.stats().size()).isEqualTo(9);
    }
}
