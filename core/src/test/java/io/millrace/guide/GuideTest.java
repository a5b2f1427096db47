package io.millrace.guide;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.millrace.Channel;
import io.millrace.ChannelStats;
import io.millrace.DisconnectedException;
import io.millrace.Overflow;
import io.millrace.ReceiveResult;
import io.millrace.Receiver;
import io.millrace.Select;
import io.millrace.SendResult;
import io.millrace.Sender;
import io.millrace.WeakSender;
import io.millrace.spi.PendingReceive;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Flow;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The lines between the tags are those of docs/guide.md. They stand outside the packages of the core, so that they see
 * what a user sees.
 */
class GuideTest {
    private final ExecutorService executor = virtualThreadsOrElsePlatformThreads();
    private final List<String> handled = new ArrayList<>();

    @TempDir
    Path folder;

    private static ExecutorService virtualThreadsOrElsePlatformThreads() {
        try {
            return (ExecutorService)
                    Executors.class.getMethod("newVirtualThreadPerTaskExecutor").invoke(null);
        } catch (NoSuchMethodException before21) {
            return Executors.newCachedThreadPool();
        } catch (ReflectiveOperationException failure) {
            throw new IllegalStateException(failure);
        }
    }

    @AfterEach
    void stopThreads() throws InterruptedException {
        executor.shutdownNow();
        assertThat(executor.awaitTermination(10, SECONDS)).isTrue();
    }

    // Channels in ten minutes

    @Test
    void first() {
        List<String> received = new ArrayList<>();
        // tag::first
        Channel<String> channel = Channel.bounded(100); // at most 100 messages wait in it
        executor.submit(() -> {
            for (int i = 1; i <= 1000; i++) {
                channel.sender().send("message " + i); // waits while the channel is full
            }
            channel.close(); // no more will come
            return null;
        });
        for (String message : channel.receiver()) { // waits for each message, ends after the last
            received.add(message);
        }
        // end::first
        assertThat(received)
                .isEqualTo(IntStream.rangeClosed(1, 1000)
                        .mapToObj(i -> "message " + i)
                        .toList());
    }

    @Test
    void kinds() {
        // tag::kinds
        Channel<String> bounded = Channel.bounded(100); // buffers up to 100, then senders wait
        Channel<String> rendezvous = Channel.rendezvous(); // buffers none: a send ends when a receiver has it
        Channel<String> unbounded = Channel.unbounded(); // buffers until the memory ends: a send never waits
        Channel<String> named =
                Channel.<String>builder().name("orders").capacity(100).build();
        // end::kinds
        assertThat(bounded.stats().capacity()).isEqualTo(OptionalInt.of(100));
        assertThat(rendezvous.stats().capacity()).isEqualTo(OptionalInt.of(0));
        assertThat(unbounded.stats().capacity()).isEmpty();
        assertThat(named.stats().name()).isEqualTo("orders");
    }

    // Every way of waiting

    @Test
    void trying() {
        // tag::try
        Channel<String> channel = Channel.bounded(1);
        SendResult first = channel.sender().trySend("a"); // SENT
        SendResult second = channel.sender().trySend("b"); // FULL: "b" was not sent
        ReceiveResult<String> third = channel.receiver().tryReceive(); // Received[message=a]
        ReceiveResult<String> fourth = channel.receiver().tryReceive(); // Empty[]
        // end::try
        assertThat(first).isEqualTo(SendResult.SENT);
        assertThat(second).isEqualTo(SendResult.FULL);
        assertThat(third).hasToString("Received[message=a]");
        assertThat(fourth).hasToString("Empty[]");
    }

    @Test
    void results() {
        Channel<String> channel = Channel.bounded(2);
        channel.sender().trySend("work");
        channel.close();
        for (int i = 0; i < 2; i++) {
            // tag::results
            ReceiveResult<String> result = channel.receiver().tryReceive();
            if (result instanceof ReceiveResult.Received<String> received) {
                handled.add(received.message());
            } else if (result instanceof ReceiveResult.Disconnected<String> disconnected) {
                handled.add("ended, cause: " + disconnected.cause()); // null unless one was given
            } else {
                handled.add("nothing now");
            }
            // end::results
        }
        assertThat(handled).containsExactly("work", "ended, cause: null");
    }

