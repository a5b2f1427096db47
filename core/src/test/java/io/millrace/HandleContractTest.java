package io.millrace;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Handles, how they are counted, and what the figures say. */
class HandleContractTest extends ContractTest {
    @ParameterizedTest
    @MethodSource("kinds")
    void firstHandles_areAlwaysTheSame(ChannelKind kind) {
        Channel<String> channel = channels.create(kind);

        assertThat(channel.sender()).isSameAs(channel.sender());
        assertThat(channel.receiver()).isSameAs(channel.receiver());
        channel.sender().close();
        channel.receiver().close();
        assertThat(channel.sender().isClosed()).isTrue();
        assertThat(channel.receiver().isClosed()).isTrue();
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void counts_followDuplicateAndClose(ChannelKind kind) {
        Channel<String> channel = channels.create(kind);
        assertCounts(channel, 1, 1);
        Sender<String> sender = channel.sender().duplicate();
        assertCounts(channel, 2, 1);
        Receiver<String> receiver = channel.receiver().duplicate();
        Receiver<String> another = receiver.duplicate();
        assertCounts(channel, 2, 3);

        sender.close();
        sender.close();
        receiver.close();
        receiver.close();

        assertCounts(channel, 1, 2);
        assertThat(sender.isClosed()).isTrue();
        assertThat(receiver.isClosed()).isTrue();
        assertThat(another.isClosed()).isFalse();
        assertThat(channel.sender().isClosed()).isFalse();
        assertThat(channel.stats().disconnected()).isFalse();
        another.close();
        channel.receiver().close();
        assertCounts(channel, 1, 0);
        assertThat(channel.stats().disconnected()).isTrue();
    }

    private static void assertCounts(Channel<String> channel, int senders, int receivers) {
        assertThat(channel.sender().senderCount()).isEqualTo(senders);
        assertThat(channel.sender().receiverCount()).isEqualTo(receivers);
        assertThat(channel.receiver().senderCount()).isEqualTo(senders);
        assertThat(channel.receiver().receiverCount()).isEqualTo(receivers);
        assertThat(channel.stats().senders()).isEqualTo(senders);
        assertThat(channel.stats().receivers()).isEqualTo(receivers);
    }

    @ParameterizedTest
    @MethodSource("kindsAndStyles")
    void counts_ofOpenHandlesOnly_leaveOutWaitingOperations(ChannelKind kind, WaitStyle style) {
        Channel<String> channel = channels.create(kind);
        Operation receive = receive(style, channel.receiver());

        channel.receiver().close();

        assertCounts(channel, 1, 0);
        assertThat(channel.stats().waitingReceivers()).isEqualTo(1);
        assertThat(receive.isDone()).isFalse();
    }

    @Test
    void sameChannel_tellsChannelsApart() {
        Channel<String> channel = channels.create(ChannelKind.TWO);
        Channel<String> other = channels.create(ChannelKind.TWO);
        Sender<String> sender = channel.sender().duplicate();
        Receiver<String> receiver = channel.receiver().duplicate();

        assertThat(sender.sameChannel(channel.sender())).isTrue();
        assertThat(sender.sameChannel(receiver)).isTrue();
        assertThat(receiver.sameChannel(channel.receiver())).isTrue();
        assertThat(receiver.sameChannel(sender)).isTrue();
        assertThat(sender.sameChannel(other.sender())).isFalse();
        assertThat(sender.sameChannel(other.receiver())).isFalse();
        assertThat(receiver.sameChannel(other.receiver())).isFalse();
        assertThat(receiver.sameChannel(other.sender())).isFalse();
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void closeAndDuplicate_manyTimes_doNotDisconnect(ChannelKind kind) {
        Channel<String> channel = channels.create(kind);
        for (int i = 0; i < 1_000; i++) {
            channel.sender().duplicate().close();
            channel.receiver().duplicate().close();
        }

        assertCounts(channel, 1, 1);
        assertThat(channel.disconnected()).isNotDone();
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void size_followsTheBuffer(ChannelKind kind) {
        Channel<String> channel = channels.create(kind);
        int count = Math.min(kind.room, 1_000);
        assertThat(channel.sender().isEmpty()).isTrue();
        for (int i = 0; i < count; i++) {
            assertThat(channel.sender().trySend("m")).isEqualTo(SendResult.SENT);
            assertThat(channel.sender().size()).isEqualTo(i + 1);
            assertThat(channel.receiver().size()).isEqualTo(i + 1);
            assertThat(channel.receiver().isFull()).isEqualTo(i + 1 == kind.room);
            assertThat(channel.sender().isEmpty()).isFalse();
        }
        assertThat(channel.sender().isFull()).isEqualTo(kind != ChannelKind.UNBOUNDED);
        for (int i = count; i > 0; i--) {
            assertThat(channel.receiver().tryReceive().isReceived()).isTrue();
            assertThat(channel.receiver().size()).isEqualTo(i - 1);
        }
        assertThat(channel.receiver().isEmpty()).isTrue();
    }

    /** Waiting senders and receivers exclude each other, so each has its turn. */
    @ParameterizedTest
    @MethodSource("kindsThatWaitAndStyles")
    void stats_tellEachFigure(ChannelKind kind, WaitStyle style) {
        Channel<String> channel = channels.watch(kind.<String>builder()
                .name("orders")
                .onUndelivered(channels.undelivered::add)
                .build());
        Operation receive = receive(style, channel.receiver());
        assertThat(channel.stats())
                .isEqualTo(new ChannelStats("orders", kind.capacity(), 0, 1, 1, 0, 1, 0, 0, 0, false));
        Operation handedOver = send(style, channel.sender(), "handed over");
        assertSent(handedOver);
        assertReceived(receive, "handed over");
        assertThat(channel.stats())
                .isEqualTo(new ChannelStats("orders", kind.capacity(), 0, 1, 1, 0, 0, 1, 1, 0, false));
        int room = fill(kind, channel).size();
        Operation first = send(style, channel.sender(), "first");
        Operation second = send(style, channel.sender(), "second");
        assertThat(channel.stats())
                .isEqualTo(new ChannelStats("orders", kind.capacity(), room, 1, 1, 2, 0, room + 1, 1, 0, false));
        assertThat(channel.receiver().tryReceive().isReceived()).isTrue();
        assertSent(first);
        assertThat(channel.stats())
                .isEqualTo(new ChannelStats("orders", kind.capacity(), room, 1, 1, 1, 0, room + 2, 2, 0, false));

        channel.receiver().close();

        assertDisconnected(second);
        assertThat(channel.stats())
                .isEqualTo(new ChannelStats("orders", kind.capacity(), 0, 1, 0, 0, 0, room + 2, 2, room, true));
    }

    @ParameterizedTest
    @MethodSource("kindsAndStyles")
    void waitingReceivers_countEveryStyle(ChannelKind kind, WaitStyle style) {
        Channel<String> channel = channels.create(kind);
        for (int i = 0; i < 3; i++) {
            receive(style, channel.receiver());
        }

        assertThat(channel.stats().waitingReceivers()).isEqualTo(3);
        assertThat(channel.stats().waitingSenders()).isZero();
    }

    @Test
    void names_areGivenOrMadeUpAndShown() {
        Channel<String> named = channels.watch(
                Channel.<String>builder().name("orders").capacity(2).build());
        Channel<String> unnamed = channels.create(ChannelKind.TWO);
        Channel<String> another = channels.create(ChannelKind.TWO);

        assertThat(named.stats().name()).isEqualTo("orders");
        assertThat(named.toString()).contains("orders");
        assertThat(named.sender().toString()).contains("orders");
        assertThat(named.receiver().toString()).contains("orders");
        assertThat(unnamed.stats().name())
                .isNotEmpty()
                .isNotEqualTo(another.stats().name());
    }

    @Test
    void capacity_ofEachFactory() {
        assertThat(channels.watch(Channel.unbounded()).stats().capacity()).isEqualTo(OptionalInt.empty());
        assertThat(channels.watch(Channel.bounded(3)).stats().capacity()).isEqualTo(OptionalInt.of(3));
        assertThat(channels.watch(Channel.bounded(Integer.MAX_VALUE)).stats().capacity())
                .isEqualTo(OptionalInt.of(Integer.MAX_VALUE));
    }
}
