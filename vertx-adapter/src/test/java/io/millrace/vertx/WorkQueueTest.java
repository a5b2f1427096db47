package io.millrace.vertx;

import static io.millrace.vertx.Host.get;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.millrace.DisconnectedException;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.ThreadingModel;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** Submitters and servers of every threading model. */
@ParameterizedClass
@MethodSource("io.millrace.vertx.Host#models")
class WorkQueueTest {
    private final ThreadingModel model;
    private final Vertx vertx = Vertx.vertx();
    private final WorkQueue<Integer, Integer> queue = shared("jobs", 2);
    private final BlockingQueue<Object> events = new LinkedBlockingQueue<>();
    private Host submitter;

    WorkQueueTest(ThreadingModel model) {
        this.model = model;
    }

    @BeforeEach
    void deploySubmitter() throws Exception {
        submitter = Host.deploy(vertx, model);
    }

    @AfterEach
    void closeVertx() throws Exception {
        get(vertx.close());
    }

    private WorkQueue<Integer, Integer> shared(String name, int capacity) {
        return WorkQueue.shared(vertx, name, new WorkQueueOptions().setCapacity(capacity));
    }

    private static int doubled(int job) {
        return 2 * job;
    }

    /** Serves as the server's model does: event loops with one place. */
    private Future<Void> serve(Host server, Function<Integer, Integer> worker) throws Exception {
        return server.call(() -> server.context().threadingModel() == ThreadingModel.EVENT_LOOP
                ? queue.serveAsync(1, job -> Future.succeededFuture(worker.apply(job)))
                : queue.serve(worker));
    }

    private Future<Integer> submit(int job) throws Exception {
        return submitter.call(() -> queue.submit(job));
    }

    /** Serves with one place, and leaves the ends of the jobs to the test. */
    private BlockingQueue<Promise<Integer>> serveByHand(Host server, int concurrency) throws Exception {
        BlockingQueue<Promise<Integer>> begun = new LinkedBlockingQueue<>();
        server.call(() -> queue.serveAsync(concurrency, job -> {
            Promise<Integer> end = Promise.promise();
            begun.add(end);
            return end.future();
        }));
        return begun;
    }

    private static Promise<Integer> next(BlockingQueue<Promise<Integer>> begun) throws InterruptedException {
        Promise<Integer> next = begun.poll(10, SECONDS);
        assertThat(next).isNotNull();
        return next;
    }

    // ---- Results

    @Test
    void result_returnsOnTheSubmittersContext_andTheWorkRunsOnTheServers() throws Exception {
        for (ThreadingModel serving : Host.models().toList()) {
            Host server = Host.deploy(vertx, serving);
            Future<Void> ended = serve(server, job -> {
                events.add(String.valueOf(server.elsewhere()));
                return doubled(job);
            });
            submitter.call(() -> queue.submit(21).onComplete(result -> {
                events.add(String.valueOf(submitter.elsewhere()));
                events.add(result.result());
            }));
            assertThat(List.of(events.poll(10, SECONDS), events.poll(10, SECONDS), events.poll(10, SECONDS)))
                    .as("served on %s", serving)
                    .containsExactly("null", "null", 42);
            get(server.undeploy());
            get(ended);
        }
    }

    @Test
    void result_returnsOnTheDuplicateThatSubmitted() throws Exception {
        serve(Host.deploy(vertx, ThreadingModel.EVENT_LOOP), WorkQueueTest::doubled);
        ContextInternal duplicate = submitter.duplicate();
        CompletableFuture<Object> completedOn = new CompletableFuture<>();
        Host.callOn(
                duplicate,
                () -> queue.submit(1)
                        .onComplete(result -> completedOn.complete(
                                submitter.elsewhere() == null ? ContextInternal.current() : submitter.elsewhere())));
        assertThat(completedOn.get(10, SECONDS)).isSameAs(duplicate);
    }

    @Test
    void result_ofAThreadWithoutContext_comes() throws Exception {
        serve(submitter, WorkQueueTest::doubled);
        assertThat(get(queue.submit(4))).isEqualTo(8);
        assertThat(get(queue.submit(5, Duration.ofMinutes(1)))).isEqualTo(10);
    }

