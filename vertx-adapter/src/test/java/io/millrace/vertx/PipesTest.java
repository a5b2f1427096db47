package io.millrace.vertx;

import static io.millrace.vertx.Host.get;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.millrace.Channel;
import io.millrace.DisconnectedException;
import io.millrace.Receiver;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.ThreadingModel;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.file.AsyncFile;
import io.vertx.core.file.OpenOptions;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** {@code pipeTo} from and to files, HTTP bodies and other channels, and what becomes of it when one end fails. */
@ParameterizedClass
@MethodSource("io.millrace.vertx.Host#models")
class PipesTest {
    private static final int CAPACITY = 2;
    private static final int MAX_QUEUE = 3;

    private final ThreadingModel model;
    private final Vertx vertx = Vertx.vertx();
    private final Channel<Buffer> channel = Channel.bounded(CAPACITY);
    private final VertxChannel<Buffer> vertxChannel = VertxChannel.wrap(vertx, channel);
    private final HttpClient client = vertx.createHttpClient();

    @TempDir
    private Path folder;

    private Host host;
    private Host other;
    private HttpServer server; // kept: Vert.x closes what becomes unreachable

    PipesTest(ThreadingModel model) {
        this.model = model;
    }

    @BeforeEach
    void deploy() throws Exception {
        host = Host.deploy(vertx, model);
        other = Host.deploy(vertx, model);
    }

    @AfterEach
    void closeVertx() throws Exception {
        get(vertx.close());
    }

