package io.millrace;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A message goes from any way of sending to any way of receiving, over every kind; row "rendezvous". */
class HandOverContractTest extends ContractTest {
    static Stream<Arguments> kindsAndPairsOfStyles() {
        return kindsAndStyles()
                .flatMap(
                        first -> styles().stream().map(second -> Arguments.of(first.get()[0], first.get()[1], second)));
    }

    static Stream<Arguments> rendezvousAndPairsOfStyles() {
        return kindsAndPairsOfStyles().filter(arguments -> arguments.get()[0] == ChannelKind.RENDEZVOUS);
    }

    @ParameterizedTest
    @MethodSource("kindsAndPairsOfStyles")
    void send_toAWaitingReceiver_handsOver(ChannelKind kind, WaitStyle sending, WaitStyle receiving) {
        Channel<String> channel = channels.create(kind);
        Operation receive = receive(receiving, channel.receiver());
        assertThat(receive.isDone()).isFalse();

        Operation send = send(sending, channel.sender(), "m");

        assertSent(send);
        assertReceived(receive, "m");
        assertThat(channel.sender().size()).isZero();
        assertThat(channel.stats().waitingReceivers()).isZero();
    }

    @ParameterizedTest
    @MethodSource("rendezvousAndPairsOfStyles")
    void receive_fromAWaitingSender_handsOver(ChannelKind kind, WaitStyle sending, WaitStyle receiving) {
        Channel<String> channel = channels.create(kind);
        Operation send = send(sending, channel.sender(), "m");
        assertThat(send.isDone()).isFalse();

        Operation receive = receive(receiving, channel.receiver());

        assertReceived(receive, "m");
        assertSent(send);
        assertThat(channel.stats().waitingSenders()).isZero();
    }

    @ParameterizedTest
    @MethodSource("kindsThatBufferAndStyles")
    void send_withRoom_isDoneAtOnce(ChannelKind kind, WaitStyle style) {
        Channel<String> channel = channels.create(kind);

        assertSent(send(style, channel.sender(), "m"));

        assertThat(channel.receiver().size()).isEqualTo(1);
        assertReceived(receive(style, channel.receiver()), "m");
        assertThat(channel.receiver().size()).isZero();
    }

    @ParameterizedTest
    @MethodSource("kindsThatWaitAndStyles")
    void send_whenFull_waits(ChannelKind kind, WaitStyle style) {
        Channel<String> channel = channels.create(kind);
        fill(kind, channel);

        Operation send = send(style, channel.sender(), "m");

        assertThat(send.isDone()).isFalse();
        assertThat(channel.stats().waitingSenders()).isEqualTo(1);
        assertThat(channel.sender().size()).isEqualTo(kind.room);
    }

    @ParameterizedTest
    @MethodSource("kindsAndStyles")
    void receive_whenEmpty_waits(ChannelKind kind, WaitStyle style) {
        Channel<String> channel = channels.create(kind);

        Operation receive = receive(style, channel.receiver());

        assertThat(receive.isDone()).isFalse();
        assertThat(channel.stats().waitingReceivers()).isEqualTo(1);
    }

    @ParameterizedTest
    @MethodSource("kindsThatWait")
    void trySend_whenFull_saysFullAndChangesNothing(ChannelKind kind) {
        Channel<String> channel = channels.create(kind);
        java.util.List<String> messages = fill(kind, channel);
        ChannelStats before = channel.stats();

        assertThat(channel.sender().trySend("late")).isEqualTo(SendResult.FULL);

        assertThat(channel.stats()).isEqualTo(before);
        assertThat(takeAll(channel.receiver())).isEqualTo(messages);
    }

    @ParameterizedTest
    @MethodSource("styles")
    void rendezvous_withAWaitingSender_isEmptyAndFull(WaitStyle style) {
        Channel<String> channel = channels.create(ChannelKind.RENDEZVOUS);
        assertLooksEmptyAndFull(channel);

        Operation send = send(style, channel.sender(), "m");
        assertLooksEmptyAndFull(channel);

        assertThat(channel.receiver().tryReceive().get()).isEqualTo("m");
        assertSent(send);
        assertLooksEmptyAndFull(channel);
    }

    @ParameterizedTest
    @MethodSource("styles")
    void rendezvous_withAWaitingReceiver_isEmptyAndFull(WaitStyle style) {
        Channel<String> channel = channels.create(ChannelKind.RENDEZVOUS);

        Operation receive = receive(style, channel.receiver());
        assertLooksEmptyAndFull(channel);
        assertThat(channel.sender().trySend("m")).isEqualTo(SendResult.SENT);
        assertLooksEmptyAndFull(channel);
        assertThat(channel.sender().trySend("nobody waits now")).isEqualTo(SendResult.FULL);

        assertReceived(receive, "m");
    }

    private static void assertLooksEmptyAndFull(Channel<String> channel) {
        assertThat(channel.sender().size()).isZero();
        assertThat(channel.receiver().size()).isZero();
        assertThat(channel.sender().isEmpty()).isTrue();
        assertThat(channel.receiver().isEmpty()).isTrue();
        assertThat(channel.sender().isFull()).isTrue();
        assertThat(channel.receiver().isFull()).isTrue();
        assertThat(channel.stats().size()).isZero();
    }

    @ParameterizedTest
    @MethodSource("styles")
    void rendezvous_withdrawnReceive_leavesNoRoomBehind(WaitStyle style) {
        Channel<String> channel = channels.create(ChannelKind.RENDEZVOUS);
        Operation receive = receive(style, channel.receiver());

        assertWithdrawn(receive);

        assertThat(channel.sender().trySend("m")).isEqualTo(SendResult.FULL);
        assertThat(channel.stats().sent()).isZero();
    }
}
