package io.millrace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.ref.Reference;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Flow;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Cases that a reader of the core thought of, each of which once went wrong. */
class ReviewedCasesTest extends ContractTest {

    // subscribers

    /** Fails before it has begun. */
    private static final class Refusing implements Flow.Subscriber<String> {
        @Override
        public void onSubscribe(Flow.Subscription subscription) {
            subscription.request(1);
            throw new IllegalStateException("refused");
        }

        @Override
        public void onNext(String message) {
            throw new AssertionError("received " + message);
        }

        @Override
        public void onError(Throwable failure) {
            throw new AssertionError(failure);
        }

        @Override
        public void onComplete() {
            throw new AssertionError("completed");
        }
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void subscribe_whenOnSubscribeThrows_leavesNoHandleOpen(ChannelKind kind) {
        Channel<String> channel = channels.create(kind);

        assertThatThrownBy(() -> channel.receiver().publisher().subscribe(new Refusing()))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("refused");

        assertThat(channel.stats().receivers()).isEqualTo(1);
        channel.receiver().close();
        assertThat(channel.sender().isDisconnected()).isTrue();
    }

    // futures

    @Test
    void completeAsync_null_isRefused() {
        Channel<String> channel = channels.create(ChannelKind.RENDEZVOUS);
        CompletableFuture<String> future = channel.receiver().receiveAsync();

        assertThatThrownBy(() -> future.completeAsync(null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> future.completeAsync(null, Runnable::run)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> future.completeAsync(() -> "m", null)).isInstanceOf(NullPointerException.class);

        assertThat(future).isNotDone();
    }

    @Test
    void completeAsync_aSupplierThatThrows_failsAsAnyFutureDoes() {
        Channel<String> channel = channels.create(ChannelKind.RENDEZVOUS);
        IllegalStateException thrown = new IllegalStateException("of the supplier");
        CompletableFuture<Throwable> failure = channel.receiver()
                .receiveAsync()
                .completeAsync(
                        () -> {
                            throw thrown;
                        },
                        Runnable::run)
                .handle((message, failed) -> failed);

        assertThat(failure.join())
                .isExactlyInstanceOf(CompletionException.class)
                .hasCause(thrown);
        assertThat(channel.stats().waitingReceivers()).isZero();
    }

    /** The batch belongs to whoever got it, also while another way of ending the future comes too late. */
    @ParameterizedTest
    @MethodSource("kindsThatBuffer")
    void receiveManyAsync_whenItsBatchIsEmptiedBeforeTheWakeUp_takesNoMore(ChannelKind kind) {
        Channel<String> channel = channels.create(kind);
        Channel<String> nothing = channels.create(ChannelKind.RENDEZVOUS);
        List<String> received = new ArrayList<>();
        List<String> later = new ArrayList<>();

        PutOff.run(() -> {
            CompletableFuture<List<String>> future = channel.receiver().receiveManyAsync(10);
            CompletableFuture<Void> emptied = future.thenAccept(batch -> {
                received.addAll(batch);
                batch.clear();
                channel.sender().trySend("second");
                runWhatWasPutOff(nothing);
                later.addAll(batch);
            });
            channel.sender().trySend("first");
            assertThat(future.cancel(false)).as("it came too late").isFalse();
            assertThat(emptied).isCompleted();
        });

        assertThat(received).containsExactly("first");
        assertThat(later).isEmpty();
        assertThat(takeAll(channel.receiver())).containsExactly("second");
    }

    private void runWhatWasPutOff(Channel<String> nothing) {
        try {
            nothing.receiver().tryReceive(Duration.ofNanos(1));
        } catch (InterruptedException e) {
            actors.report(e);
        }
    }

    // memory

    /** The caller's own reference goes with the collection, once the send has its copy. */
    @ParameterizedTest
    @MethodSource("kindsThatWait")
    void sendAll_whileItWaits_releasesWhatWasReceived(ChannelKind kind) {
        Channel<Object> channel = channels.create(kind);
        List<Object> messages = new ArrayList<>();
        List<WeakReference<Object>> references = new ArrayList<>();
        for (int i = 0; i < kind.room + 3; i++) {
            Object message = new Object();
            messages.add(message);
            references.add(new WeakReference<>(message));
        }
        actors.start("sending", () -> channel.sender().sendAll(messages));
        Await.until("the rest waits", () -> channel.stats().waitingSenders() == 1);
        messages.clear();
        for (int i = 0; i < 2; i++) {
            assertThat(channel.receiver().tryReceive().isReceived()).isTrue();
        }

        Await.untilCollected(
                "what was received", () -> references.subList(0, 2).stream().allMatch(each -> each.refersTo(null)));

        assertThat(channel.stats().waitingSenders()).as("the last one waits").isEqualTo(1);
        assertThat(references.subList(2, kind.room + 3)).noneMatch(each -> each.refersTo(null));
        Reference.reachabilityFence(channel);
    }

    @Test
    void duplicates_forgottenBesideAnOpenHandle_doNotPileUp() {
        Channel<Object> channel = channels.create(ChannelKind.ONE);
        List<WeakReference<Object>> states = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            states.add(new WeakReference<>(channel.sender().duplicate().handle));
            states.add(new WeakReference<>(channel.receiver().duplicate().handle));
        }

        Await.untilCollected(
                "all but a few that a report may name",
                () -> states.stream().filter(state -> !state.refersTo(null)).count() < 100);

        assertThat(channel.stats().senders()).isEqualTo(1);
        assertThat(channel.stats().receivers()).isEqualTo(1);
        Reference.reachabilityFence(channel);
    }
}
