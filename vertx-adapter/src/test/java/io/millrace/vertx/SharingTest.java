package io.millrace.vertx;

import static io.millrace.vertx.Host.get;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.ThreadingModel;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Work goes to whoever is idle: one worker is held in its first job until another one has done all the others. */
class SharingTest {
    private static final int JOBS = 200;

    private final Vertx vertx = Vertx.vertx();
    private final CountDownLatch held = new CountDownLatch(1);
    private final CountDownLatch release = new CountDownLatch(1);
    private final AtomicInteger doneByTheSlow = new AtomicInteger();
    private final CountDownLatch leftToTheFast = new CountDownLatch(JOBS - 1);

    static Stream<ThreadingModel> modelsThatMayBlock() {
        return Host.models().filter(model -> model != ThreadingModel.EVENT_LOOP);
    }

    @AfterEach
    void closeVertx() throws Exception {
        release.countDown();
        get(vertx.close());
    }

    private int slow(int job) {
        held.countDown();
        try {
            release.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        doneByTheSlow.incrementAndGet();
        return job;
    }

    private int fast(int job) {
        leftToTheFast.countDown();
        return job;
    }

    private void assertThatTheFastDoesTheOthers() throws InterruptedException {
        assertThat(leftToTheFast.await(10, SECONDS))
                .as("jobs behind the slow worker: %d", leftToTheFast.getCount())
                .isTrue();
        release.countDown();
    }

    @ParameterizedTest
    @MethodSource("modelsThatMayBlock")
    void channel_aSlowReceiver_holdsUpItsOwnMessageOnly(ThreadingModel model) throws Exception {
        VertxChannel<Integer> channel = VertxChannel.shared(vertx, "jobs", new ChannelOptions().setCapacity(4));
        Host submitter = Host.deploy(vertx, ThreadingModel.EVENT_LOOP);
        VertxSender<Integer> sender = submitter.call(channel::sender);
        Host.deploy(vertx, model).call(() -> channel.receiver().handler(this::slow));
        List<Future<?>> sent = new ArrayList<>();
        sent.add(submitter.call(() -> sender.send(0)));
        assertThat(held.await(10, SECONDS)).isTrue();
        // also those that were sent before anybody else was there
        sent.addAll(submitter.call(() -> Stream.iterate(1, job -> job + 1)
                .limit(JOBS - 1)
                .map(sender::send)
                .toList()));

        Host.deploy(vertx, model).call(() -> channel.receiver().handler(this::fast));

        assertThatTheFastDoesTheOthers();
        get(Future.all(sent));
        get(vertx.close());
        assertThat(doneByTheSlow).hasValue(1);
    }

    @ParameterizedTest
    @MethodSource("modelsThatMayBlock")
    void workQueue_aSlowServer_holdsUpItsOwnJobOnly(ThreadingModel model) throws Exception {
        WorkQueue<Integer, Integer> queue = WorkQueue.shared(vertx, "jobs", new WorkQueueOptions().setCapacity(4));
        Host submitter = Host.deploy(vertx, ThreadingModel.EVENT_LOOP);
        Host.deploy(vertx, model).call(() -> queue.serve(this::slow));
        List<Future<Integer>> results = new ArrayList<>();
        results.add(submitter.call(() -> queue.submit(0)));
        assertThat(held.await(10, SECONDS)).isTrue();
        results.addAll(submitter.call(() -> Stream.iterate(1, job -> job + 1)
                .limit(JOBS - 1)
                .map(queue::submit)
                .toList()));

        Host.deploy(vertx, model).call(() -> queue.serve(this::fast));

        assertThatTheFastDoesTheOthers();
        assertThat(get(Future.all(results)).<Integer>list())
                .isEqualTo(Stream.iterate(0, job -> job + 1).limit(JOBS).toList());
        assertThat(doneByTheSlow).hasValue(1);
    }
}
