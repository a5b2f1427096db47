package io.millrace.vertx;

import static io.millrace.vertx.Host.get;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.millrace.Channel;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.ThreadingModel;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** Work on so many messages at a time, on every threading model. */
@ParameterizedClass
@MethodSource("io.millrace.vertx.Host#models")
class ProcessTest {
    /** A message in work. */
    private record Begun(int message, String elsewhere, Promise<Void> end) {}

    private final ThreadingModel model;
    private final Vertx vertx = Vertx.vertx();
    private final Channel<Integer> channel = Channel.bounded(1000);
    private final VertxChannel<Integer> vertxChannel = VertxChannel.wrap(vertx, channel);
    private final BlockingQueue<Begun> begun = new LinkedBlockingQueue<>();
    private final BlockingQueue<Object> events = new LinkedBlockingQueue<>();
    private Host host;
    private VertxReceiver<Integer> receiver;

    ProcessTest(ThreadingModel model) {
        this.model = model;
    }

    @BeforeEach
    void deployReceiver() throws Exception {
        host = Host.deploy(vertx, model);
        receiver = host.call(vertxChannel::receiver);
    }

    @AfterEach
    void closeVertx() throws Exception {
        get(vertx.close());
    }

    private Future<Void> begin(Integer message) {
        Promise<Void> end = Promise.promise();
        begun.add(new Begun(message, host.elsewhere(), end));
        return end.future();
    }

    private void process(int concurrency) throws Exception {
        host.call(() -> receiver.process(concurrency, this::begin));
    }

    private void send(int first, int last) {
        for (int i = first; i <= last; i++) {
            assertThat(channel.sender().trySend(i).isSent()).isTrue();
        }
    }

    private Begun nextBegun(int message) throws InterruptedException {
        Begun next = begun.poll(10, SECONDS);
        assertThat(next).isNotNull();
        assertThat(next.message()).isEqualTo(message);
        assertThat(next.elsewhere()).isNull();
        return next;
    }

    private Object nextEvent() throws InterruptedException {
        return events.poll(10, SECONDS);
    }