    @Test
    void failure_failsItsJobAlone_onTheSubmittersContext() throws Exception {
        serve(Host.deploy(vertx, model), job -> {
            if (job == 1) {
                throw new ArithmeticException("thrown");
            }
            return job == 2 ? null : doubled(job);
        });
        CompletableFuture<Object> failure = new CompletableFuture<>();
        submitter.call(() -> queue.submit(1).onFailure(cause -> {
            String elsewhere = submitter.elsewhere();
            failure.complete(elsewhere == null ? cause : elsewhere);
        }));
        assertThat(failure.get(10, SECONDS)).isInstanceOf(ArithmeticException.class);
        assertThat(get(submit(2))).isNull();
        assertThat(get(submit(3))).isEqualTo(6);
        assertThat(queue.stats().failed()).isEqualTo(1);
        assertThat(queue.stats().succeeded()).isEqualTo(2);
        assertThat(queue.stats().running()).isZero();
    }

    @Test
    void serveAsync_failures_failTheirJobsAlone() throws Exception {
        submitter.call(() -> queue.serveAsync(1, job -> switch (job) {
            case 1 -> throw new ArithmeticException("thrown");
            case 2 -> Future.failedFuture(new ArithmeticException("failed"));
            case 3 -> null;
            default -> Future.succeededFuture(doubled(job));
        }));
        assertThatThrownBy(() -> get(submit(1))).hasMessage("thrown");
        assertThatThrownBy(() -> get(submit(2))).hasMessage("failed");
        assertThatThrownBy(() -> get(submit(3)))
                .isInstanceOf(NullPointerException.class)
                .hasMessage("the future that the worker returned");
        assertThat(get(submit(4))).isEqualTo(8);
    }

    @Test
    void manySubmittersAndServersOfAllModels_everyJobGetsItsResult_onItsContext() throws Exception {
        int each = 2000;
        AtomicInteger wrong = new AtomicInteger();
        List<Future<?>> all = new ArrayList<>();
        for (ThreadingModel any : Host.models().toList()) {
            serve(Host.deploy(vertx, any), WorkQueueTest::doubled);
        }
        for (ThreadingModel any : Host.models().toList()) {
            Host host = Host.deploy(vertx, any);
            all.add(host.call(() -> {
                List<Future<?>> futures = new ArrayList<>();
                for (int i = 0; i < each; i++) {
                    int job = i;
                    futures.add(queue.submit(job).onComplete(result -> {
                        if (host.elsewhere() != null || result.result() != doubled(job)) {
                            wrong.incrementAndGet();
                        }
                    }));
                }
                return Future.all(futures);
            }));
        }
        for (Future<?> future : all) {
            get(future);
        }
        assertThat(wrong).hasValue(0);
        assertThat(queue.stats().succeeded()).isEqualTo((long) each * all.size());
        assertThat(queue.stats().running()).isZero();
    }

    // ---- Admission

