package io.millrace.vertx;

import static java.util.Objects.requireNonNull;

import io.millrace.Channel;
import io.millrace.ChannelStats;
import io.millrace.DisconnectedException;
import io.millrace.SendResult;
import io.millrace.spi.ChannelProbe;
import io.millrace.spi.PendingSend;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Work that any verticle submits and any verticle serves; results return to the submitter's context.
 *
 * <pre>{@code
 * WorkQueue<String, Integer> queue = WorkQueue.shared(vertx, "queries", new WorkQueueOptions().setCapacity(100));
 *
 * queue.serve(query -> database.count(query));        // in a worker or virtual-thread verticle, any number of them
 *
 * queue.submit("select ...", Duration.ofSeconds(1))   // in any other
 *     .onSuccess(count -> ...)
 *     .onFailure(failure -> ...);
 * }</pre>
 *
 * <p><b>Waiting.</b> No method waits. The queue is bounded: when it is full, a submission waits in line until it is accepted,
 * and its future is how the submitter notices. Jobs are started in the order in which they were accepted, each by the first
 * server that is free, so that fast servers do more of them.
 *
 * <p><b>Threads.</b> Every method may be called from any thread. The future of a submission completes on the context that
 * submitted, duplicated contexts included; for a thread without context, on an event-loop context of the queue. The work
 * runs on the context that serves.
 *
 * <p><b>Giving up.</b> A submission that no server has started is withdrawn by the end of a future that was given to it
 * ({@link #submitUntil(Object, Future)}). To stop listening to its future does not withdraw it: after {@link Future#timeout} or a timed
 * {@link Future#await} the job is still done.
 *
 * <p><b>End of a server.</b> A server ends with its verticle. A worker that is undeployed in the middle of a job that blocks
 * finishes it and starts no more; the undeploy waits for it, because Vert.x runs {@code stop()} on that very thread. A job that
 * awaits on a virtual thread is interrupted by the undeploy, as Vert.x does it, and fails unless it handles that. Jobs that
 * wait are left for other servers; without any they stay until one comes.
 *
 * <p><b>End of a submitter.</b> When the submitting context is closed, its submissions fail with
 * {@link CancellationException}: those that no server has started are never started, but keep their places in the queue
 * until a server comes to them; the results of those that were started are dropped, and counted in {@link #stats}.
 *
 * <p><b>End of the queue.</b> It lives as long as its Vert.x instance, or until it is {@linkplain #close closed}. Submissions that
 * no server has started fail with {@link DisconnectedException} then.
 *
 * <p><b>Memory.</b> Jobs and results are passed as they are, without codec or copy: a job belongs to its server from its
 * submission on, a result to the submitter when the work has ended. What a thread did before it submitted happens-before the
 * work, and that before what the submitter does with the result.
 *
 * <p><b>Metrics.</b> When the Vert.x instance has metrics, a queue reports to them as a pool of type {@code channel}: its queue are
 * the jobs that wait for a server and the submissions that wait for room, in use are the jobs that servers have started and
 * not ended. Without metrics this costs nothing. {@link WorkQueueMetrics} has more figures.
 *
 * @param <J> the type of the jobs
 * @param <R> the type of the results
 */
public final class WorkQueue<J, R> {
    private final Vertx vertx;
    private final WorkQueueOptions options;
    private final OwnerContext home;
    private final Operations admissions;
    private final Channel<Job<J, R>> channel;
    private final VertxChannel<Job<J, R>> servers;
    private final @Nullable PoolReport report;

    private final LongAdder started = new LongAdder();
    private final LongAdder succeeded = new LongAdder();
    private final LongAdder failed = new LongAdder();
    private final LongAdder neverStarted = new LongAdder();
    private final LongAdder droppedResults = new LongAdder();
    private final Runnable dropped = droppedResults::increment;

    private WorkQueue(Vertx vertx, String name, WorkQueueOptions options) {
        this.vertx = vertx;
        this.options = options;
        this.home = OwnerContext.ofItsOwn(vertx);
        this.admissions = new Operations(home, "work queue", () -> {});
        this.channel = Channel.<Job<J, R>>builder()
                .name(name)
                .capacity(options.getCapacity())
                .onUndelivered(this::undelivered)
                .build();
        this.report = PoolReport.of(vertx, channel, name);
        this.servers =
                VertxChannel.wrap(vertx, channel); // its first handles stay open: servers and submitters come and go
    }

    /**
     * The work queue of this name in a Vert.x instance; the first call makes it.
     *
     * @param <J> the type of the jobs, the same for all who share it
     * @param <R> the type of the results, the same for all who share it
     * @param vertx the Vert.x instance
     * @param name the name; shared channels have names of their own
     * @param options what the queue is like; a name among them has no meaning
     * @return always the same queue, until it is closed
     * @throws IllegalStateException if the queue exists with other options, or the Vert.x instance is closed
     */
    @SuppressWarnings("unchecked") // one name, one pair of types: the contract of this method
    public static <J, R> WorkQueue<J, R> shared(Vertx vertx, String name, WorkQueueOptions options) {
        requireNonNull(vertx, "vertx");
        requireNonNull(name, "name");
        WorkQueueOptions wanted = new WorkQueueOptions(options).setName(name);
        OpenChannels channels = OpenChannels.of(vertx);
        WorkQueue<?, ?> found = channels.workQueues().computeIfAbsent(name, key -> {
            WorkQueue<J, R> made = new WorkQueue<>(vertx, name, wanted);
            channels.add(made.channel);
            made.channel
                    .disconnected()
                    .whenComplete((ended, cause) -> channels.workQueues().remove(name, made));
            return made;
        });
        if (!wanted.equals(found.options)) {
            throw new IllegalStateException(
                    "work queue exists with other options: wanted " + wanted + ", is " + found.options);
        }
        return (WorkQueue<J, R>) found;
    }

    // ---- Submitters

    /**
     * Submits a job. While the queue is full it waits in line to be accepted, without end.
     *
     * @param job the job
     * @return a future of the calling context with the worker's result or failure; it fails with
     *     {@link DisconnectedException} if the queue is closed before a server has started the job, and with
     *     {@link CancellationException} if the calling context is closed
     */
    public Future<R> submit(J job) {
        requireNonNull(job, "job");
        Job<J, R> submission = newJob(job);
        if (!begin(submission)) {
            waitForAdmission(submission, Limit.NONE);
        }
        return submission.future();
    }

    /**
     * Submits a job, unless the queue does not accept it in time. The time ends with that: a job that was accepted may
     * wait for a server, and take, as long as it does.
     *
     * @param job the job
     * @param timeout how long to wait to be accepted; zero or less: one attempt
     * @return a future as of {@link #submit(Object)}, that also fails with {@link TimeoutException}: then the job is never
     *     started
     */
    public Future<R> submit(J job, Duration timeout) {
        requireNonNull(job, "job");
        requireNonNull(timeout, "timeout");
        Job<J, R> submission = newJob(job);
        if (!begin(submission)) {
            if (timeout.isZero() || timeout.isNegative()) {
                submission.fail(new TimeoutException("timed out after " + timeout));
            } else {
                waitForAdmission(submission, Limit.of(timeout));
            }
        }
        return submission.future();
    }

    /**
     * Submits a job that is withdrawn when a future ends, however it ends, unless a server has started it by then: whether it
     * waits to be accepted or for a server, it is never started. A job that was started goes on, and its result returns as if
     * there were no such future; to stop such work is a matter between the job and its worker. A job that was accepted keeps its
     * place in the queue until a server comes to it.
     *
     * <p>Any number of submissions may share one future, which may live as long as the program. With a timer,
     * {@code submitUntil(job, vertx.timer(1, SECONDS))}, the job has so much time to be started, where a timeout limits
     * only the wait to be accepted.
     *
     * @param job the job
     * @param until the future; if it has ended already, the job is not submitted
     * @return a future as of {@link #submit(Object)}, that fails with {@link CancellationException} also when the job was
     *     withdrawn: then it is never started; its cause is what the other future failed with, if it did
     */
    public Future<R> submitUntil(J job, Future<?> until) {
        requireNonNull(job, "job");
        requireNonNull(until, "until");
        Job<J, R> submission = newJob(job);
        if (until.isComplete()) {
            submission.fail(Until.cancellation(until.cause()));
            return submission.future();
        }
        Until limit = Until.of(until);
        if (!begin(submission)) {
            waitForAdmission(submission, limit::begin);
        }
        submission.endWith(limit);
        return submission.future();
    }

    /**
     * Submits a job if the queue accepts it now. It does not overtake submissions that wait.
     *
     * @param job the job
     * @return a future as of {@link #submit(Object)}; empty: the queue is full, and the job was not submitted
     */
    public Optional<Future<R>> trySubmit(J job) {
        requireNonNull(job, "job");
        Job<J, R> submission = newJob(job);
        return begin(submission) ? Optional.of(submission.future()) : Optional.empty();
    }

    private Job<J, R> newJob(J job) {
        return new Job<>(home.caller(), job, dropped);
    }

    private void waitForAdmission(Job<J, R> submission, Limit limit) {
        new Admission(submission).begin(limit);
        submission.endWithSubmitter();
    }

    /** One attempt; false: the queue is full. */
    private boolean begin(Job<J, R> submission) {
        switch (channel.sender().trySend(submission)) {
            case SENT -> submission.endWithSubmitter();
            case DISCONNECTED -> submission.fail(closed());
            case FULL, TIMED_OUT -> {
                return false;
            }
        }
        return true;
    }

    /** A submission's wait to be accepted. Nobody looks at its future: what it fails with, the submission does. */
    private final class Admission extends Operation<PendingSend<Job<J, R>>, Void> {
        private final Job<J, R> submission;

        Admission(Job<J, R> submission) {
            super(admissions);
            this.submission = submission;
        }

        @Override
        PendingSend<Job<J, R>> start() {
            return channel.sender().send(submission, this);
        }

        @Override
        @Nullable Void result(PendingSend<Job<J, R>> done) {
            if (done.result() == SendResult.SENT) {
                return null;
            }
            throw closed();
        }

        @Override
        boolean undo(PendingSend<Job<J, R>> done) {
            return false; // a server may have the job already; if not, it will find the submission ended
        }

        @Override
        void ended(@Nullable Throwable failure) {
            if (failure != null) {
                submission.fail(failure);
            }
        }
    }

    private DisconnectedException closed() {
        return new DisconnectedException("work queue is closed: " + options.getName(), null);
    }

    private void undelivered(Job<J, R> submission) {
        neverStarted.increment();
        submission.fail(closed());
    }

    // ---- Servers

    /**
     * Serves the queue with work that may block, on the calling worker or virtual-thread context: one job at a time, each
     * an event of its own, behind those that the context has queued. The other events of the context wait while the work
     * blocks, except for {@link Future#await()} on virtual threads. Deploy more instances to work on more jobs at a time.
     *
     * <p>What the worker throws fails that job alone.
     *
     * @param worker what does the work; its result may be null
     * @return a future of the calling context, completed when this server has ended: the queue is closed and its last job
     *     done, or its context is closed
     * @throws IllegalStateException if the calling thread has no worker or virtual-thread context: event loops use
     *     {@link #serveAsync}
     */
    public Future<Void> serve(Function<? super J, ? extends R> worker) {
        requireNonNull(worker, "worker");
        OwnerContext context = OwnerContext.current(vertx);
        if (context.isEventLoop()) {
            throw new IllegalStateException(
                    "serve needs a worker or virtual-thread context, event loops use serveAsync: " + context);
        }
        return serve(context, 1, submission -> {
            J job = start(submission);
            if (job != null) {
                R result;
                try {
                    result = worker.apply(job);
                } catch (Throwable failure) {
                    fail(submission, failure);
                    return Future.succeededFuture();
                }
                succeed(submission, result);
            }
            return Future.succeededFuture();
        });
    }

    /**
     * Serves the queue with work that does not block, on the calling context, usually an event loop: with so many jobs in
     * work at most. A job is taken from the queue only when one of these places is free, and occupies it until the future
     * that the worker returned has ended, which may be on any thread.
     *
     * <p>What the worker throws, and the failure of its future, fails that job alone. When the context is closed, jobs in
     * work go on, if they can without it, and their results return to their submitters.
     *
     * @param concurrency the number of places, at least 1
     * @param worker what begins the work, and returns its future
     * @return a future of the calling context, completed when this server has ended: the queue is closed and its last job
     *     done, or its context is closed
     * @throws IllegalArgumentException if the concurrency is less than 1
     */
    public Future<Void> serveAsync(int concurrency, Function<? super J, Future<R>> worker) {
        if (concurrency < 1) {
            throw new IllegalArgumentException("concurrency must be >= 1: " + concurrency);
        }
        requireNonNull(worker, "worker");
        return serve(OwnerContext.current(vertx), concurrency, submission -> {
            J job = start(submission);
            if (job == null) {
                return Future.succeededFuture();
            }
            Future<R> result;
            try {
                result = requireNonNull(worker.apply(job), "the future that the worker returned");
            } catch (Throwable failure) {
                fail(submission, failure);
                return Future.succeededFuture();
            }
            return result.transform(outcome -> {
                if (outcome.succeeded()) {
                    succeed(submission, outcome.result());
                } else {
                    fail(submission, outcome.cause());
                }
                return Future.succeededFuture();
            });
        });
    }

    private Future<Void> serve(OwnerContext context, int concurrency, Function<Job<J, R>, Future<?>> work) {
        Promise<Void> ended = context.promise();
        VertxReceiver<Job<J, R>> receiver = servers.receiver();
        Runnable complete = () -> OwnerContext.completeIfPossible(ended, null);
        receiver.endHandler(end -> {
                    receiver.close();
                    if (!context.execute(complete)) { // behind the results that return to this very context
                        complete.run();
                    }
                })
                .exceptionHandler(closed -> complete.run()) // the work never fails
                .process(concurrency, work);
        if (receiver.isClosing()) {
            complete.run(); // its context may have ended before the handlers were set
        }
        return ended.future();
    }

    private @Nullable J start(Job<J, R> submission) {
        J job = submission.takeWork();
        if (job == null) {
            neverStarted.increment();
        } else {
            started.increment();
            submission.begin(report);
        }
        return job;
    }

    private void succeed(Job<J, R> submission, @Nullable R result) {
        succeeded.increment();
        submission.end(result, null);
    }

    private void fail(Job<J, R> submission, Throwable failure) {
        failed.increment();
        submission.end(null, failure);
    }

    // ---- All

    /**
     * Closes the queue for all. Submissions that no server has started, those that wait to be accepted included, fail with
     * {@link DisconnectedException}, as do later ones. Jobs in work go on, and their results return to their submitters; then
     * their servers end. The name becomes free. Closing again changes nothing.
     *
     * @return a future of the calling context, completed when the queue is closed
     */
    public Future<Void> close() {
        channel.cancel();
        return home.caller().succeeded(null);
    }

    /**
     * How busy the queue is, and what has passed through it.
     *
     * @return the numbers of about one moment
     */
    public WorkQueueStats stats() {
        ChannelStats stats = channel.stats();
        long ended = succeeded.sum() + failed.sum(); // before those started, of which they are a part
        return new WorkQueueStats(
                stats.name(),
                options.getCapacity(),
                stats.size(),
                stats.waitingSenders(),
                (int) (started.sum() - ended),
                stats.receivers() - 1, // the channel's first receiver belongs to no server
                stats.sent(),
                succeeded.sum(),
                failed.sum(),
                neverStarted.sum(),
                droppedResults.sum(),
                stats.disconnected());
    }

    /** What measures the waits of submissions and servers. */
    ChannelProbe probe() {
        return channel.probe();
    }

    @Override
    public String toString() {
        return "WorkQueue " + options;
    }
}
