package io.millrace.demo.handback;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.millrace.Channel;
import io.millrace.DisconnectedException;
import io.millrace.Select;
import io.millrace.SendResult;
import io.vertx.core.Context;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Waiting for a select on a verticle's thread. */
class ThreadsTest {
    private final Vertx vertx = Vertx.vertx();
    private final Channel<Integer> channel = Channel.rendezvous();
    private final CompletableFuture<Context> started = new CompletableFuture<>();
    private final CompletableFuture<Integer> chosen = new CompletableFuture<>();
    private String id;

    @AfterEach
    void closeVertx() throws Exception {
        channel.cancel();
        vertx.close().await(10, SECONDS);
    }

    static Stream<Threads> available() {
        return Stream.of(Threads.values()).filter(Threads::isAvailable);
    }

    static Stream<Threads> virtual() {
        return available().filter(threads -> threads == Threads.VIRTUAL);
    }

    /** A verticle that waits for a message of the channel. */
    private void deployAndWaitForAMessage(Threads threads) throws Exception {
        id = vertx.deployVerticle(
                        context -> {
                            started.complete(context);
                            return Future.succeededFuture();
                        },
                        new DeploymentOptions().setThreadingModel(threads.model()))
                .await(10, SECONDS);
        started.get(10, SECONDS).runOnContext(wait -> {
            try {
                chosen.complete(
                        threads.choose(Select.<Integer>biased().receive(channel.receiver(), message -> message)));
            } catch (Throwable failure) {
                chosen.completeExceptionally(failure);
            }
        });
        await().until(() -> channel.stats().waitingReceivers() == 1);
    }

    @ParameterizedTest
    @MethodSource("available")
    void choose_somethingBecomesReady_returnsIt(Threads threads) throws Exception {
        deployAndWaitForAMessage(threads);
        channel.sender().send(7);
        assertThat(chosen.get(10, SECONDS)).isEqualTo(7);
    }

    @ParameterizedTest
    @MethodSource("available")
    void choose_nothingCanBecomeReady_throws(Threads threads) throws Exception {
        deployAndWaitForAMessage(threads);
        channel.close();
        assertThatThrownBy(() -> chosen.get(10, SECONDS)).hasRootCauseInstanceOf(DisconnectedException.class);
    }

    @ParameterizedTest(allowZeroInvocations = true)
    @MethodSource("virtual")
    void choose_onAVirtualThread_letsTheOtherEventsOfItsVerticleHaveTheirTurn(Threads threads) throws Exception {
        deployAndWaitForAMessage(threads);
        CompletableFuture<String> other = new CompletableFuture<>();
        started.get().runOnContext(event -> other.complete("other"));
        assertThat(other.get(10, SECONDS)).isEqualTo("other");
        assertThat(chosen).isNotDone();
    }

    @ParameterizedTest(allowZeroInvocations = true)
    @MethodSource("virtual")
    void undeploy_whileItWaitsOnAVirtualThread_ends_andTheSelectTakesNothingMore(Threads threads) throws Exception {
        deployAndWaitForAMessage(threads);
        vertx.undeploy(id).await(10, SECONDS);
        await().until(chosen::isCompletedExceptionally);
        assertThat(channel.sender().trySend(1)).isEqualTo(SendResult.FULL);
    }
}