    @Test
    void submit_whenFull_waitsInLine() throws Exception {
        List<Future<Integer>> results = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            results.add(submit(i));
        }
        assertThat(queue.stats().size()).isEqualTo(2);
        assertThat(queue.stats().waitingSubmissions()).isEqualTo(3);
        List<Integer> order = new ArrayList<>();
        serve(submitter, job -> {
            order.add(job);
            return doubled(job);
        });
        for (int i = 0; i < 5; i++) {
            assertThat(get(results.get(i))).isEqualTo(doubled(i));
        }
        assertThat(order).containsExactly(0, 1, 2, 3, 4);
        assertThat(queue.stats().accepted()).isEqualTo(5);
    }

    @Test
    void submit_thatIsNotAcceptedInTime_isNeverStarted() throws Exception {
        submit(1);
        Future<Integer> accepted = submitter.call(() -> queue.submit(2, Duration.ZERO));
        Future<Integer> late = submitter.call(() -> queue.submit(3, Duration.ofMillis(20)));
        Future<Integer> atOnce = submitter.call(() -> queue.submit(4, Duration.ZERO));
        CompletableFuture<String> elsewhere = new CompletableFuture<>();
        late.onComplete(result -> elsewhere.complete(String.valueOf(submitter.elsewhere())));
        assertThatThrownBy(() -> get(late)).isInstanceOf(TimeoutException.class);
        assertThat(elsewhere.get(10, SECONDS)).isEqualTo("null");
        assertThatThrownBy(() -> get(atOnce)).isInstanceOf(TimeoutException.class);
        assertThat(queue.stats().waitingSubmissions()).isZero();
        serve(submitter, job -> {
            events.add(job);
            return doubled(job);
        });
        assertThat(get(accepted)).isEqualTo(4);
        assertThat(get(submit(5))).isEqualTo(10);
        assertThat(events).containsExactly(1, 2, 5);
    }

    @Test
    void submit_thatIsAcceptedInTime_mayTakeLonger() throws Exception {
        submit(1);
        submit(2);
        Duration timeout = Duration.ofMillis(200);
        Future<Integer> third = submitter.call(() -> queue.submit(3, timeout));
        BlockingQueue<Promise<Integer>> begun = serveByHand(Host.deploy(vertx, ThreadingModel.EVENT_LOOP), 1);
        next(begun);
        await().until(() -> queue.stats().accepted() == 3);
        CompletableFuture<Void> longer = new CompletableFuture<>();
        vertx.setTimer(timeout.toMillis() + 50, fired -> longer.complete(null));
        longer.get(10, SECONDS);
        assertThat(third.isComplete()).isFalse();
    }

    @Test
    void trySubmit_isEmptyWhenFull() throws Exception {
        Optional<Future<Integer>> first = submitter.call(() -> queue.trySubmit(1));
        assertThat(submitter.call(() -> queue.trySubmit(2))).isPresent();
        assertThat(submitter.call(() -> queue.trySubmit(3))).isEmpty();
        serve(submitter, job -> {
            events.add(job);
            return doubled(job);
        });
        assertThat(get(first.orElseThrow())).isEqualTo(2);
        assertThat(get(submit(4))).isEqualTo(8);
        assertThat(events).containsExactly(1, 2, 4);
    }

    // ---- Withdrawal

    @Test
    void submit_whoseFutureEnds_isNeverStarted_waitingOrAccepted() throws Exception {
        Promise<String> until = Promise.promise();
        List<Future<Integer>> withdrawn = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            int job = i;
            withdrawn.add(submitter.call(() -> queue.submitUntil(job, until.future())));
        }
        Future<Integer> kept = submit(9);
        assertThat(queue.stats().waitingSubmissions()).isEqualTo(3);
        CompletableFuture<String> elsewhere = new CompletableFuture<>();
        withdrawn.get(0).onComplete(result -> elsewhere.complete(String.valueOf(submitter.elsewhere())));
        ArithmeticException cause = new ArithmeticException();
        until.fail(cause);
        for (Future<Integer> each : withdrawn) {
            assertThatThrownBy(() -> get(each))
                    .isInstanceOf(CancellationException.class)
                    .hasCause(cause);
        }
        assertThat(elsewhere.get(10, SECONDS)).isEqualTo("null");
        assertThat(queue.stats().waitingSubmissions()).isEqualTo(1);
        serve(Host.deploy(vertx, model), job -> {
            events.add(job);
            return doubled(job);
        });
        assertThat(get(kept)).isEqualTo(18);
        assertThat(events).containsExactly(9);
        assertThat(queue.stats().neverStarted()).isEqualTo(2);
        assertThat(queue.stats().droppedResults()).isZero();
    }

    @Test
    void submit_whoseFutureHasEnded_isNotSubmitted() {
        Future<Integer> refused = queue.submitUntil(1, Future.succeededFuture());
        assertThatThrownBy(() -> get(refused)).isInstanceOf(CancellationException.class);
        assertThat(queue.stats().accepted()).isZero();
        Future<?> none = null;
        assertThatThrownBy(() -> queue.submitUntil(1, none))
                .isInstanceOf(NullPointerException.class)
                .hasMessage("until");
        assertThatThrownBy(() -> queue.submitUntil(null, Future.succeededFuture()))
                .isInstanceOf(NullPointerException.class)
                .hasMessage("job");
    }

    @Test
    void submit_thatWasStarted_getsItsResult_whenItsFutureEnds() throws Exception {
        BlockingQueue<Promise<Integer>> begun = serveByHand(Host.deploy(vertx, ThreadingModel.EVENT_LOOP), 1);
        Promise<String> until = Promise.promise();
        Future<Integer> result = submitter.call(() -> queue.submitUntil(1, until.future()));
        Promise<Integer> inWork = next(begun);
        until.complete();
        assertThat(result.isComplete()).isFalse();
        inWork.complete(5);
        assertThat(get(result)).isEqualTo(5);
        assertThat(queue.stats().droppedResults()).isZero();
    }

    @Test
    void job_thatWasStarted_isNotCancelled() throws Exception {
        Job<Integer, Integer> job = submitter.call(() -> new Job<>(OwnerContext.current(vertx), 1, () -> {}));
        assertThat(job.takeWork()).isEqualTo(1);
        job.cancel(new CancellationException());
        assertThat(job.future().isComplete()).isFalse();
    }

    @Test
    void job_whoseResultWaitsForATurn_getsItThoughItsContextEnds() throws Exception {
        AtomicInteger dropped = new AtomicInteger();
        Future<Integer> result = submitter.call(() -> {
            Job<Integer, Integer> job = new Job<>(OwnerContext.current(vertx), 1, dropped::incrementAndGet);
            job.takeWork();
            job.end(5, null); // told in a turn behind this event
            job.ownerGone();
            return job.future();
        });
        assertThat(get(result)).isEqualTo(5);
        assertThat(submitter.call(dropped::get)).isZero();
    }

    @Test
    void job_whoseResultComesAfterTheEndOfItsContext_countsAsDroppedOnce() throws Exception {
        AtomicInteger dropped = new AtomicInteger();
        Future<Integer> result = submitter.call(() -> {
            Job<Integer, Integer> job = new Job<>(OwnerContext.current(vertx), 1, dropped::incrementAndGet);
            job.takeWork();
            job.ownerGone();
            job.end(5, null);
            return job.future();
        });
        assertThatThrownBy(() -> get(result)).isInstanceOf(CancellationException.class);
        await().until(() -> submitter.call(dropped::get) == 1);
    }

    @Test
    void submissions_whoseFuturesEndWhileServed_areStartedOrCancelled() throws Exception {
        int count = 2000;
        AtomicInteger started = new AtomicInteger();
        serve(Host.deploy(vertx, model), job -> {
            started.incrementAndGet();
            return doubled(job);
        });
        int results = 0;
        int cancelled = 0;
        List<Future<Integer>> futures = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Promise<Void> until = Promise.promise();
            futures.add(queue.submitUntil(i, until.future()));
            until.complete();
        }
        for (int i = 0; i < count; i++) {
            try {
                assertThat(get(futures.get(i))).isEqualTo(doubled(i));
                results++;
            } catch (CancellationException withdrawn) {
                cancelled++;
            }
        }
        assertThat(results + cancelled).isEqualTo(count);
        get(queue.submit(0)); // behind all others
        assertThat(started).hasValue(results + 1);
        assertThat(queue.stats().running()).isZero();
    }

    @Test
    void longLivedFuture_keepsNothingOfSubmissionsThatHaveEnded() throws Exception {
        serve(Host.deploy(vertx, model), WorkQueueTest::doubled);
        Promise<String> until = Promise.promise();
        WeakReference<Object> result = new WeakReference<>(resultOf(queue.submitUntil(1_000_000, until.future())));
        await().until(() -> {
            System.gc();
            return result.refersTo(null);
        });
        assertThat(until.future().isComplete()).isFalse();
    }

    private static Object resultOf(Future<Integer> submitted) throws Exception {
        return get(submitted);
    }

    @Test
    void capacityZero_acceptsAJobWhenAServerTakesIt() throws Exception {
        WorkQueue<Integer, Integer> direct = shared("direct", 0);
        assertThat(direct.trySubmit(1)).isEmpty();
        Future<Integer> waiting = submitter.call(() -> direct.submit(2));
        assertThat(direct.stats().accepted()).isZero();
        Host server = Host.deploy(vertx, ThreadingModel.EVENT_LOOP);
        server.call(() -> direct.serveAsync(1, job -> Future.succeededFuture(doubled(job))));
        assertThat(get(waiting)).isEqualTo(4);
    }

    // ---- Servers

    @Test
    void serve_onAnEventLoop_isRefused_namingServeAsync() throws Exception {
        Host eventLoop = Host.deploy(vertx, ThreadingModel.EVENT_LOOP);
        assertThatThrownBy(() -> eventLoop.call(() -> queue.serve(WorkQueueTest::doubled)))
                .hasCauseInstanceOf(IllegalStateException.class)
                .hasMessageContaining("serveAsync");
        assertThatThrownBy(() -> queue.serve(WorkQueueTest::doubled))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("serveAsync");
        assertThat(queue.stats().servers()).isZero();
    }

    @Test
    void serveAsync_takesAJobOnlyIntoAFreePlace() throws Exception {
        BlockingQueue<Promise<Integer>> begun = serveByHand(submitter, 2);
        List<Future<Integer>> results = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            results.add(submit(i));
        }
        next(begun);
        Promise<Integer> second = next(begun);
        await().until(() -> queue.stats().accepted() == 4);
        assertThat(queue.stats().size()).isEqualTo(2);
        assertThat(queue.stats().running()).isEqualTo(2);
        second.complete(7);
        assertThat(get(results.get(1))).isEqualTo(7);
        next(begun);
        assertThat(queue.stats().size()).isEqualTo(1);
        assertThatThrownBy(() -> queue.serveAsync(0, job -> Future.succeededFuture()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("concurrency must be >= 1: 0");
    }

    @Test
    void undeploy_inTheMiddleOfAJob_finishesIt_andTakesNoMore() throws Exception {
        Host server = Host.deploy(vertx, model);
        CompletableFuture<Future<Void>> undeployed = new CompletableFuture<>();
        Future<Integer> first = submit(1);
        Future<Integer> second = submit(2);
        Future<Integer> third = submit(3);
        Future<Void> ended = serve(server, job -> {
            events.add(job);
            undeployed.complete(server.undeploy()); // queues stop() behind this event
            return doubled(job);
        });
        assertThat(get(first)).isEqualTo(2);
        get(undeployed.get(10, SECONDS));
        get(ended);
        if (model != ThreadingModel.EVENT_LOOP) { // those go on until the end of their turn
            assertThat(events).containsExactly(1);
            assertThat(second.isComplete()).isFalse();
        }
        assertThat(queue.stats().servers()).isZero();
        serve(Host.deploy(vertx, model), WorkQueueTest::doubled);
        assertThat(get(second)).isEqualTo(4);
        assertThat(get(third)).isEqualTo(6);
    }

    @Test
    void undeploy_ofAServerWhoseJobIsInWork_returnsItsResultLater() throws Exception {
        Host server = Host.deploy(vertx, model);
        BlockingQueue<Promise<Integer>> begun = serveByHand(server, 1);
        Future<Integer> result = submit(1);
        Promise<Integer> inWork = next(begun);
        get(server.undeploy());
        assertThat(result.isComplete()).isFalse();
        inWork.complete(5);
        assertThat(get(result)).isEqualTo(5);
    }

    @Test
    void serversThatComeAndGo_loseNoJob_andDoNoneTwice() throws Exception {
        int count = 5000;
        AtomicInteger done = new AtomicInteger();
        Future<?> all = submitter.call(() -> {
            List<Future<?>> futures = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                futures.add(queue.submit(i));
            }
            return Future.all(futures);
        });
        while (!all.isComplete()) {
            Host server = Host.deploy(vertx, model);
            serve(server, job -> {
                done.incrementAndGet();
                return job;
            });
            get(server.undeploy());
        }
        get(all);
        assertThat(done).hasValue(count);
        assertThat(queue.stats().succeeded()).isEqualTo(count);
    }

    // ---- Submitters that leave

    @Test
    void undeployOfTheSubmitter_itsJobsThatNobodyStarted_areNeverStarted() throws Exception {
        Future<Integer> buffered = submit(1);
        submit(2);
        Future<Integer> waiting = submit(3);
        get(submitter.undeploy());
        assertThatThrownBy(() -> get(buffered)).isInstanceOf(CancellationException.class);
        assertThatThrownBy(() -> get(waiting)).isInstanceOf(CancellationException.class);
        assertThat(queue.stats().waitingSubmissions()).isZero();
        serve(Host.deploy(vertx, model), job -> {
            events.add(job);
            return doubled(job);
        });
        assertThat(get(queue.submit(4))).isEqualTo(8);
        assertThat(events).containsExactly(4);
        assertThat(queue.stats().neverStarted()).isEqualTo(2);
    }

    @Test
    void undeployOfTheSubmitter_dropsItsResults_andCountsThem() throws Exception {
        BlockingQueue<Promise<Integer>> begun = serveByHand(Host.deploy(vertx, ThreadingModel.EVENT_LOOP), 2);
        Future<Integer> dropped = submit(1);
        Promise<Integer> first = next(begun);
        submit(2);
        Promise<Integer> second = next(begun);
        get(submitter.undeploy());
        first.complete(5);
        second.fail("failed");
        assertThatThrownBy(() -> get(dropped)).isInstanceOf(CancellationException.class);
        await().until(() -> queue.stats().droppedResults() == 2);
        Future<Integer> third = queue.submit(3);
        next(begun).complete(6);
        assertThat(get(third)).isEqualTo(6);
        assertThat(queue.stats().droppedResults()).isEqualTo(2);
        assertThat(queue.stats().succeeded()).isEqualTo(2);
        assertThat(queue.stats().failed()).isEqualTo(1);
        assertThat(queue.stats().running()).isZero();
    }

    // ---- The queue

    @Test
    void close_failsWhatWaits_andLetsJobsInWorkFinish() throws Exception {
        Host server = Host.deploy(vertx, model);
        BlockingQueue<Promise<Integer>> begun = new LinkedBlockingQueue<>();
        Future<Void> ended = server.call(() -> queue.serveAsync(1, job -> {
            Promise<Integer> end = Promise.promise();
            begun.add(end);
            return end.future();
        }));
        Future<Integer> inWork = submit(1);
        Promise<Integer> end = next(begun);
        List<Future<Integer>> waiting = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            waiting.add(submit(i));
        }
        get(submitter.call(queue::close));
        for (Future<Integer> each : waiting) {
            assertThatThrownBy(() -> get(each))
                    .isInstanceOf(DisconnectedException.class)
                    .hasMessageContaining("jobs");
        }
        assertThat(ended.isComplete()).isFalse();
        CompletableFuture<String> endedElsewhere = new CompletableFuture<>();
        server.call(() -> ended.onComplete(any -> endedElsewhere.complete(String.valueOf(server.elsewhere()))));
        end.complete(9);
        assertThat(get(inWork)).isEqualTo(9);
        get(ended);
        assertThat(endedElsewhere.get(10, SECONDS)).isEqualTo("null");
        assertThat(queue.stats().closed()).isTrue();
        assertThat(queue.stats().servers()).isZero();
        assertThat(queue.stats().neverStarted()).isEqualTo(2);
        assertThatThrownBy(() -> get(submit(9))).isInstanceOf(DisconnectedException.class);
        assertThatThrownBy(() -> get(queue.trySubmit(9).orElseThrow())).isInstanceOf(DisconnectedException.class);
        get(queue.close());
        get(server.call(() -> queue.serveAsync(1, job -> Future.succeededFuture())));
        assertThat(shared("jobs", 7)).isNotSameAs(queue);
    }

    @Test
    void shared_byTheSameName_isTheSameQueue() {
        VertxChannel<Integer> channel = VertxChannel.shared(vertx, "jobs", new ChannelOptions());
        assertThat(shared("jobs", 2)).isSameAs(queue);
        assertThat(shared("others", 2)).isNotSameAs(queue);
        assertThat(queue.stats().name()).isEqualTo("jobs");
        assertThat(queue.stats().capacity()).isEqualTo(2);
        assertThatThrownBy(() -> shared("jobs", 3))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("jobs")
                .hasMessageContaining("\"capacity\":2")
                .hasMessageContaining("\"capacity\":3");
        assertThat(channel.stats().name()).isEqualTo("jobs");
    }

    @Test
    void vertxClose_endsEverythingThatWaits() throws Exception {
        BlockingQueue<Promise<Integer>> begun = serveByHand(Host.deploy(vertx, model), 1);
        List<Future<?>> futures = new ArrayList<>();
        futures.add(submit(1));
        Promise<Integer> inWork = next(begun);
        for (int i = 0; i < 4; i++) {
            futures.add(submit(i));
            futures.add(queue.submit(i));
        }
        get(vertx.close());
        for (Future<?> each : futures) {
            await().until(each::isComplete);
            assertThat(each.failed()).isTrue();
        }
        inWork.complete(1);
        assertThat(queue.stats().droppedResults()).isEqualTo(1);
        assertThatThrownBy(() -> shared("jobs", 2)).isInstanceOf(IllegalStateException.class);
        assertThat(queue.submit(1).cause()).isInstanceOf(DisconnectedException.class);
    }

    @Test
    void vertxClose_inTheMiddleOfAJobThatBlocks_waitsForItAlone() throws Exception {
        Host server = Host.deploy(vertx, model == ThreadingModel.EVENT_LOOP ? ThreadingModel.WORKER : model);
        CountDownLatch inWork = new CountDownLatch(1);
        CountDownLatch proceed = new CountDownLatch(1);
        serve(server, job -> {
            events.add(job);
            inWork.countDown();
            try {
                proceed.await();
            } catch (InterruptedException interrupted) {
                throw new IllegalStateException(interrupted);
            }
            return doubled(job);
        });
        submit(1);
        inWork.await();
        Future<Integer> waiting = submit(2);
        Future<Void> closed = vertx.close();
        assertThatThrownBy(() -> get(waiting)).isInstanceOf(DisconnectedException.class);
        proceed.countDown();
        get(closed);
        assertThat(events).containsExactly(1);
    }
}
