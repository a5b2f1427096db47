package io.millrace;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Row "order": messages keep their order, waiters are served first come, first served, in one line. */
class OrderContractTest extends ContractTest {
    private static final int COUNT = 12;

    @ParameterizedTest
    @MethodSource("kindsAndStylesThatLoseNothing")
    void messagesOfOneSender_arriveInTheirOrder(ChannelKind kind, WaitStyle style) {
        Channel<String> channel = channels.create(kind);
        List<Operation> sends = new ArrayList<>();
        for (int i = 0; i < COUNT; i++) {
            sends.add(send(style, channel.sender(), "m" + i));
        }

        for (int i = 0; i < COUNT; i++) {
            assertReceived(receive(style, channel.receiver()), "m" + i);
        }
        sends.forEach(ContractTest::assertSent);
    }

    static Stream<Arguments> kindsAndStylesThatLoseNothing() {
        return kindsAndStyles().filter(arguments -> ((ChannelKind) arguments.get()[0]).overflow == Overflow.WAIT);
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void waitingReceivers_ofAllStyles_areServedInOneLine(ChannelKind kind) {
        Channel<String> channel = channels.create(kind);
        List<Operation> line = new ArrayList<>();
        for (WaitStyle style : stylesTwice()) {
            line.add(receive(style, channel.receiver()));
        }

        for (int i = 0; i < line.size(); i++) {
            assertThat(channel.sender().trySend("m" + i)).isEqualTo(SendResult.SENT);
        }

        for (int i = 0; i < line.size(); i++) {
            assertReceived(line.get(i), "m" + i);
        }
    }

    @ParameterizedTest
    @MethodSource("kindsThatWait")
    void waitingSenders_ofAllStyles_areServedInOneLine(ChannelKind kind) {
        Channel<String> channel = channels.create(kind);
        List<String> expected = fill(kind, channel);
        List<Operation> line = new ArrayList<>();
        for (WaitStyle style : stylesTwice()) {
            String message = "waiting" + line.size();
            line.add(send(style, channel.sender(), message));
            expected.add(message);
        }
        assertThat(channel.stats().waitingSenders()).isEqualTo(line.size());

        for (int i = 0; i < line.size(); i++) {
            assertThat(channel.receiver().tryReceive().get()).isEqualTo(expected.get(i));
            assertSent(line.get(i));
            assertThat(channel.stats().waitingSenders()).isEqualTo(line.size() - i - 1);
        }
        assertThat(takeAll(channel.receiver())).isEqualTo(expected.subList(line.size(), expected.size()));
    }

    private static List<WaitStyle> stylesTwice() {
        List<WaitStyle> styles = new ArrayList<>(styles());
        styles.addAll(styles());
        return styles;
    }

    @ParameterizedTest
    @MethodSource("kindsThatWaitAndStyles")
    void trySend_behindAWaitingSender_doesNotOvertake(ChannelKind kind, WaitStyle style) throws InterruptedException {
        Channel<String> channel = channels.create(kind);
        List<String> expected = fill(kind, channel);
        Operation waiting = send(style, channel.sender(), "first");
        expected.add("first");

        assertThat(channel.sender().trySend("second")).isEqualTo(SendResult.FULL);
        assertThat(channel.sender().trySend("second", Duration.ZERO)).isEqualTo(SendResult.TIMED_OUT);
        assertThat(channel.receiver().tryReceive().get()).isEqualTo(expected.remove(0));
        assertThat(channel.sender().trySend("second")).isEqualTo(SendResult.FULL);

        assertSent(waiting);
        assertThat(takeAll(channel.receiver())).isEqualTo(expected);
    }

    @ParameterizedTest
    @MethodSource("kindsAndStyles")
    void tryReceive_behindAWaitingReceiver_doesNotOvertake(ChannelKind kind, WaitStyle style)
            throws InterruptedException {
        Channel<String> channel = channels.create(kind);
        Operation waiting = receive(style, channel.receiver());

        assertEmpty(channel.receiver());
        assertThat(channel.receiver().tryReceive(Duration.ZERO)).isEqualTo(new ReceiveResult.TimedOut<String>());
        assertThat(channel.sender().trySend("m")).isEqualTo(SendResult.SENT);
        assertEmpty(channel.receiver());

        assertReceived(waiting, "m");
    }

    /** The one that leaves stands first, in the middle and last in line. */
    @ParameterizedTest
    @MethodSource("kindsAndStyles")
    void waitingReceivers_oneLeavesTheLine_othersKeepTheirOrder(ChannelKind kind, WaitStyle style) {
        for (int leaving = 0; leaving < 3; leaving++) {
            Channel<String> channel = channels.create(kind);
            List<Operation> line = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                line.add(receive(style, channel.receiver()));
            }

            assertWithdrawn(line.remove(leaving));
            assertThat(channel.stats().waitingReceivers()).isEqualTo(2);
            assertThat(channel.sender().trySend("a")).isEqualTo(SendResult.SENT);
            assertThat(channel.sender().trySend("b")).isEqualTo(SendResult.SENT);

            assertReceived(line.get(0), "a");
            assertReceived(line.get(1), "b");
            assertEmpty(channel.receiver());
        }
    }

    /** The one that leaves stands first, in the middle and last in line. */
    @ParameterizedTest
    @MethodSource("kindsThatWaitAndStyles")
    void waitingSenders_oneLeavesTheLine_othersKeepTheirOrder(ChannelKind kind, WaitStyle style) {
        for (int leaving = 0; leaving < 3; leaving++) {
            Channel<String> channel = channels.create(kind);
            List<String> expected = fill(kind, channel);
            List<Operation> line = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                line.add(send(style, channel.sender(), "waiting" + i));
                if (i != leaving) {
                    expected.add("waiting" + i);
                }
            }

            assertWithdrawn(line.remove(leaving));
            assertThat(channel.stats().waitingSenders()).isEqualTo(2);

            assertThat(takeAll(channel.receiver())).isEqualTo(expected);
            line.forEach(ContractTest::assertSent);
        }
    }

    @ParameterizedTest
    @MethodSource("kindsThatWaitAndStyles")
    void waitingSender_whenAPlaceComesFree_movesUpAtOnce(ChannelKind kind, WaitStyle style) {
        Channel<String> channel = channels.create(kind);
        fill(kind, channel);
        Operation waiting = send(style, channel.sender(), "waiting");
        assertThat(waiting.isDone()).isFalse();
        assertThat(channel.stats().sent()).isEqualTo(kind.room);

        assertThat(channel.receiver().tryReceive().isReceived()).isTrue();

        assertThat(channel.stats().sent()).isEqualTo(kind.room + 1);
        assertThat(channel.sender().size()).isEqualTo(kind.room);
        assertThat(channel.stats().waitingSenders()).isZero();
        assertSent(waiting);
    }
}
