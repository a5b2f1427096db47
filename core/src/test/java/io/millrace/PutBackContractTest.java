package io.millrace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.spi.PendingReceive;
import io.millrace.spi.Waker;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Row "putBack": a message that could not be used goes to the next receiver, first in line. */
class PutBackContractTest extends ContractTest {
    private static final Waker NOBODY = () -> {};

    /** A receive that waited and was served. */
    private static PendingReceive<String> received(Channel<String> channel, String message) {
        PendingReceive<String> receive = channel.receiver().receive(NOBODY);
        assertThat(channel.sender().trySend(message)).isEqualTo(SendResult.SENT);
        assertThat(receive.result().get()).isEqualTo(message);
        return receive;
    }

    @ParameterizedTest
    @MethodSource("kindsAndStyles")
    void putBack_whenAReceiverWaits_goesToTheFirst(ChannelKind kind, WaitStyle style) {
        Channel<String> channel = channels.create(kind);
        PendingReceive<String> unusable = received(channel, "m");
        Operation first = receive(style, channel.receiver());
        Operation second = receive(style, channel.receiver());

        unusable.putBack();

        assertReceived(first, "m");
        assertThat(second.isDone()).isFalse();
        assertThat(channel.stats().received()).isEqualTo(1);
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void putBack_toAFullChannel_standsFirstAboveTheCapacity(ChannelKind kind) {
        Channel<String> channel = channels.create(kind);
        PendingReceive<String> unusable = received(channel, "first");
        int count = Math.min(kind.room, 3);
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            assertThat(channel.sender().trySend("m" + i)).isEqualTo(SendResult.SENT);
            expected.add("m" + i);
        }

        unusable.putBack();

        assertThat(channel.receiver().size()).isEqualTo(Math.min(count + 1, kind.room));
        expected.add(0, "first");
        assertThat(takeAll(channel.receiver())).isEqualTo(expected);
        assertThat(channel.receiver().size()).isZero();
    }

    @ParameterizedTest
    @MethodSource("kindsThatWaitAndStyles")
    void putBack_whenSendersWait_theyMoveUpOnlyIntoRealRoom(ChannelKind kind, WaitStyle style) {
        Channel<String> channel = channels.create(kind);
        PendingReceive<String> unusable = received(channel, "first");
        List<String> messages = fill(kind, channel);
        Operation send = send(style, channel.sender(), "waiting");
        messages.add("waiting");

        unusable.putBack();
        assertThat(channel.receiver().tryReceive().get()).isEqualTo("first");

        assertThat(send.isDone()).isFalse();
        assertThat(channel.stats().waitingSenders()).isEqualTo(1);
        assertThat(channel.receiver().tryReceive().get()).isEqualTo(messages.remove(0));
        assertSent(send);
        assertThat(takeAll(channel.receiver())).isEqualTo(messages);
    }

    @ParameterizedTest
    @MethodSource("kindsThatWait")
    void putBack_aboveTheCapacity_trySendSaysFull(ChannelKind kind) {
        Channel<String> channel = channels.create(kind);
        PendingReceive<String> unusable = received(channel, "first");
        fill(kind, channel);
        unusable.putBack();

        assertThat(channel.receiver().isFull()).isTrue();
        assertThat(channel.sender().trySend("late")).isEqualTo(SendResult.FULL);
        assertThat(channel.receiver().tryReceive().get()).isEqualTo("first");
        assertThat(channel.sender().trySend("late")).isEqualTo(SendResult.FULL);
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void putBack_severalMessages_standInReverseOfTheirPuttingBack(ChannelKind kind) {
        Channel<String> channel = channels.create(kind);
        PendingReceive<String> first = received(channel, "first");
        PendingReceive<String> second = received(channel, "second");

        second.putBack();
        first.putBack();

        assertThat(takeAll(channel.receiver())).containsExactly("first", "second");
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void putBack_afterTheSendersEnded_isStillReceivable(ChannelKind kind) {
        Channel<String> channel = channels.create(kind);
        PendingReceive<String> unusable = received(channel, "m");
        channel.close();

        unusable.putBack();

        assertThat(channel.receiver().isTerminated()).isFalse();
        assertThat(takeAll(channel.receiver())).containsExactly("m");
        assertThat(channel.receiver().isTerminated()).isTrue();
        assertThat(channels.undelivered).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("kindsAndStyles")
    void putBack_afterAReceiverWasToldDisconnected_becomesUndelivered(ChannelKind kind, WaitStyle style) {
        Channel<String> channel = channels.create(kind);
        PendingReceive<String> unusable = received(channel, "m");
        channel.close();
        assertDisconnected(receive(style, channel.receiver()));

        unusable.putBack();

        assertThat(channels.undelivered).containsExactly("m");
        assertThat(channel.receiver().tryReceive().isDisconnected()).isTrue();
        assertThat(channel.stats().undelivered()).isEqualTo(1);
    }

    @ParameterizedTest
    @MethodSource("kindsAndStyles")
    void putBack_afterAWaitingReceiverWasToldDisconnected_becomesUndelivered(ChannelKind kind, WaitStyle style) {
        Channel<String> channel = channels.create(kind);
        PendingReceive<String> unusable = received(channel, "m");
        Operation waiting = receive(style, channel.receiver());
        channel.close();
        assertDisconnected(waiting);

        unusable.putBack();

        assertThat(channels.undelivered).containsExactly("m");
        assertThat(channel.receiver().isTerminated()).isTrue();
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void putBack_whenNoReceiverIsLeft_becomesUndelivered(ChannelKind kind) {
        Channel<String> channel = channels.create(kind);
        PendingReceive<String> unusable = received(channel, "m");
        channel.receiver().close();

        unusable.putBack();

        assertThat(channels.undelivered).containsExactly("m");
        assertThat(channel.stats().size()).isZero();
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void putBack_withoutAMessage_isRefused(ChannelKind kind) {
        Channel<String> channel = channels.create(kind);
        PendingReceive<String> waiting = channel.receiver().receive(NOBODY);
        assertThatThrownBy(waiting::putBack).isInstanceOf(IllegalStateException.class);
        assertThat(waiting.cancel()).isTrue();
        assertThatThrownBy(waiting::putBack).isInstanceOf(IllegalStateException.class);
        PendingReceive<String> unusable = received(channel, "m");
        unusable.putBack();

        assertThatThrownBy(unusable::putBack).isInstanceOf(IllegalStateException.class);

        assertThat(takeAll(channel.receiver())).containsExactly("m");
        channel.close();
        assertThatThrownBy(channel.receiver().receive(NOBODY)::putBack).isInstanceOf(IllegalStateException.class);
    }
}