    @Test
    void timed() throws InterruptedException {
        Channel<String> channel = Channel.bounded(1);
        channel.sender().trySend("in the way");
        // tag::timed
        SendResult sent = channel.sender().trySend("order", Duration.ofMillis(20));
        if (sent == SendResult.TIMED_OUT) {
            handled.add("too busy, the order was not sent");
        }
        ReceiveResult<String> received =
                channel.receiver().tryReceive(Instant.now().plusSeconds(5));
        // end::timed
        assertThat(handled).hasSize(1);
        assertThat(received.get()).isEqualTo("in the way");
    }

    @Test
    void virtual() throws InterruptedException {
        // tag::virtual
        Channel<Integer> squares = Channel.rendezvous();
        for (int i = 1; i <= 100; i++) {
            int number = i;
            executor.submit(() -> {
                squares.sender().send(number * number); // a virtual thread waits here, its carrier does not
                return null;
            });
        }
        int sum = 0;
        for (int i = 1; i <= 100; i++) {
            sum += squares.receiver().receive();
        }
        // end::virtual
        assertThat(sum).isEqualTo(338_350);
    }

    @Test
    void futures() {
        // tag::future
        Channel<String> channel = Channel.bounded(10);
        CompletableFuture<Void> handledLater = channel.receiver()
                .receiveAsync() // stands in line when this returns
                .thenAcceptAsync(message -> handled.add(message), executor); // on a thread of the executor
        CompletableFuture<Void> sent = channel.sender().sendAsync("hello"); // completes when the channel took it
        // end::future
        sent.join();
        handledLater.join();
        assertThat(handled).containsExactly("hello");
    }

    @Test
    void futureTimeout() {
        // tag::future-timeout
        Channel<String> channel = Channel.bounded(10);
        CompletableFuture<String> impatient = channel.receiver().receiveAsync().orTimeout(20, MILLISECONDS);
        boolean timedOut = impatient
                .handle((message, failure) -> failure instanceof TimeoutException)
                .join();
        channel.sender().trySend("for somebody else"); // the future is out of the line and takes nothing
        String message = channel.receiver().tryReceive().get();
        // end::future-timeout
        assertThat(timedOut).isTrue();
        assertThat(message).isEqualTo("for somebody else");
    }

    @Test
    void futureCancel() {
        Channel<String> channel = Channel.bounded(10);
        // tag::future-cancel
        CompletableFuture<String> next = channel.receiver().receiveAsync();
        channel.sender().trySend("handed over"); // perhaps by another thread, at the same moment
        if (next.cancel(false)) {
            handled.add("cancelled: no message was taken, and none will be");
        } else {
            handled.add(next.join()); // too late: the message was taken, and here it is
        }
        // end::future-cancel
        assertThat(handled).containsExactly("handed over");
    }

    // tag::waker
    /** Receives on an event loop; anything that runs tasks one by one is an event loop. */
    static final class LoopReceiver<T> {
        private final Receiver<T> receiver;
        private final Executor loop;
        private final Consumer<T> handler;
        private final CompletableFuture<Void> ended = new CompletableFuture<>();
        private PendingReceive<T> pending; // touched on the loop only

        LoopReceiver(Receiver<T> receiver, Executor loop, Consumer<T> handler) {
            this.receiver = receiver;
            this.loop = loop;
            this.handler = handler;
        }

        CompletableFuture<Void> start() {
            loop.execute(this::serve);
            return ended;
        }

        private void serve() {
            while (true) {
                if (pending == null) {
                    pending = receiver.receive(() -> loop.execute(this::serve)); // the waker only schedules
                }
                if (!pending.isDone()) {
                    return; // the loop is free for others; the waker calls it back
                }
                ReceiveResult<T> result = pending.result();
                if (result.isDisconnected()) {
                    ended.complete(null);
                    return;
                }
                pending = null;
                handler.accept(result.get());
            }
        }
    }
    // end::waker

    @Test
    void waker() throws InterruptedException {
        ExecutorService loop = Executors.newSingleThreadExecutor();
        try {
            Channel<String> channel = Channel.bounded(2);
            CompletableFuture<Void> ended = new LoopReceiver<>(channel.receiver(), loop, handled::add).start();
            List<String> messages =
                    IntStream.range(0, 100).mapToObj(Integer::toString).toList();
            assertThat(channel.sender().sendAll(messages)).isEqualTo(100);
            channel.close();
            ended.join();
            assertThat(handled).isEqualTo(messages);
        } finally {
            loop.shutdown();
        }
    }

