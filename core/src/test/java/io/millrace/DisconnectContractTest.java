package io.millrace;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Rows "last sender handle closed", "last receiver handle closed", and what a disconnect means to everybody. */
class DisconnectContractTest extends ContractTest {
    /** What ends the sending side: the messages that were sent stay receivable. */
    enum SendersEnd {
        LAST_SENDER(channel -> channel.sender().close()),
        CLOSE(Channel::close);

        final Consumer<Channel<String>> apply;

        SendersEnd(Consumer<Channel<String>> apply) {
            this.apply = apply;
        }
    }

    /** What ends the receiving side: nothing can be received any more. */
    enum ReceiversEnd {
        LAST_RECEIVER(channel -> channel.receiver().close()),
        CANCEL(Channel::cancel);

        final Consumer<Channel<String>> apply;

        ReceiversEnd(Consumer<Channel<String>> apply) {
            this.apply = apply;
        }
    }

    static Stream<Arguments> sendersEnds() {
        return cross(kindsAndStyles(), SendersEnd.values());
    }

    static Stream<Arguments> sendersEndsThatWait() {
        return cross(kindsThatWaitAndStyles(), SendersEnd.values());
    }

    static Stream<Arguments> sendersEndsThatBuffer() {
        return cross(kindsThatBufferAndStyles(), SendersEnd.values());
    }

    static Stream<Arguments> receiversEnds() {
        return cross(kindsAndStyles(), ReceiversEnd.values());
    }

    static Stream<Arguments> receiversEndsThatWait() {
        return cross(kindsThatWaitAndStyles(), ReceiversEnd.values());
    }

    static Stream<Arguments> receiversEndsThatBuffer() {
        return cross(kindsThatBufferAndStyles(), ReceiversEnd.values());
    }

    private static Stream<Arguments> cross(Stream<Arguments> kindsAndStyles, Enum<?>[] ends) {
        return kindsAndStyles.flatMap(arguments -> Stream.of(ends)
                .map(end -> Arguments.of(arguments.get()[0], arguments.get()[1], end)));
    }

    // the sending side ends

    @ParameterizedTest
    @MethodSource("sendersEnds")
    void sendersEnd_releasesEveryWaitingReceiver(ChannelKind kind, WaitStyle style, SendersEnd end) {
        Channel<String> channel = channels.create(kind);
        List<Operation> line = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            line.add(receive(style, channel.receiver()));
        }

        end.apply.accept(channel);

