package io.millrace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.spi.PendingReceive;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Rows "forceSend": it never waits, overtakes nobody, and returns what it displaces. */
class ForceSendContractTest extends ContractTest {
    static Stream<ChannelKind> kindsThatFill() {
        return kindsThatBuffer().stream().filter(kind -> kind != ChannelKind.UNBOUNDED);
    }

    static Stream<Arguments> kindsThatWaitAndBufferAndStyles() {
        return kindsThatBufferAndStyles()
                .filter(arguments -> ((ChannelKind) arguments.get()[0]).sendWaits());
    }

    @ParameterizedTest
    @MethodSource("kindsThatBuffer")
    void forceSend_withRoom_appends(ChannelKind kind) {
        Channel<String> channel = channels.create(kind);

        assertThat(channel.sender().forceSend("m")).isNull();

        assertThat(channel.receiver().drain()).containsExactly("m");
        assertThat(channel.stats().sent()).isEqualTo(1);
    }

    @ParameterizedTest
    @MethodSource("kindsThatFill")
    void forceSend_whenFull_returnsTheOldest(ChannelKind kind) {
        Channel<String> channel = channels.create(kind);
        List<String> messages = fill(kind, channel);

        assertThat(channel.sender().forceSend("new")).isEqualTo("m0");

        Channels.check(channel);
        assertThat(channels.undelivered)
                .as("what is returned is not reported as well")
                .isEmpty();
        assertThat(channel.sender().size()).isEqualTo(kind.room);
        assertThat(channel.stats().undelivered()).isEqualTo(1);
        messages.remove(0);
        messages.add("new");
        assertThat(channel.receiver().drain()).isEqualTo(messages);
    }

    @ParameterizedTest
    @MethodSource("kindsAndStyles")
    void forceSend_toAWaitingReceiver_handsOver(ChannelKind kind, WaitStyle style) {
        Channel<String> channel = channels.create(kind);
        Operation receive = receive(style, channel.receiver());

        assertThat(channel.sender().forceSend("m")).isNull();

        assertReceived(receive, "m");
        assertThat(channel.stats().received()).isEqualTo(1);
    }

    @Test
    void forceSend_atARendezvousWithoutAReceiver_returnsTheMessage() {
        Channel<String> channel = channels.create(ChannelKind.RENDEZVOUS);

        assertThat(channel.sender().forceSend("m")).isEqualTo("m");

        assertThat(channel.stats().sent()).isZero();
        assertThat(channels.undelivered).isEmpty();
        assertEmpty(channel.receiver());
    }

    @ParameterizedTest
    @MethodSource("styles")
    void forceSend_atARendezvousWithWaitingSenders_returnsTheMessage(WaitStyle style) {
        Channel<String> channel = channels.create(ChannelKind.RENDEZVOUS);
        Operation waiting = send(style, channel.sender(), "w");

        assertThat(channel.sender().forceSend("m")).isEqualTo("m");

        assertThat(waiting.isDone()).isFalse();
        assertThat(channel.receiver().drain()).containsExactly("w");
        assertSent(waiting);
    }