    private void addEvent(Object event) {
        String elsewhere = host.elsewhere();
        events.add(elsewhere == null ? event : elsewhere);
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
    void process_takesAMessageOnlyIntoAFreePlace() throws Exception {
        send(1, 10);
        process(3);
        nextBegun(1);
        Begun second = nextBegun(2);
        nextBegun(3);
        settle();
        assertThat(begun).isEmpty();
        assertThat(channel.stats().size()).isEqualTo(7);
        second.end().complete();
        nextBegun(4);
        settle();
        assertThat(begun).isEmpty();
        assertThat(channel.stats().size()).isEqualTo(6);
        assertThat(channel.stats().waitingReceivers()).isZero();
    }

    @Test
    void process_ofHandlersThatEndAtOnce_worksOnAllMessages_inOrder() throws Exception {
        AtomicInteger next = new AtomicInteger();
        send(1, 500);
        host.call(() -> receiver.process(1, message -> {
            assertThat(message).isEqualTo(next.incrementAndGet());
            assertThat(host.elsewhere()).isNull();
            return Future.succeededFuture();
        }));
        await().until(() -> next.get() == 500);
        send(501, 1000);
        await().until(() -> next.get() == 1000);
    }

    @Test
    void process_underLoad_neverHasMoreInWorkThanPlaces() throws Exception {
        AtomicInteger inWork = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        AtomicInteger done = new AtomicInteger();
        send(1, 1000);
        host.call(() -> receiver.process(4, message -> {
            most.accumulateAndGet(inWork.incrementAndGet(), Math::max);
            Promise<Void> end = Promise.promise();
            CompletableFuture.runAsync(() -> {
                inWork.decrementAndGet();
                done.incrementAndGet();
                end.complete();
            });
            return end.future();
        }));
        await().until(() -> done.get() == 1000);
        assertThat(most).hasValueBetween(2, 4);
    }

    @Test
    void failures_goToTheExceptionHandler_andStopNoOther() throws Exception {
        host.call(() -> receiver.exceptionHandler(failure -> addEvent(String.valueOf(failure.getMessage())))
                .process(2, message -> switch (message) {
                    case 1 -> throw new IllegalArgumentException("thrown");
                    case 2 -> Future.failedFuture("failed");
                    case 3 -> null;
                    default -> begin(message);
                }));
        send(1, 4);
        assertThat(List.of(nextEvent(), nextEvent(), nextEvent()))
                .containsExactly("thrown", "failed", "the future that the handler returned");
        nextBegun(4).end().fail("later, on another thread");
        assertThat(nextEvent()).isEqualTo("later, on another thread");
        send(5, 6);
        nextBegun(5);
        nextBegun(6);
    }

    @Test
    void failures_withoutExceptionHandler_goToTheContexts() throws Exception {
        host.context().exceptionHandler(failure -> addEvent(failure.getMessage()));
        process(1);
        send(1, 2);
        nextBegun(1).end().fail("first");
        assertThat(nextEvent()).isEqualTo("first");
        nextBegun(2);
    }

    @Test
    void end_comesAfterTheLastPlaceHasFinished_andItsFailure() throws Exception {
        host.call(() -> receiver.endHandler(end -> addEvent("end"))
                .exceptionHandler(failure -> addEvent(failure.getMessage()))
                .process(3, this::begin));
        send(1, 2);
        Begun first = nextBegun(1);
        Begun second = nextBegun(2);
        channel.close();
        settle();
        second.end().complete();
        settle();
        assertThat(events).isEmpty();
        first.end().fail("failed");
        assertThat(nextEvent()).isEqualTo("failed");
        assertThat(nextEvent()).isEqualTo("end");
        settle();
        assertThat(events).isEmpty();
    }

    @Test
    void end_ofAFetchedStream_needsNoMoreDemandThanThatOfItsMessages() throws Exception {
        host.call(() ->
                receiver.endHandler(end -> addEvent("end")).pause().fetch(2).process(3, this::begin));
        send(1, 1);
        Begun first = nextBegun(1);
        channel.close();
        settle();
        first.end().complete();
        assertThat(nextEvent()).isEqualTo("end");
    }

    @Test
    void endWithACause_comesAfterTheLastPlaceHasFinished() throws Exception {
        host.call(() -> receiver.endHandler(end -> addEvent("end"))
                .exceptionHandler(failure -> addEvent(failure.getMessage()))
                .process(2, this::begin));
        send(1, 1);
        Begun first = nextBegun(1);
        channel.close(new IllegalStateException("cause"));
        settle();
        assertThat(events).isEmpty();
        first.end().complete();
        assertThat(nextEvent()).isEqualTo("cause");
    }

    @Test
    void end_whilePaused_waitsForResume() throws Exception {
        host.call(() -> receiver.endHandler(end -> addEvent("end")).process(2, this::begin));
        send(1, 1);
        Begun first = nextBegun(1);
        receiver.pause();
        channel.close();
        first.end().complete();
        settle();
        assertThat(events).isEmpty();
        receiver.resume();
        assertThat(nextEvent()).isEqualTo("end");
    }

    @Test
    void pause_beginsNoMore_untilResume() throws Exception {
        process(2);
        send(1, 1);
        Begun first = nextBegun(1);
        receiver.pause();
        first.end().complete();
        send(2, 3);
        settle();
        assertThat(begun).isEmpty();
        assertThat(channel.stats().size()).isEqualTo(2);
        receiver.fetch(1);
        nextBegun(2);
        settle();
        assertThat(begun).isEmpty();
        receiver.resume();
        nextBegun(3);
    }

    @Test
    void close_beginsNoMore_andLeavesWhatIsInWorkToItself() throws Exception {
        host.context().exceptionHandler(failure -> addEvent("context: " + failure.getMessage()));
        host.call(() -> receiver.endHandler(end -> addEvent("end"))
                .exceptionHandler(failure -> addEvent(failure.getClass()))
                .process(2, this::begin));
        send(1, 3);
        Begun first = nextBegun(1);
        Begun second = nextBegun(2);
        get(host.call(receiver::close));
        assertThat(nextEvent()).isEqualTo(CancellationException.class);
        first.end().complete();
        second.end().fail("late");
        assertThat(nextEvent()).isEqualTo("context: late");
        settle();
        assertThat(begun).isEmpty();
        assertThat(events).isEmpty();
        assertThat(channel.stats().size()).isEqualTo(1);
    }

    @Test
    void processAndHandler_excludeEachOther() throws Exception {
        process(2);
        assertThatThrownBy(() -> receiver.handler(events::add))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("process was called: it excludes a handler");
        assertThatThrownBy(() -> receiver.process(1, this::begin))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("process was called: it excludes process");
        host.call(() -> receiver.handler(null).handler(events::add));
        assertThatThrownBy(() -> receiver.process(1, this::begin))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("a handler is set: it excludes process");
        send(1, 1);
        assertThat(nextEvent()).isEqualTo(1);
    }

    @Test
    void concurrencyBelowOne_isRefused() {
        assertThatThrownBy(() -> receiver.process(0, this::begin))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("concurrency must be >= 1: 0");
        assertThatThrownBy(() -> receiver.process(-3, this::begin))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("concurrency must be >= 1: -3");
        assertThatThrownBy(() -> receiver.process(1, null)).isInstanceOf(NullPointerException.class);
    }
}