    // Handles

    @Test
    void duplicates() {
        int sum = 0;
        // tag::duplicates
        Channel<Integer> squares = Channel.bounded(10);
        for (int i = 1; i <= 3; i++) {
            int number = i;
            Sender<Integer> mine = squares.sender().duplicate(); // made here, not in the worker: it may start late
            executor.submit(() -> {
                try (mine) {
                    mine.send(number * number);
                }
                return null;
            });
        }
        squares.sender().close(); // the channel's first handle counts too
        for (int square : squares.receiver()) { // ends when the last of the workers has closed its handle
            sum += square;
        }
        // end::duplicates
        assertThat(sum).isEqualTo(14);
    }

    @Test
    void pendingSend() {
        // tag::pending
        Channel<String> channel = Channel.rendezvous();
        CompletableFuture<Void> sent = channel.sender().sendAsync("last words"); // waits for a receiver
        channel.sender().close(); // the waiting send keeps its side connected
        String message = channel.receiver().tryReceive().get();
        ReceiveResult<String> then = channel.receiver().tryReceive(); // Disconnected[cause=null]
        // end::pending
        sent.join();
        assertThat(message).isEqualTo("last words");
        assertThat(then).hasToString("Disconnected[cause=null]");
    }

    @Test
    void weak() {
        // tag::weak
        Channel<String> events = Channel.bounded(10);
        WeakSender<String> weak = events.sender().downgrade(); // keeps nobody waiting
        Runnable report = () -> weak.upgrade().ifPresent(sender -> {
            try (sender) { // a handle of its own, as short as its use
                sender.trySend("an event");
            }
        });
        report.run();
        events.sender().close(); // the only handle that counts
        report.run(); // does nothing: there is no sender to be upgraded to
        // end::weak
        assertThat(events.receiver().stream()).containsExactly("an event");
    }

    // Ends

    @Test
    void closeWithCause() throws InterruptedException {
        Throwable reason = null;
        // tag::close
        Channel<String> rows = Channel.bounded(10);
        rows.sender().send("row 1");
        rows.close(new IOException("the connection broke")); // no more sends

        String row = rows.receiver().receive(); // what was sent is still received
        try {
            rows.receiver().receive();
        } catch (DisconnectedException end) {
            reason = end.getCause(); // the IOException; null after a plain close()
        }
        // end::close
        assertThat(row).isEqualTo("row 1");
        assertThat(reason).isInstanceOf(IOException.class);
    }

    @Test
    void cancel() {
        // tag::cancel
        Channel<CompletableFuture<String>> requests = Channel.<CompletableFuture<String>>builder()
                .capacity(10)
                .onUndelivered(reply -> reply.completeExceptionally(new CancellationException("nobody will answer")))
                .build();
        CompletableFuture<String> reply = new CompletableFuture<>();
        requests.sender().trySend(reply);
        requests.cancel(); // both sides end now; what was buffered goes to onUndelivered, each message once
        // end::cancel
        assertThat(reply).isCompletedExceptionally();
        assertThat(requests.stats().undelivered()).isEqualTo(1);
    }

    @Test
    void disconnected() {
        // tag::disconnected
        Channel<String> channel = Channel.bounded(10);
        channel.disconnected().thenRun(() -> handled.add("nobody listens any more"));
        channel.receiver().close(); // the last receiver: runs the line above, here, on this thread
        SendResult sent = channel.sender().trySend("hello"); // DISCONNECTED
        // end::disconnected
        assertThat(handled).containsExactly("nobody listens any more");
        assertThat(sent).isEqualTo(SendResult.DISCONNECTED);
    }

    // Select

    @Test
    void selectReceive() throws InterruptedException {
        Channel<Integer> orders = Channel.bounded(10);
        Channel<String> returns = Channel.bounded(10);
        returns.sender().trySend("shoes");
        // tag::select
        Select<String> next = Select.<String>fair()
                .receive(orders.receiver(), number -> "order " + number)
                .receive(returns.receiver(), item -> "return of " + item)
                .timeout(Duration.ofSeconds(5), () -> "nothing to do");
        String what = next.run(); // waits for the first; the others have no effect
        // end::select
        assertThat(what).isEqualTo("return of shoes");
    }