    private static byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }

    private AsyncFile open(Host host, Path path) throws Exception {
        return get(host.call(() -> vertx.fileSystem().open(path.toString(), new OpenOptions())));
    }

    private Path source(int length) throws Exception {
        return Files.write(folder.resolve("source"), bytes(length));
    }

    private VertxSender<Buffer> sender(Host host) throws Exception {
        return host.call(vertxChannel::sender).setWriteQueueMaxSize(MAX_QUEUE);
    }

    /** Returns after everything that was scheduled on the contexts before has run, yields included. */
    private void settle() throws Exception {
        for (int i = 0; i < 20; i++) {
            host.call(() -> null);
            other.call(() -> null);
            CompletableFuture<Void> afterSockets = new CompletableFuture<>();
            vertx.setTimer(1, fired -> afterSockets.complete(null));
            afterSockets.get(10, SECONDS);
        }
    }

    /** Looks at the channel until told to stop: neither it nor the line before it may be longer than allowed. */
    private Thread watch(AtomicBoolean stop, Queue<String> wrong) {
        Thread watching = new Thread(() -> {
            while (!stop.get()) {
                var stats = channel.stats();
                if (stats.size() > CAPACITY || stats.waitingSenders() > MAX_QUEUE) {
                    wrong.add(stats.toString());
                }
                Thread.yield();
            }
        });
        watching.start();
        return watching;
    }

    // ---- files

    @Test
    void file_throughASmallChannel_toAFile_isTheSame_andNeverFillsMoreThanTheQueues() throws Exception {
        Path source = source(5_000_000);
        Path target = folder.resolve("target");
        AtomicBoolean stop = new AtomicBoolean();
        Queue<String> wrong = new ConcurrentLinkedQueue<>();
        Thread watching = watch(stop, wrong);
        AsyncFile in = open(host, source);
        AsyncFile out = open(other, target);
        VertxSender<Buffer> sender = sender(host);
        VertxReceiver<Buffer> receiver = other.call(vertxChannel::receiver);
        channel.sender().close(); // so that the end of the file is the end of the channel
        Future<Void> written = other.call(() -> receiver.pipeTo(out));
        Future<Void> read = host.call(() -> in.pipeTo(sender));
        get(read);
        get(written);
        stop.set(true);
        watching.join();
        assertThat(Files.mismatch(source, target)).isEqualTo(-1);
        assertThat(wrong).isEmpty();
        assertThat(sender.sender().isClosed()).isTrue();
        assertThat(channel.stats().sent()).isGreaterThan(CAPACITY + MAX_QUEUE);
    }

    @Test
    void file_whoseMessagesNobodyTakes_isPaused_andGoesOnLater() throws Exception {
        Path source = source(300_000);
        AsyncFile in = open(host, source);
        VertxSender<Buffer> sender = sender(host);
        channel.sender().close();
        Future<Void> read = host.call(() -> in.pipeTo(sender));
        await().until(() -> channel.stats().waitingSenders() == MAX_QUEUE);
        settle();
        assertThat(channel.stats().waitingSenders()).isEqualTo(MAX_QUEUE);
        assertThat(channel.stats().sent()).isEqualTo(CAPACITY);
        assertThat(read.isComplete()).isFalse();
        Buffer all = Buffer.buffer();
        channel.receiver().forEach(all::appendBuffer);
        get(read);
        assertThat(all.getBytes()).isEqualTo(bytes(300_000));
    }

    @Test
    void fileThatIsRead_whenTheChannelIsCancelledWithACause_thePipeFailsWithIt() throws Exception {
        IllegalStateException cause = new IllegalStateException("nobody wants it");
        AsyncFile in = open(host, source(300_000));
        VertxSender<Buffer> sender = sender(host);
        Future<Void> read = host.call(() -> in.pipeTo(sender));
        await().until(() -> channel.stats().waitingSenders() == MAX_QUEUE);
        channel.cancel(cause);
        assertThatThrownBy(() -> get(read))
                .isInstanceOf(DisconnectedException.class)
                .hasCause(cause);
        await().until(() -> sender.sender().isClosed());
        assertThat(sender.writeQueueFull()).isFalse();
    }

    @Test
    void fileThatIsWritten_whenTheChannelIsClosedWithACause_hasAllMessagesBeforeIt_andThePipeFailsWithIt()
            throws Exception {
        IllegalStateException cause = new IllegalStateException("source is broken");
        Path target = folder.resolve("target");
        AsyncFile out = open(host, target);
        VertxReceiver<Buffer> receiver = host.call(vertxChannel::receiver);
        Future<Void> written = host.call(() -> receiver.pipeTo(out));
        Buffer sent = Buffer.buffer();
        for (int i = 0; i < 50; i++) {
            Buffer message = Buffer.buffer(bytes(1000 + i));
            sent.appendBuffer(message);
            channel.sender().send(message);
        }
        channel.close(cause);
        assertThatThrownBy(() -> get(written)).isSameAs(cause);
        // the pipe ends the file, which is complete when it refuses
        await().untilAsserted(() -> assertThat(Files.readAllBytes(target)).isEqualTo(sent.getBytes()));
        await().untilAsserted(() ->
                assertThatThrownBy(() -> out.write(Buffer.buffer("more"))).isInstanceOf(IllegalStateException.class));
    }

    @Test
    void fileThatIsWritten_whenItIsClosed_eachMessageItRefusesIsReportedToItsContext() throws Exception {
        BlockingQueue<Throwable> reported = new LinkedBlockingQueue<>();
        host.context().exceptionHandler(reported::add);
        AsyncFile out = open(host, folder.resolve("target"));
        VertxReceiver<Buffer> receiver = host.call(vertxChannel::receiver);
        host.call(() -> receiver.pipeTo(out));
        channel.sender().send(Buffer.buffer("one"));
        await().until(() -> channel.stats().received() == 1);
        get(out.close());
        channel.sender().send(Buffer.buffer("two"));
        channel.sender().send(Buffer.buffer("three"));
        assertThat(reported.poll(10, SECONDS)).isInstanceOf(IllegalStateException.class);
        assertThat(reported.poll(10, SECONDS)).isInstanceOf(IllegalStateException.class);
        get(host.call(receiver::close));
    }

    // ---- HTTP bodies

    private int listen(Host host, Handler<HttpServerRequest> handler) throws Exception {
        server = host.call(() -> vertx.createHttpServer().requestHandler(handler));
        return get(host.call(() -> server.listen(0, "localhost"))).actualPort();
    }

    private Thread feed(List<Buffer> messages) {
        Thread feeding = new Thread(() -> {
            try {
                for (Buffer message : messages) {
                    channel.sender().send(message);
                }
                channel.close();
            } catch (InterruptedException | DisconnectedException failure) {
                throw new AssertionError(failure);
            }
        });
        feeding.start();
        return feeding;
    }

    private static List<Buffer> messages(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> Buffer.buffer(bytes(2000 + i % 7)))
                .toList();
    }

    private static Buffer joined(Iterable<Buffer> messages) {
        Buffer all = Buffer.buffer();
        messages.forEach(all::appendBuffer);
        return all;
    }

    @Test
    void channel_toAnHttpResponse_isItsBody() throws Exception {
        List<Buffer> messages = messages(1500);
        int port = listen(
                host,
                request -> vertxChannel.receiver().pipeTo(request.response().setChunked(true)));
        feed(messages);
        Future<Buffer> body = other.call(() -> client.request(HttpMethod.GET, port, "localhost", "/")
                .compose(HttpClientRequest::send)
                .compose(HttpClientResponse::body));
        assertThat(get(body)).isEqualTo(joined(messages));
    }

    @Test
    void channel_toAnHttpRequest_toAChannel_movesEverything() throws Exception {
        List<Buffer> messages = messages(1500);
        Channel<Buffer> uploads = Channel.bounded(CAPACITY);
        VertxChannel<Buffer> vertxUploads = VertxChannel.wrap(vertx, uploads);
        int port = listen(
                host,
                request -> request.pipeTo(vertxUploads.sender().setWriteQueueMaxSize(MAX_QUEUE))
                        .onComplete(piped -> {
                            uploads.close();
                            request.response()
                                    .setStatusCode(piped.succeeded() ? 200 : 500)
                                    .end();
                        }));
        feed(messages);
        Future<Integer> status = other.call(() -> client.request(HttpMethod.POST, port, "localhost", "/")
                .compose(request -> {
                    vertxChannel.receiver().pipeTo(request.setChunked(true));
                    return request.response();
                })
                .map(HttpClientResponse::statusCode));
        assertThat(joined(uploads.receiver())).isEqualTo(joined(messages));
        assertThat(get(status)).isEqualTo(200);
    }

    @Test
    void upload_thatNobodyTakes_isPaused_andGoesOnLater() throws Exception {
        byte[] part = bytes(20_000);
        int parts = 300;
        int port = listen(
                host,
                request -> request.pipeTo(vertxChannel.sender().setWriteQueueMaxSize(MAX_QUEUE))
                        .onComplete(piped -> request.response().end()));
        Future<HttpClientResponse> response = other.call(() -> client.request(HttpMethod.POST, port, "localhost", "/")
                .compose(request -> {
                    request.setChunked(true);
                    for (int i = 0; i < parts; i++) {
                        request.write(Buffer.buffer(part));
                    }
                    request.end();
                    return request.response();
                }));
        await().until(() -> channel.stats().waitingSenders() >= MAX_QUEUE);
        settle();
        assertThat(channel.stats().waitingSenders()).isEqualTo(MAX_QUEUE);
        assertThat(channel.stats().sent()).isEqualTo(CAPACITY);
        int received = 0;
        while (received < parts * part.length) {
            received += channel.receiver().receive().length();
        }
        assertThat(get(response).statusCode()).isEqualTo(200);
    }

    @Test
    void download_whoseClientLeaves_failsThePipe_andLeavesTheRestInTheChannel() throws Exception {
        CompletableFuture<Void> ended = new CompletableFuture<>();
        Channel<Buffer> numbers = Channel.unbounded();
        int count = 20_000;
        for (int i = 0; i < count; i++) {
            numbers.sender().send(Buffer.buffer(new byte[1000]).appendInt(i));
        }
        VertxChannel<Buffer> vertxNumbers = VertxChannel.wrap(vertx, numbers);
        int port = listen(
                host,
                request -> vertxNumbers
                        .receiver()
                        .pipeTo(request.response().setChunked(true))
                        .onComplete(piped -> {
                            if (piped.failed()) {
                                ended.completeExceptionally(piped.cause());
                            } else {
                                ended.complete(null);
                            }
                        }));
        HttpClientResponse response = get(other.call(() -> client.request(HttpMethod.GET, port, "localhost", "/")
                .compose(HttpClientRequest::send)
                .onSuccess(HttpClientResponse::pause)));
        await().until(() -> numbers.stats().received() > 0);
        other.call(() -> response.request().connection().close());
        assertThatThrownBy(() -> ended.get(10, SECONDS)).isInstanceOf(ExecutionException.class);
        settle();
        long received = numbers.stats().received();
        assertThat(received).as("the response was paused, and the rest stays").isLessThan(count);
        assertThat(numbers.stats().waitingReceivers()).isZero();
        List<Integer> rest = new ArrayList<>();
        numbers.receiver().drain().forEach(message -> rest.add(message.getInt(1000)));
        assertThat(rest)
                .containsExactlyElementsOf(
                        IntStream.range((int) received, count).boxed().toList());
    }

    @Test
    void upload_whoseClientLeaves_endsTheSender_andWhatWasSentStaysReceivable() throws Exception {
        VertxChannel<Buffer> uploads = VertxChannel.create(vertx, new ChannelOptions().setCapacity(100));
        CompletableFuture<Throwable> failure = new CompletableFuture<>();
        VertxReceiver<Buffer> receiver = other.call(uploads::receiver);
        int port = listen(host, request -> request.pipeTo(uploads.sender()).onFailure(failure::complete));
        HttpClientRequest request = get(other.call(() -> client.request(HttpMethod.POST, port, "localhost", "/")));
        get(other.call(() -> request.setChunked(true).write("first half")));
        Receiver<Buffer> core = receiver.receiver();
        assertThat(core.receive().toString()).isEqualTo("first half");
        other.call(() -> request.connection().close());
        assertThat(failure.get(10, SECONDS)).isNotNull();
        get(uploads.disconnected()); // the pipe has ended its sender, which was the only one
        assertThatThrownBy(core::receive).isInstanceOf(DisconnectedException.class);
    }

    @Test
    void download_whenTheChannelIsCancelledWithACause_failsThePipe_andTheClientLearnsOfAnEnd() throws Exception {
        IllegalStateException cause = new IllegalStateException("source is broken");
        CompletableFuture<Throwable> failure = new CompletableFuture<>();
        int port = listen(host, request -> {
            var response = request.response().setChunked(true);
            vertxChannel.receiver().pipe().endOnFailure(false).to(response).onFailure(broken -> {
                failure.complete(broken);
                request.connection().close(); // so that a part is not taken for the whole
            });
        });
        Future<Buffer> body = other.call(() -> client.request(HttpMethod.GET, port, "localhost", "/")
                .compose(HttpClientRequest::send)
                .compose(HttpClientResponse::body));
        channel.sender().send(Buffer.buffer("first half"));
        await().until(() -> channel.stats().received() == 1);
        channel.cancel(cause);
        assertThat(failure.get(10, SECONDS)).isSameAs(cause);
        assertThatThrownBy(() -> get(body)).isNotNull();
    }

    // ---- other channels

    @Test
    void pipe_whoseDestinationIsCancelled_fails_andWhatItHadNotTakenStays() throws Exception {
        int count = 1000;
        Channel<Integer> source = Channel.unbounded();
        for (int i = 0; i < count; i++) {
            source.sender().send(i);
        }
        Channel<Integer> target = Channel.bounded(CAPACITY);
        VertxSender<Integer> sender =
                other.call(VertxChannel.wrap(vertx, target)::sender).setWriteQueueMaxSize(MAX_QUEUE);
        VertxReceiver<Integer> receiver = host.call(VertxChannel.wrap(vertx, source)::receiver);
        Future<Void> piped = host.call(() -> receiver.pipeTo(sender));
        int passed = 100;
        for (int i = 0; i < passed; i++) {
            assertThat(target.receiver().receive()).isEqualTo(i);
        }
        await().until(() -> target.stats().waitingSenders() > MAX_QUEUE / 2); // below that it is drained
        settle();
        int waiting = target.stats().waitingSenders();
        target.receiver().close();
        assertThatThrownBy(() -> get(piped)).isInstanceOf(DisconnectedException.class);
        settle();
        int taken = passed + CAPACITY + waiting; // these were told undelivered, or failed
        assertThat(target.stats().undelivered()).isEqualTo(CAPACITY);
        assertThat(source.receiver().drain())
                .containsExactlyElementsOf(IntStream.range(taken, count).boxed().toList());
        await().until(() -> sender.sender().isClosed());
    }

    @Test
    void pipe_whoseSourceIsClosedWithACause_fails_afterTheLastMessage_andEndsItsDestination() throws Exception {
        IllegalStateException cause = new IllegalStateException("source is broken");
        Channel<Integer> source = Channel.unbounded();
        Channel<Integer> target = Channel.bounded(CAPACITY);
        VertxSender<Integer> sender = other.call(VertxChannel.wrap(vertx, target)::sender);
        target.sender().close();
        VertxReceiver<Integer> receiver = host.call(VertxChannel.wrap(vertx, source)::receiver);
        Future<Void> piped = host.call(() -> receiver.pipeTo(sender));
        for (int i = 0; i < 100; i++) {
            source.sender().send(i);
        }
        source.close(cause);
        List<Integer> seen = new ArrayList<>();
        target.receiver().forEach(seen::add);
        assertThat(seen)
                .containsExactlyElementsOf(IntStream.range(0, 100).boxed().toList());
        assertThatThrownBy(() -> get(piped)).isSameAs(cause);
    }
}