    /** The oldest makes way, the first waiting send moves up, the forced message stands behind all of them. */
    @ParameterizedTest
    @MethodSource("kindsThatWaitAndBufferAndStyles")
    void forceSend_withSendersWaiting_overtakesNobody(ChannelKind kind, WaitStyle style) {
        Channel<String> channel = channels.create(kind);
        List<String> messages = fill(kind, channel);
        Operation first = send(style, channel.sender(), "w1");
        Operation second = send(style, channel.sender(), "w2");

        assertThat(channel.sender().forceSend("forced")).isEqualTo("m0");

        assertSent(first);
        assertThat(second.isDone()).isFalse();
        Channels.check(channel);
        Operation third = send(style, channel.sender(), "w3");
        messages.remove(0);
        messages.addAll(List.of("w1", "w2", "forced", "w3"));
        assertThat(takeAll(channel.receiver())).isEqualTo(messages);
        assertSent(second);
        assertSent(third);
        assertThat(channels.undelivered).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("kindsThatWaitAndBufferAndStyles")
    void forceSend_again_withSendersWaiting_keepsTheLine(ChannelKind kind, WaitStyle style) {
        Channel<String> channel = channels.create(kind);
        List<String> messages = fill(kind, channel);
        Operation waiting = send(style, channel.sender(), "w");
        messages.addAll(List.of("w", "f1", "f2", "f3"));
        List<String> displaced = new ArrayList<>();

        for (int i = 1; i <= 3; i++) {
            displaced.add(channel.sender().forceSend("f" + i));
            Channels.check(channel);
        }

        assertSent(waiting);
        displaced.addAll(takeAll(channel.receiver()));
        assertThat(displaced).isEqualTo(messages);
    }

    /** Nobody waits on the forced message, so it is the channel that reports it when the receivers go. */
    @ParameterizedTest
    @EnumSource(DisconnectContractTest.ReceiversEnd.class)
    void forceSend_inLine_isReportedWhenTheReceiversGo(DisconnectContractTest.ReceiversEnd end) {
        Channel<String> channel = channels.create(ChannelKind.ONE);
        fill(ChannelKind.ONE, channel);
        Operation first = send(WaitStyle.FUTURE, channel.sender(), "w1");
        Operation second = send(WaitStyle.FUTURE, channel.sender(), "w2");
        assertThat(channel.sender().forceSend("forced")).isEqualTo("m0");

        end.apply.accept(channel);

        assertSent(first);
        assertDisconnected(second);
        assertThat(channels.undelivered).containsExactlyInAnyOrder("w1", "forced");
        assertThat(channel.stats().undelivered()).isEqualTo(3);
        assertThat(channel.stats().waitingSenders()).isZero();
    }

    /** It stands in line like a waiting send: its side stays connected until it was received. */
    @Test
    void forceSend_inLine_survivesTheCloseOfTheSenders() {
        Channel<String> channel = channels.create(ChannelKind.ONE);
        fill(ChannelKind.ONE, channel);
        Operation waiting = send(WaitStyle.FUTURE, channel.sender(), "w1");
        Operation behind = send(WaitStyle.FUTURE, channel.sender(), "w2");
        assertThat(channel.sender().forceSend("forced")).isEqualTo("m0");

        channel.sender().close();

        assertThat(takeAll(channel.receiver())).containsExactly("w1", "w2", "forced");
        assertSent(waiting);
        assertSent(behind);
        assertThat(channel.receiver().tryReceive().isDisconnected()).isTrue();
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void forceSend_whenDisconnected_throws(ChannelKind kind) {
        Channel<String> channel = channels.create(kind);
        Exception cause = new Exception("why");
        channel.close(cause);

        assertThatThrownBy(() -> channel.sender().forceSend("m"))
                .isInstanceOf(DisconnectedException.class)
                .hasCause(cause);

        assertThat(channel.stats().sent()).isZero();
        assertThat(channels.undelivered).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void forceSend_withoutReceivers_throws(ChannelKind kind) {
        Channel<String> channel = channels.create(kind);
        channel.receiver().close();

        assertThatThrownBy(() -> channel.sender().forceSend("m")).isInstanceOf(DisconnectedException.class);

        assertThat(channel.stats().sent()).isZero();
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void forceSend_ofNullOrOnAClosedHandle_isRefused(ChannelKind kind) {
        Channel<String> channel = channels.create(kind);
        Sender<String> closed = channel.sender().duplicate();
        closed.close();

        assertThatThrownBy(() -> closed.forceSend(null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> closed.forceSend("m")).isInstanceOf(IllegalStateException.class);

        assertThat(channel.stats().sent()).isZero();
    }

    /** A message put back stands first, so it is the oldest; the room it took was never there. */
    @ParameterizedTest
    @MethodSource("kindsThatFill")
    void forceSend_afterAPutBackAboveTheCapacity_displacesWhatWasPutBack(ChannelKind kind) {
        Channel<String> channel = channels.create(kind);
        PendingReceive<String> pending = channel.receiver().receive(() -> {});
        assertThat(channel.sender().trySend("back")).isEqualTo(SendResult.SENT);
        List<String> messages = fill(kind, channel);
        pending.putBack();

        assertThat(channel.sender().forceSend("new")).isEqualTo("back");

        Channels.check(channel);
        assertThat(channel.sender().size()).isEqualTo(kind.room);
        messages.add("new");
        assertThat(takeAll(channel.receiver())).isEqualTo(messages);
        assertThat(channels.undelivered).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("kindsThatWaitAndBufferAndStyles")
    void forceSend_afterAPutBackWithASenderWaiting_overtakesNobody(ChannelKind kind, WaitStyle style) {
        Channel<String> channel = channels.create(kind);
        PendingReceive<String> pending = channel.receiver().receive(() -> {});
        assertThat(channel.sender().trySend("back")).isEqualTo(SendResult.SENT);
        List<String> messages = fill(kind, channel);
        Operation waiting = send(style, channel.sender(), "w");
        pending.putBack();

        assertThat(channel.sender().forceSend("new")).isEqualTo("back");

        Channels.check(channel);
        assertThat(waiting.isDone()).isFalse();
        messages.addAll(List.of("w", "new"));
        assertThat(takeAll(channel.receiver())).isEqualTo(messages);
        assertSent(waiting);
    }
}
