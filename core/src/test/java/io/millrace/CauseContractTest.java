package io.millrace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What becomes of the cause given to close and cancel: the first that ended the channel stands, also when it is none. */
class CauseContractTest extends ContractTest {
    private final Exception cause = new Exception("the reason");
    private final Exception later = new Exception("a later reason");

    @ParameterizedTest
    @MethodSource("kindsAndStyles")
    void closeWithCause_waitingReceiver_seesIt(ChannelKind kind, WaitStyle style) {
        Channel<String> channel = channels.create(kind);
        Operation receive = receive(style, channel.receiver());

        assertThat(channel.close(cause)).isTrue();

        assertThat(receive.outcome()).isEqualTo(Outcome.disconnected(cause));
    }

    @ParameterizedTest
    @MethodSource("kindsAndStyles")
    void closeWithCause_laterReceiver_seesItAfterTheLastMessage(ChannelKind kind, WaitStyle style) {
        Channel<String> channel = channels.create(kind);
        Operation send = send(style, channel.sender(), "m");

        assertThat(channel.close(cause)).isTrue();

        assertReceived(receive(style, channel.receiver()), "m");
        assertSent(send);
        assertThat(receive(style, channel.receiver()).outcome()).isEqualTo(Outcome.disconnected(cause));
        assertThat(channel.receiver().tryReceive()).isEqualTo(new ReceiveResult.Disconnected<String>(cause));
    }

    @ParameterizedTest
    @MethodSource("kindsAndStyles")
    void cancelWithCause_waitingReceiver_seesIt(ChannelKind kind, WaitStyle style) {
        Channel<String> channel = channels.create(kind);
        Operation receive = receive(style, channel.receiver());

        assertThat(channel.cancel(cause)).isTrue();

        assertThat(receive.outcome()).isEqualTo(Outcome.disconnected(cause));
        assertThat(receive(style, channel.receiver()).outcome()).isEqualTo(Outcome.disconnected(cause));
    }

    /** A thread and a future can tell a cause; the results of timed and pending sends cannot. */
    @ParameterizedTest
    @MethodSource("kindsThatWait")
    void cancelWithCause_waitingSends_seeIt(ChannelKind kind) {
        Channel<String> channel = channels.create(kind);
        fill(kind, channel);
        Operation thread = send(WaitStyle.THREAD, channel.sender(), "thread");
        Operation future = send(WaitStyle.FUTURE, channel.sender(), "future");

        assertThat(channel.cancel(cause)).isTrue();

        assertThat(thread.outcome()).isEqualTo(Outcome.disconnected(cause));
        assertThat(future.outcome()).isEqualTo(Outcome.disconnected(cause));
    }

    @Test
    void send_afterCloseWithCause_throwsIt() {
        Channel<String> channel = channels.create(ChannelKind.TWO);
        channel.close(cause);

        assertThatThrownBy(() -> channel.sender().send("late"))
                .isExactlyInstanceOf(DisconnectedException.class)
                .hasCause(cause);
        assertThatThrownBy(() -> channel.sender().sendAsync("late").join())
                .isInstanceOf(CompletionException.class)
                .cause()
                .isExactlyInstanceOf(DisconnectedException.class)
                .hasCause(cause);
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void secondCause_doesNotReplaceTheFirst(ChannelKind kind) {
        Channel<String> channel = channels.create(kind);
        channel.close(cause);

        channel.close(later);
        channel.cancel(later);

        assertThat(channel.receiver().tryReceive()).isEqualTo(new ReceiveResult.Disconnected<String>(cause));
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void causeAfterAnEndWithoutOne_isIgnored(ChannelKind kind) {
        Channel<String> closed = channels.create(kind);
        closed.close();
        closed.cancel(later);
        Channel<String> abandoned = channels.create(kind);
        abandoned.sender().close();
        abandoned.close(later);
        abandoned.cancel(later);

        assertThat(closed.receiver().tryReceive()).isEqualTo(new ReceiveResult.Disconnected<String>(null));
        assertThat(abandoned.receiver().tryReceive()).isEqualTo(new ReceiveResult.Disconnected<String>(null));
    }

    @Test
    void disconnected_withCause_completesExceptionallyWithIt() {
        Channel<String> closed = channels.create(ChannelKind.TWO);
        Channel<String> cancelled = channels.create(ChannelKind.TWO);

        closed.close(cause);
        cancelled.cancel(cause);

        assertThatThrownBy(closed.disconnected()::join).hasRootCause(cause);
        assertThatThrownBy(cancelled.disconnected()::join).hasRootCause(cause);
    }

    @Test
    void disconnected_isOneFutureThatNobodyOutsideCanComplete() {
        Channel<String> channel = channels.create(ChannelKind.TWO);
        CompletableFuture<Void> disconnected = channel.disconnected();
        assertThat(channel.disconnected()).isSameAs(disconnected);

        assertThat(disconnected.complete(null)).isFalse();
        assertThat(disconnected.cancel(true)).isFalse();
        assertThat(disconnected.completeExceptionally(later)).isFalse();
        refusedOrIgnored(() -> disconnected.obtrudeValue(null));
        refusedOrIgnored(() -> disconnected.obtrudeException(later));
        refusedOrIgnored(() -> disconnected.completeAsync(() -> null, Runnable::run));
        assertThat(disconnected).isNotDone();

        channel.close();

        assertThat(disconnected).isCompletedWithValue(null);
    }

    private static void refusedOrIgnored(Runnable attempt) {
        try {
            attempt.run();
        } catch (UnsupportedOperationException e) {
            assertThat(e).hasMessageContaining("cannot be overwritten");
        }
    }
}
