package io.millrace;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A thread that waits for a future first runs what it has put off: it may be waiting for just that. */
class PutOffWorkTest extends ContractTest {
    /** A future whose end is decided, and whose completion is put off. */
    enum Decided {
        RECEIVE {
            @Override
            CompletableFuture<?> future(Channel<String> channel) {
                CompletableFuture<?> future = channel.receiver().receiveAsync();
                channel.sender().trySend("m");
                return future;
            }
        },
        RECEIVE_MANY {
            @Override
            CompletableFuture<?> future(Channel<String> channel) {
                CompletableFuture<?> future = channel.receiver().receiveManyAsync(2);
                channel.sender().trySend("m");
                return future;
            }
        },
        SEND {
            @Override
            CompletableFuture<?> future(Channel<String> channel) {
                CompletableFuture<?> future = channel.sender().sendAsync("m");
                channel.receiver().tryReceive();
                return future;
            }
        },
        SELECT {
            @Override
            CompletableFuture<?> future(Channel<String> channel) {
                CompletableFuture<?> future = Select.<String>fair()
                        .receive(channel.receiver(), message -> message)
                        .runAsync();
                channel.sender().trySend("m");
                return future;
            }
        },
        DISCONNECT {
            @Override
            CompletableFuture<?> future(Channel<String> channel) {
                CompletableFuture<?> future = channel.disconnected();
                channel.close();
                return future;
            }
        };

        abstract CompletableFuture<?> future(Channel<String> channel);
    }

    /** A way of waiting for a future. */
    enum Waiting {
        JOIN {
            @Override
            void await(CompletableFuture<?> future) {
                future.join();
            }
        },
        GET {
            @Override
            void await(CompletableFuture<?> future) throws InterruptedException, ExecutionException {
                future.get();
            }
        },
        TIMED_GET {
            @Override
            void await(CompletableFuture<?> future) throws InterruptedException, ExecutionException, TimeoutException {
                future.get(Await.LIMIT_SECONDS, TimeUnit.SECONDS);
            }
        };

        abstract void await(CompletableFuture<?> future)
                throws InterruptedException, ExecutionException, TimeoutException;
    }

    static Stream<Arguments> decidedAndWaitings() {
        return Stream.of(Decided.values())
                .flatMap(decided -> Stream.of(Waiting.values()).map(waiting -> Arguments.of(decided, waiting)));
    }

    @ParameterizedTest
    @MethodSource("decidedAndWaitings")
    void future_whoseCompletionIsPutOff_doesNotHoldUpTheThreadThatAwaitsIt(Decided decided, Waiting waiting) {
        Channel<String> channel = channels.create(ChannelKind.RENDEZVOUS);
        actors.start(
                "awaiting",
                () -> PutOff.run(() -> {
                    CompletableFuture<?> future = decided.future(channel);
                    assertThat(future).as("its completion is put off").isNotDone();

                    waiting.await(future);
                }));

        actors.join();
    }
}