        line.forEach(ContractTest::assertDisconnected);
        assertThat(channel.stats().waitingReceivers()).isZero();
        assertThat(channel.receiver().isTerminated()).isTrue();
    }

    @ParameterizedTest
    @MethodSource("sendersEndsThatBuffer")
    void sendersEnd_bufferedMessagesStayInOrder_thenDisconnectedForEver(
            ChannelKind kind, WaitStyle style, SendersEnd end) throws InterruptedException {
        Channel<String> channel = channels.create(kind);
        int count = Math.min(kind.room, 3);
        for (int i = 0; i < count; i++) {
            assertThat(channel.sender().trySend("m" + i)).isEqualTo(SendResult.SENT);
        }

        end.apply.accept(channel);

        assertThat(channel.receiver().isDisconnected()).isTrue();
        for (int i = 0; i < count; i++) {
            assertThat(channel.receiver().isTerminated()).isFalse();
            assertReceived(receive(style, channel.receiver()), "m" + i);
        }
        assertThat(channel.receiver().isTerminated()).isTrue();
        for (int i = 0; i < 2; i++) {
            assertDisconnected(receive(style, channel.receiver()));
            assertThat(channel.receiver().tryReceive().isDisconnected()).isTrue();
            assertThat(channel.receiver().tryReceive(Duration.ZERO).isDisconnected())
                    .isTrue();
        }
        assertThat(channels.undelivered).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("sendersEndsThatWait")
    void sendersEnd_sendsInLineStillComplete_thenDisconnected(ChannelKind kind, WaitStyle style, SendersEnd end) {
        Channel<String> channel = channels.create(kind);
        List<String> expected = fill(kind, channel);
        List<Operation> line = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            line.add(send(style, channel.sender(), "waiting" + i));
            expected.add("waiting" + i);
        }

        end.apply.accept(channel);

        assertThat(line).noneMatch(Operation::isDone);
        assertThat(channel.receiver().isTerminated()).isFalse();
        List<String> received = new ArrayList<>();
        for (int i = 0; i < expected.size(); i++) {
            received.add(receive(style, channel.receiver()).outcome().message());
        }
        assertThat(received).isEqualTo(expected);
        line.forEach(ContractTest::assertSent);
        assertDisconnected(receive(style, channel.receiver()));
        assertThat(channel.receiver().isTerminated()).isTrue();
    }

    /** The line is empty again, but the channel has not been drained by a receiver. */
    @ParameterizedTest
    @MethodSource("sendersEndsThatWait")
    void sendersEnd_sendsInLineWithdrawn_thenDisconnected(ChannelKind kind, WaitStyle style, SendersEnd end) {
        Channel<String> channel = channels.create(kind);
        List<String> messages = fill(kind, channel);
        Operation first = send(style, channel.sender(), "first");
        Operation second = send(style, channel.sender(), "second");
        end.apply.accept(channel);

        assertWithdrawn(second);
        assertThat(channel.receiver().isTerminated()).isFalse();
        assertWithdrawn(first);

        assertThat(channel.receiver().isDisconnected()).isTrue();
        assertThat(channel.receiver().isTerminated()).isEqualTo(messages.isEmpty());
        assertThat(takeAll(channel.receiver())).isEqualTo(messages);
        assertDisconnected(receive(style, channel.receiver()));
        assertThat(channel.disconnected()).isCompleted();
    }

    @ParameterizedTest
    @MethodSource("kindsAndStyles")
    void close_laterSends_areDisconnected(ChannelKind kind, WaitStyle style) {
        Channel<String> channel = channels.create(kind);

        assertThat(channel.close()).isTrue();

        assertDisconnected(send(style, channel.sender(), "late"));
        assertThat(channel.sender().isDisconnected()).isTrue();
        assertThat(channel.stats().sent()).isZero();
    }

    @ParameterizedTest
    @MethodSource("kindsAndStyles")
    void close_oneOfTwoSenders_disconnectsNobody(ChannelKind kind, WaitStyle style) {
        Channel<String> channel = channels.create(kind);
        Sender<String> second = channel.sender().duplicate();
        Operation receive = receive(style, channel.receiver());

        channel.sender().close();

        assertThat(receive.isDone()).isFalse();
        assertThat(channel.receiver().isDisconnected()).isFalse();
        assertThat(second.trySend("m")).isEqualTo(SendResult.SENT);
        assertReceived(receive, "m");
        second.close();
        assertDisconnected(receive(style, channel.receiver()));
    }

    // the receiving side ends

    @ParameterizedTest
    @MethodSource("receiversEndsThatBuffer")
    void receiversEnd_buffered_areReportedOnceEach(ChannelKind kind, WaitStyle style, ReceiversEnd end) {
        Channel<String> channel = channels.create(kind);
        int count = Math.min(kind.room, 100);
        List<String> messages = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            messages.add("m" + i);
            assertSent(send(i < 2 ? style : WaitStyle.FUTURE, channel.sender(), "m" + i));
        }

        end.apply.accept(channel);

        assertThat(channels.undelivered).containsExactlyElementsOf(messages);
        assertThat(channel.stats().undelivered()).isEqualTo(count);
        assertThat(channel.sender().size()).isZero();
        channel.receiver().close();
        channel.cancel();
        assertThat(channels.undelivered).hasSize(count);
    }

    @ParameterizedTest
    @MethodSource("receiversEndsThatWait")
    void receiversEnd_waitingSends_areDisconnectedAndNotReported(ChannelKind kind, WaitStyle style, ReceiversEnd end) {
        Channel<String> channel = channels.create(kind);
        List<String> messages = fill(kind, channel);
        List<Operation> line = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            line.add(send(style, channel.sender(), "waiting" + i));
        }

        end.apply.accept(channel);

        line.forEach(ContractTest::assertDisconnected);
        assertThat(channels.undelivered).containsExactlyElementsOf(messages);
        assertThat(channel.stats().waitingSenders()).isZero();
        assertThat(channel.stats().sent()).isEqualTo(kind.room);
    }

    @ParameterizedTest
    @MethodSource("receiversEnds")
    void receiversEnd_laterSends_areDisconnected(ChannelKind kind, WaitStyle style, ReceiversEnd end)
            throws InterruptedException {
        Channel<String> channel = channels.create(kind);

        end.apply.accept(channel);

        assertThat(channel.sender().isDisconnected()).isTrue();
        assertDisconnected(send(style, channel.sender(), "late"));
        assertThat(channel.sender().trySend("late")).isEqualTo(SendResult.DISCONNECTED);
        assertThat(channel.sender().trySend("late", Duration.ZERO)).isEqualTo(SendResult.DISCONNECTED);
        assertThat(channels.undelivered).isEmpty();
        assertThat(channel.stats().sent()).isZero();
    }

    @ParameterizedTest
    @MethodSource("kindsAndStyles")
    void close_oneOfTwoReceivers_keepsTheMessages(ChannelKind kind, WaitStyle style) {
        Channel<String> channel = channels.create(kind);
        Receiver<String> second = channel.receiver().duplicate();
        Operation send = send(style, channel.sender(), "m");

        channel.receiver().close();

        assertThat(channel.sender().isDisconnected()).isFalse();
        assertThat(second.tryReceive().get()).isEqualTo("m");
        assertSent(send);
        second.close();
        assertDisconnected(send(style, channel.sender(), "late"));
    }

    @ParameterizedTest
    @MethodSource("kindsAndStyles")
    void cancel_releasesEveryWaitingReceiver(ChannelKind kind, WaitStyle style) {
        Channel<String> channel = channels.create(kind);
        List<Operation> line = List.of(receive(style, channel.receiver()), receive(style, channel.receiver()));

        assertThat(channel.cancel()).isTrue();

        line.forEach(ContractTest::assertDisconnected);
        assertThat(channel.receiver().tryReceive().isDisconnected()).isTrue();
        assertThat(channel.receiver().isTerminated()).isTrue();
    }

    @ParameterizedTest
    @MethodSource("kindsThatWaitAndStyles")
    void cancel_afterClose_dropsWhatTheCloseLeft(ChannelKind kind, WaitStyle style) {
        Channel<String> channel = channels.create(kind);
        List<String> messages = fill(kind, channel);
        Operation send = send(style, channel.sender(), "waiting");
        assertThat(channel.close()).isTrue();
        assertThat(send.isDone()).isFalse();

        assertThat(channel.cancel()).isTrue();

        assertDisconnected(send);
        assertThat(channels.undelivered).containsExactlyElementsOf(messages);
        assertThat(channel.receiver().tryReceive().isDisconnected()).isTrue();
    }

    @ParameterizedTest
    @MethodSource("kindsThatBuffer")
    void lastReceiverClosed_afterClose_reportsWhatTheCloseLeft(ChannelKind kind) {
        Channel<String> channel = channels.create(kind);
        assertThat(channel.sender().trySend("m")).isEqualTo(SendResult.SENT);
        assertThat(channel.close()).isTrue();

        channel.receiver().close();

        assertThat(channels.undelivered).containsExactly("m");
        assertThat(channel.sender().size()).isZero();
    }

    // row "FULL or DISCONNECTED at once"

    @ParameterizedTest
    @MethodSource("kindsThatWait")
    void trySend_fullAndDisconnected_saysDisconnected(ChannelKind kind) throws InterruptedException {
        Channel<String> channel = channels.create(kind);
        fill(kind, channel);
        assertThat(channel.close()).isTrue();

        assertThat(channel.sender().trySend("late")).isEqualTo(SendResult.DISCONNECTED);
        assertThat(channel.sender().trySend("late", Duration.ofMinutes(1))).isEqualTo(SendResult.DISCONNECTED);
        assertThat(channel.sender().trySend("late", Duration.ofNanos(-1))).isEqualTo(SendResult.DISCONNECTED);
    }

    // "a pending operation keeps its side connected until it ends"

    @ParameterizedTest
    @MethodSource("kindsThatWaitAndStyles")
    void closeLastSender_withASendInLine_staysConnectedUntilItIsSent(ChannelKind kind, WaitStyle style) {
        Channel<String> channel = channels.create(kind);
        List<String> expected = fill(kind, channel);
        Operation send = send(style, channel.sender(), "waiting");
        expected.add("waiting");

        channel.sender().close();

        assertThat(channel.receiver().isDisconnected()).isFalse();
        assertThat(channel.disconnected()).isNotDone();
        assertThat(channel.receiver().tryReceive().get()).isEqualTo(expected.remove(0));
        assertSent(send);
        assertThat(channel.receiver().isDisconnected()).isTrue();
        assertThat(channel.disconnected()).isCompleted();
        assertThat(takeAll(channel.receiver())).isEqualTo(expected);
    }

    /** Other receivers in line must learn of it when the last send leaves it without being sent. */
    @ParameterizedTest
    @MethodSource("kindsAndStyles")
    void closeLastReceiver_withAReceiveInLine_staysConnectedUntilItIsServed(ChannelKind kind, WaitStyle style) {
        Channel<String> channel = channels.create(kind);
        Operation receive = receive(style, channel.receiver());

        channel.receiver().close();

        assertThat(channel.sender().isDisconnected()).isFalse();
        assertThat(channel.disconnected()).isNotDone();
        assertThat(channel.sender().trySend("m")).isEqualTo(SendResult.SENT);
        assertReceived(receive, "m");
        assertThat(channel.sender().isDisconnected()).isTrue();
        assertThat(channel.disconnected()).isCompleted();
        assertThat(channel.sender().trySend("late")).isEqualTo(SendResult.DISCONNECTED);
    }

    @ParameterizedTest
    @MethodSource("kindsAndStyles")
    void closeLastReceiver_withAReceiveInLine_disconnectsWhenItIsWithdrawn(ChannelKind kind, WaitStyle style) {
        Channel<String> channel = channels.create(kind);
        Operation receive = receive(style, channel.receiver());
        channel.receiver().close();

        assertWithdrawn(receive);

        assertThat(channel.sender().isDisconnected()).isTrue();
        assertThat(channel.disconnected()).isCompleted();
        assertThat(channel.sender().trySend("late")).isEqualTo(SendResult.DISCONNECTED);
    }

    @ParameterizedTest
    @MethodSource("kindsAndStyles")
    void closeLastReceiver_withAReceiveInLine_isReleasedByTheLastSender(ChannelKind kind, WaitStyle style) {
        Channel<String> channel = channels.create(kind);
        Operation receive = receive(style, channel.receiver());
        channel.receiver().close();

        channel.sender().close();

        assertDisconnected(receive);
        assertThat(channel.disconnected()).isCompleted();
    }

    @ParameterizedTest
    @MethodSource("kindsThatWaitAndStyles")
    void closeBothSides_withASendInLine_isReleased(ChannelKind kind, WaitStyle style) {
        Channel<String> channel = channels.create(kind);
        List<String> messages = fill(kind, channel);
        Operation send = send(style, channel.sender(), "waiting");
        channel.sender().close();

        channel.receiver().close();

        assertDisconnected(send);
        assertThat(channels.undelivered).containsExactlyElementsOf(messages);
    }

    // what close, cancel and disconnected() answer

    @ParameterizedTest
    @MethodSource("kinds")
    void close_secondTime_isFalse(ChannelKind kind) {
        Channel<String> channel = channels.create(kind);

        assertThat(channel.close()).isTrue();
        assertThat(channel.close()).isFalse();
        assertThat(channel.close(new IllegalStateException())).isFalse();
    }

    @ParameterizedTest
    @EnumSource(SendersEnd.class)
    void close_onceTheSendersAreGone_isFalse(SendersEnd end) {
        Channel<String> channel = channels.create(ChannelKind.TWO);
        end.apply.accept(channel);

        assertThat(channel.close()).isFalse();
    }

    @ParameterizedTest
    @EnumSource(ReceiversEnd.class)
    void close_onceTheReceiversAreGone_isFalse(ReceiversEnd end) {
        Channel<String> channel = channels.create(ChannelKind.TWO);
        end.apply.accept(channel);

        assertThat(channel.close()).isFalse();
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void cancel_isTrueUnlessAlreadyCancelled(ChannelKind kind) {
        Channel<String> closed = channels.create(kind);
        closed.close();
        Channel<String> abandoned = channels.create(kind);
        abandoned.sender().close();

        assertThat(closed.cancel()).isTrue();
        assertThat(closed.cancel()).isFalse();
        assertThat(abandoned.cancel(new IllegalStateException())).isTrue();
        assertThat(abandoned.cancel()).isFalse();
    }

    @ParameterizedTest
    @EnumSource(SendersEnd.class)
    void disconnected_completes_whenTheSendersEnd(SendersEnd end) {
        Channel<String> channel = channels.create(ChannelKind.TWO);
        assertThat(channel.disconnected()).isNotDone();

        end.apply.accept(channel);

        assertThat(channel.disconnected()).isCompletedWithValue(null);
    }

    @ParameterizedTest
    @EnumSource(ReceiversEnd.class)
    void disconnected_completes_whenTheReceiversEnd(ReceiversEnd end) {
        Channel<String> channel = channels.create(ChannelKind.TWO);
        assertThat(channel.disconnected()).isNotDone();

        end.apply.accept(channel);

        assertThat(channel.disconnected()).isCompletedWithValue(null);
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void isDisconnected_onTheOtherSide_saysWhetherThisSideIsThere(ChannelKind kind) {
        Channel<String> channel = channels.create(kind);
        assertThat(channel.sender().isDisconnected()).isFalse();
        assertThat(channel.receiver().isDisconnected()).isFalse();
        assertThat(channel.receiver().isTerminated()).isFalse();
        assertThat(channel.stats().disconnected()).isFalse();

        channel.sender().close();

        assertThat(channel.receiver().isDisconnected()).isTrue();
        assertThat(channel.stats().disconnected()).isTrue();
    }
}