    @Test
    void selectSend() throws InterruptedException {
        Channel<String> near = Channel.bounded(1);
        Channel<String> far = Channel.bounded(1);
        List<String> places = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            // tag::select-send
            String place = Select.<String>biased() // the first that is ready, in this order
                    .send(near.sender(), "job", () -> "near")
                    .send(far.sender(), "job", () -> "far")
                    .otherwise(() -> "nowhere") // so it never waits
                    .run();
            // end::select-send
            places.add(place);
        }
        assertThat(places).containsExactly("near", "far", "nowhere");
    }

    @Test
    void selectLoop() throws InterruptedException {
        Channel<String> commands = Channel.bounded(10);
        Channel<String> ticks = Channel.bounded(10);
        commands.sender().sendAll(List.of("a", "b"));
        commands.close();
        // tag::select-loop
        Select<Boolean> step = Select.<Boolean>fair()
                .receive(commands.receiver(), command -> handled.add("command " + command))
                .receive(ticks.receiver(), tick -> handled.add("tick " + tick))
                .disconnected(commands.receiver(), () -> false); // ended and drained
        boolean goOn = true;
        while (goOn) {
            goOn = step.run();
        }
        // end::select-loop
        assertThat(handled).containsExactly("command a", "command b");
    }

    @Test
    void selectAsync() {
        Channel<String> orders = Channel.bounded(10);
        Channel<String> returns = Channel.bounded(10);
        // tag::select-async
        CompletableFuture<String> first = Select.<String>fair()
                .receive(orders.receiver(), order -> "order of " + order) // runs on the thread that sends it
                .receive(returns.receiver(), item -> "return of " + item)
                .runAsync(); // holds no thread; cancelling it takes no message
        orders.sender().trySend("a hat");
        String what = first.join();
        // end::select-async
        assertThat(what).isEqualTo("order of a hat");
        assertThat(returns.stats().waitingReceivers()).isZero();
    }

    // Overflow

    @Test
    void dropOldest() {
        List<Integer> missed = new ArrayList<>();
        // tag::drop-oldest
        Channel<Integer> prices = Channel.<Integer>builder()
                .capacity(2)
                .overflow(Overflow.DROP_OLDEST)
                .onUndelivered(price -> missed.add(price)) // on the thread whose send dropped it
                .build();
        for (int price = 1; price <= 5; price++) {
            prices.sender().trySend(price); // always SENT
        }
        List<Integer> latest = prices.receiver().drain(); // [4, 5]
        // end::drop-oldest
        assertThat(latest).containsExactly(4, 5);
        assertThat(missed).containsExactly(1, 2, 3);
    }

    @Test
    void forceSend() {
        // tag::force-send
        Channel<String> channel = Channel.bounded(1);
        channel.sender().trySend("old");
        String displaced = channel.sender().forceSend("urgent"); // "old"; null if there was room
        // end::force-send
        assertThat(displaced).isEqualTo("old");
        assertThat(channel.receiver().drain()).containsExactly("urgent");
    }

    // Many messages at once

    @Test
    void batches() throws InterruptedException {
        // tag::batches
        Channel<Integer> channel = Channel.bounded(10);
        int sent = channel.sender().sendAll(List.of(1, 2, 3, 4, 5, 6)); // in order, with one place in line
        int more = channel.sender().trySendAll(List.of(7, 8, 9, 10, 11, 12)); // 4: the first that fit, never waits

        List<Integer> some = channel.receiver().receiveMany(3); // waits for one, takes up to 3
        List<Integer> target = new ArrayList<>();
        int moved = channel.receiver().drainTo(target, 2); // what is there, up to 2, never waits
        for (int number : channel.receiver().available()) { // what is there, one by one, never waits
            target.add(number);
            if (number == 8) {
                break;
            }
        }
        List<Integer> rest = channel.receiver().drain(); // all that is there, waiting senders' messages too
        // end::batches
        assertThat(sent).isEqualTo(6);
        assertThat(more).isEqualTo(4);
        assertThat(some).containsExactly(1, 2, 3);
        assertThat(moved).isEqualTo(2);
        assertThat(target).containsExactly(4, 5, 6, 7, 8);
        assertThat(rest).containsExactly(9, 10);
    }

    @Test
    void stream() {
        // tag::stream
        Channel<Integer> numbers = Channel.bounded(10);
        numbers.sender().trySendAll(List.of(1, 2, 3, 4, 5));
        numbers.close();
        List<Integer> even = numbers.receiver().stream() // waits for each message, ends with the channel
                .filter(number -> number % 2 == 0)
                .limit(1)
                .toList();
        List<Integer> rest = numbers.receiver().drain(); // [3, 4, 5]: a stream takes nothing ahead
        // end::stream
        assertThat(even).containsExactly(2);
        assertThat(rest).containsExactly(3, 4, 5);
    }

    // tag::subscriber
    /** Asks for the next message when it is done with one. */
    static final class OneByOne implements Flow.Subscriber<String> {
        final List<String> seen = new ArrayList<>();
        final CompletableFuture<List<String>> result = new CompletableFuture<>();
        private Flow.Subscription subscription;

        @Override
        public void onSubscribe(Flow.Subscription given) {
            subscription = given;
            subscription.request(1);
        }

        @Override
        public void onNext(String message) {
            seen.add(message);
            subscription.request(1);
        }

        @Override
        public void onError(Throwable cause) {
            result.completeExceptionally(cause); // closed with a cause
        }

        @Override
        public void onComplete() {
            result.complete(seen);
        }
    }
    // end::subscriber

    @Test
    void publisher() throws InterruptedException {
        // tag::publisher
        Channel<String> channel = Channel.bounded(10);
        OneByOne subscriber = new OneByOne();
        channel.receiver().publisher().subscribe(subscriber);
        channel.sender().sendAll(List.of("a", "b", "c"));
        channel.close();
        List<String> seen = subscriber.result.join();
        // end::publisher
        assertThat(seen).containsExactly("a", "b", "c");
    }

    // Built on a channel

    // tag::pool
    /** Threads that share one bounded queue of jobs: whoever is idle takes the next. */
    static final class WorkerPool {
        private final Channel<FutureTask<?>> jobs;
        private final List<Thread> workers = new ArrayList<>();

        WorkerPool(int threads, int capacity) {
            jobs = Channel.<FutureTask<?>>builder()
                    .name("jobs")
                    .capacity(capacity)
                    .onUndelivered(job -> job.cancel(false)) // whoever waits for its result is told
                    .build();
            for (int i = 1; i <= threads; i++) {
                workers.add(new Thread(this::work, "worker-" + i));
            }
            workers.forEach(Thread::start);
        }

        /** Waits while the queue is full. */
        <R> Future<R> submit(Callable<R> job) throws InterruptedException {
            FutureTask<R> task = new FutureTask<>(job); // also keeps what the job throws
            jobs.sender().send(task);
            return task;
        }

        private void work() {
            for (FutureTask<?> job : jobs.receiver()) {
                job.run();
            }
        }

        /** Does what is queued, then ends. */
        void finish() throws InterruptedException {
            jobs.close();
            for (Thread worker : workers) {
                worker.join();
            }
        }

        /** Does what is begun, cancels what is queued. */
        void stop() throws InterruptedException {
            jobs.cancel();
            finish();
        }
    }
    // end::pool

    @Test
    void pool_finish_doesWhatIsQueued() throws Exception {
        WorkerPool pool = new WorkerPool(3, 2);
        List<Future<Integer>> squares = new ArrayList<>();
        for (int i = 1; i <= 50; i++) {
            int number = i;
            squares.add(pool.submit(() -> number * number));
        }
        Future<Object> failing = pool.submit(() -> {
            throw new IOException("no");
        });
        pool.finish();
        int sum = 0;
        for (Future<Integer> square : squares) {
            sum += square.get();
        }
        assertThat(sum).isEqualTo(42_925);
        assertThatThrownBy(failing::get).hasRootCauseInstanceOf(IOException.class);
        assertThatThrownBy(() -> pool.submit(() -> 0)).isInstanceOf(DisconnectedException.class);
    }

    @Test
    void pool_stop_cancelsWhatIsQueued() throws InterruptedException {
        WorkerPool pool = new WorkerPool(1, 2);
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch mayEnd = new CountDownLatch(1);
        Future<String> first = pool.submit(() -> {
            begun.countDown();
            mayEnd.await();
            return "done";
        });
        begun.await();
        Future<String> second = pool.submit(() -> "never");
        Future<?> stopping = executor.submit(() -> {
            pool.stop();
            return null;
        });
        assertThatThrownBy(() -> second.get(10, SECONDS)).isInstanceOf(CancellationException.class);
        mayEnd.countDown();
        assertThat(first).succeedsWithin(Duration.ofSeconds(10)).isEqualTo("done");
        assertThat(stopping).succeedsWithin(Duration.ofSeconds(10));
    }

    // tag::bridge
    /** The async side: holds no thread while it waits, and takes a question only when the answer before found room. */
    static final class Answering {
        private final Receiver<String> questions;
        private final Channel<Integer> answers;
        private final Executor executor;

        Answering(Receiver<String> questions, Channel<Integer> answers, Executor executor) {
            this.questions = questions;
            this.answers = answers;
            this.executor = executor;
        }

        void next() {
            questions.receiveAsync().whenCompleteAsync(this::answer, executor); // a fresh stack for each question
        }

        private void answer(String question, Throwable end) {
            if (question == null) {
                if (end.getCause() == null) {
                    answers.close(); // no more questions
                } else {
                    answers.close(end.getCause());
                }
                return;
            }
            answers.sender().sendAsync(question.length()).whenComplete((sent, failure) -> {
                if (failure == null) {
                    next();
                } else {
                    questions.close(); // nobody wants answers any more: the askers are told
                }
            });
        }
    }
    // end::bridge

    @Test
    void bridge() {
        List<Integer> lengths = new ArrayList<>();
        // tag::bridge-use
        Channel<String> questions = Channel.bounded(2);
        Channel<Integer> answers = Channel.bounded(2);
        new Answering(questions.receiver(), answers, executor).next();
        executor.submit(() -> {
            for (String question : List.of("a", "bb", "ccc", "dddd", "eeeee", "ffffff")) {
                questions.sender().send(question); // a thread waits
            }
            questions.close();
            return null;
        });
        for (int length : answers.receiver()) { // a thread waits
            lengths.add(length);
        }
        // end::bridge-use
        assertThat(lengths).containsExactly(1, 2, 3, 4, 5, 6);
    }

    @Test
    void bridge_whoseAnswersNobodyWants_tellsTheAskers() {
        Channel<String> questions = Channel.bounded(2);
        Channel<Integer> answers = Channel.bounded(2);
        new Answering(questions.receiver(), answers, executor).next();
        answers.receiver().close();
        questions.sender().trySend("a");
        assertThat(questions.disconnected()).succeedsWithin(Duration.ofSeconds(10));
    }

    @Test
    void bridge_whoseQuestionsFail_passesTheCauseOn() {
        Channel<String> questions = Channel.bounded(2);
        Channel<Integer> answers = Channel.bounded(2);
        new Answering(questions.receiver(), answers, executor).next();
        questions.close(new IOException("no"));
        assertThatThrownBy(() -> answers.receiver().receive()).hasCauseInstanceOf(IOException.class);
    }

    @Test
    void bridge_overManyMessages_doesNotGrowTheStack() throws InterruptedException {
        Channel<String> questions = Channel.unbounded();
        Channel<Integer> answers = Channel.unbounded();
        for (int i = 0; i < 20_000; i++) {
            questions.sender().send("question");
        }
        questions.close();
        new Answering(questions.receiver(), answers, executor).next();
        assertThat(answers.receiver().stream()).hasSize(20_000).containsOnly(8);
    }

    // tag::actor
    /** An account that one thread owns, so that it needs no lock. Others send it commands. */
    static final class Account {
        private sealed interface Command {}

        private record Deposit(long cents) implements Command {}

        private record Balance(CompletableFuture<Long> reply) implements Command {}

        private final Channel<Command> mailbox = Channel.<Command>builder()
                .name("account")
                .capacity(64)
                .onUndelivered(Account::refuse)
                .build();
        private long cents; // touched by run() only

        /** Waits while the mailbox is full. */
        void deposit(long amount) throws InterruptedException {
            mailbox.sender().send(new Deposit(amount));
        }

        /** Never waits. */
        CompletableFuture<Long> balance() {
            CompletableFuture<Long> reply = new CompletableFuture<>();
            mailbox.sender().sendAsync(new Balance(reply)).whenComplete((sent, failure) -> {
                if (failure != null) {
                    reply.completeExceptionally(failure); // the account was closed
                }
            });
            return reply;
        }

        /** Serves commands, one at a time, until the account is closed. */
        void run() {
            try (Receiver<Command> commands = mailbox.receiver()) { // however this ends, senders are told
                for (Command command : commands) {
                    serve(command);
                }
            }
        }

        private void serve(Command command) {
            if (command instanceof Deposit deposit) {
                cents += deposit.cents();
            } else if (command instanceof Balance balance) {
                balance.reply().complete(cents); // the asker's dependents run here: it should use thenAcceptAsync
            }
        }

        private static void refuse(Command command) {
            if (command instanceof Balance balance) {
                balance.reply().cancel(false); // nobody will answer
            }
        }

        void close() {
            mailbox.close();
        }
    }
    // end::actor

    @Test
    void actor() throws InterruptedException {
        Account account = new Account();
        Future<?> serving = executor.submit(account::run);
        for (int i = 0; i < 100; i++) {
            account.deposit(5);
        }
        assertThat(account.balance().join()).isEqualTo(500);
        account.close();
        assertThat(serving).succeedsWithin(Duration.ofSeconds(10));
        assertThatThrownBy(() -> account.balance().join())
                .isInstanceOf(CompletionException.class)
                .hasCauseInstanceOf(DisconnectedException.class);
    }

    @Test
    void actor_thatDies_tellsWhoAsked() {
        Account account = new Account();
        CompletableFuture<Long> balance = account.balance();
        Thread.currentThread().interrupt();
        assertThatThrownBy(account::run).isInstanceOf(IllegalStateException.class);
        assertThat(Thread.interrupted()).isTrue();
        assertThat(balance).isCancelled();
        assertThatThrownBy(() -> account.deposit(1)).isInstanceOf(DisconnectedException.class);
    }

    // tag::stage
    /** Takes from one channel, works, sends to the next. Its end, good or bad, is told in both directions. */
    static <A, B> void stage(Receiver<A> in, Function<A, B> work, Channel<B> out) {
        try (in) { // when this stage has ended, the one before it is told
            for (A message : in) {
                out.sender().send(work.apply(message)); // waits while the next stage is behind
            }
            out.close(); // the next stage does what is buffered, then ends
        } catch (Throwable failure) {
            out.close(failure); // whatever it was: the next stage must not take it for a good end
        }
    }
    // end::stage

    @Test
    void pipeline() {
        int sum = 0;
        // tag::pipeline
        Channel<String> lines = Channel.bounded(4);
        Channel<Integer> numbers = Channel.bounded(4);
        Channel<Integer> squares = Channel.bounded(4);
        executor.submit(() -> stage(lines.receiver(), Integer::parseInt, numbers));
        executor.submit(() -> stage(numbers.receiver(), number -> number * number, squares));
        executor.submit(() -> {
            for (int i = 1; i <= 100; i++) {
                lines.sender().send("" + i);
            }
            lines.close();
            return null;
        });
        for (int square : squares.receiver()) {
            sum += square;
        }
        // end::pipeline
        assertThat(sum).isEqualTo(338_350);
    }

    @Test
    void pipeline_whoseLastStageIsSlow_holdsBackTheSource() throws InterruptedException {
        Channel<Integer> numbers = Channel.bounded(4);
        Channel<Integer> squares = Channel.bounded(4);
        executor.submit(() -> stage(numbers.receiver(), number -> number * number, squares));
        List<Integer> source = IntStream.range(0, 100).boxed().toList();
        executor.submit(() -> numbers.sender().sendAll(source));
        await().until(() ->
                squares.stats().waitingSenders() == 1 && numbers.stats().waitingSenders() == 1);
        assertThat(numbers.stats().sent()).isEqualTo(4 + 1 + 4); // buffered, in the stage's hand, buffered behind it
        assertThat(squares.receiver().receive()).isZero();
        await().until(() -> numbers.stats().sent() == 10);
    }

    @Test
    void pipeline_whoseStageFails_endsInBothDirections() {
        Channel<String> lines = Channel.bounded(4);
        Channel<Integer> numbers = Channel.bounded(4);
        executor.submit(() -> stage(lines.receiver(), Integer::parseInt, numbers));
        lines.sender().trySendAll(List.of("1", "two"));
        assertThatThrownBy(() -> numbers.receiver().forEach(number -> handled.add("" + number)))
                .isInstanceOf(DisconnectedException.class)
                .hasCauseInstanceOf(NumberFormatException.class);
        assertThat(handled).containsExactly("1");
        assertThat(lines.disconnected()).succeedsWithin(Duration.ofSeconds(10));
        assertThat(lines.sender().trySend("3")).isEqualTo(SendResult.DISCONNECTED);
    }

    // To see inside

    @Test
    void inside() {
        // tag::inside
        Channel<String> orders =
                Channel.<String>builder().name("orders").capacity(1).build();
        orders.sender().trySend("a hat");
        CompletableFuture<Void> waiting = orders.sender().sendAsync("shoes");

        ChannelStats stats = orders.stats(); // all figures as of one instant
        int backlog = stats.size() + stats.waitingSenders();
        String text = orders.toString();
        // Channel orders[bounded, size 1/1, 1 sender (1 waiting: {future=1}), 1 receiver, open]
        // end::inside
        assertThat(backlog).isEqualTo(2);
        assertThat(waiting).isNotDone();
        assertThat(text)
                .isEqualTo("Channel orders[bounded, size 1/1, 1 sender (1 waiting: {future=1}), 1 receiver, open]");
    }

    @Test
    void jfr() throws IOException, InterruptedException {
        Path file = folder.resolve("channels.jfr");
        // tag::jfr
        try (Recording recording = new Recording()) {
            recording.enable("io.millrace.Wait").withThreshold(Duration.ofMillis(1));
            recording.enable("io.millrace.Disconnect");
            recording.enable("io.millrace.Undelivered");
            recording.start();

            Channel<String> channel =
                    Channel.<String>builder().name("prices").capacity(1).build();
            channel.receiver().tryReceive(Duration.ofMillis(20));
            channel.sender().trySend("left behind");
            channel.cancel();

            recording.dump(file);
        }
        // end::jfr
        assertThat(RecordingFile.readAllEvents(file))
                .filteredOn(event -> event.getEventType().getName().startsWith("io.millrace.")
                        && event.getString("channel").equals("prices"))
                .extracting(event -> event.getEventType().getName())
                .containsExactlyInAnyOrder("io.millrace.Wait", "io.millrace.Undelivered", "io.millrace.Disconnect");
    }

    // The guide and these snippets

    @Test
    void guide_showsTheseSnippets_eachUnderItsName_andNoOtherJava() throws IOException {
        Map<String, String> snippets =
                taggedLines(Files.readString(Path.of("src/test/java/io/millrace/guide/GuideTest.java")));
        Map<String, String> blocks = javaBlocks(Files.readString(Path.of("../docs/guide.md")));
        assertThat(blocks.keySet()).isEqualTo(snippets.keySet());
        blocks.forEach((name, lines) -> assertThat(lines).as(name).isEqualTo(snippets.get(name)));
    }

    private static Map<String, String> taggedLines(String source) {
        Map<String, String> snippets = new LinkedHashMap<>();
        Matcher tagged = Pattern.compile("(?ms)^ *// tag::(\\S+)\n(.*?)\n *// end::(\\S+)$")
                .matcher(source);
        while (tagged.find()) {
            assertThat(tagged.group(3)).as("end of " + tagged.group(1)).isEqualTo(tagged.group(1));
            assertThat(snippets.put(tagged.group(1), tagged.group(2).stripIndent() + "\n"))
                    .as("another snippet named " + tagged.group(1))
                    .isNull();
        }
        long tags = source.lines()
                .filter(line -> line.strip().startsWith("// tag::"))
                .count();
        assertThat(snippets).hasSize((int) tags);
        return snippets;
    }

    private static Map<String, String> javaBlocks(String guide) {
        Map<String, String> blocks = new LinkedHashMap<>();
        List<String> lines = guide.lines().toList();
        for (int i = 0; i < lines.size(); i++) {
            if (lines.get(i).startsWith("```java")) {
                Matcher name = Pattern.compile("<!-- (\\S+) -->").matcher(lines.get(i - 1));
                assertThat(name.matches()).as("a name above line " + (i + 1)).isTrue();
                String block = lines.stream()
                        .skip(i + 1)
                        .takeWhile(line -> !line.equals("```"))
                        .map(line -> line + "\n")
                        .collect(Collectors.joining());
                assertThat(blocks.put(name.group(1), block))
                        .as("another block named " + name.group(1))
                        .isNull();
            }
        }
        return blocks;
    }
}
