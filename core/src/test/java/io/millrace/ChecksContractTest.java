package io.millrace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.spi.Waker;
import java.time.Duration;
import java.time.Instant;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Rows "null message", "handle used after its own close", "order of checks" and "queries on a closed handle". */
@SuppressWarnings("NullAway") // nulls are what is tested
class ChecksContractTest extends ContractTest {
    private static final Waker NOBODY = () -> {};

    /** One operation of a sender. */
    record Send(String name, boolean throwsInterrupt, SendCall call) {
        @Override
        public String toString() {
            return name;
        }
    }

    @FunctionalInterface
    interface SendCall {
        Object call(Sender<String> sender, String message) throws InterruptedException;
    }

    /** One operation of a receiver. */
    record Receive(String name, boolean throwsInterrupt, ReceiveCall call) {
        @Override
        public String toString() {
            return name;
        }
    }

    @FunctionalInterface
    interface ReceiveCall {
        Object call(Receiver<String> receiver) throws InterruptedException;
    }

    static Stream<Send> sends() {
        return Stream.of(
                new Send("send", true, (sender, message) -> {
                    sender.send(message);
                    return "";
                }),
                new Send("trySend", false, Sender::trySend),
                new Send("trySend(Duration)", true, (sender, message) -> sender.trySend(message, Duration.ofDays(1))),
                new Send("trySend(zero)", true, (sender, message) -> sender.trySend(message, Duration.ZERO)),
                new Send("trySend(Instant)", true, (sender, message) -> sender.trySend(message, Instant.MAX)),
                new Send("trySend(past)", true, (sender, message) -> sender.trySend(message, Instant.MIN)),
                new Send("sendAsync", false, Sender::sendAsync),
                new Send("send(Waker)", false, (sender, message) -> sender.send(message, NOBODY)));
    }

    static Stream<Receive> receives() {
        return Stream.of(
                new Receive("receive", true, Receiver::receive),
                new Receive("tryReceive", false, Receiver::tryReceive),
                new Receive("tryReceive(Duration)", true, receiver -> receiver.tryReceive(Duration.ofDays(1))),
                new Receive("tryReceive(zero)", true, receiver -> receiver.tryReceive(Duration.ZERO)),
                new Receive("tryReceive(Instant)", true, receiver -> receiver.tryReceive(Instant.MAX)),
                new Receive("tryReceive(past)", true, receiver -> receiver.tryReceive(Instant.MIN)),
                new Receive("receiveAsync", false, Receiver::receiveAsync),
                new Receive("receive(Waker)", false, receiver -> receiver.receive(NOBODY)));
    }

    static Stream<Arguments> kindsAndSends() {
        return kinds().stream().flatMap(kind -> sends().map(send -> Arguments.of(kind, send)));
    }

    static Stream<Arguments> kindsAndReceives() {
        return kinds().stream().flatMap(kind -> receives().map(receive -> Arguments.of(kind, receive)));
    }

    @AfterEach
    void leaveNoInterruptBehind() {
        Thread.interrupted();
    }

    // null

    @ParameterizedTest
    @MethodSource("kindsAndSends")
    void nullMessage_isRefused_channelUnchanged(ChannelKind kind, Send send) {
        Channel<String> channel = channels.create(kind);
        Operation waiting = receive(WaitStyle.WAKER, channel.receiver());
        ChannelStats before = channel.stats();

        assertThatThrownBy(() -> send.call().call(channel.sender(), null)).isInstanceOf(NullPointerException.class);

        assertThat(channel.stats()).isEqualTo(before);
        assertThat(waiting.isDone()).isFalse();
    }

    @Test
    void nullTimeoutOrWaker_isRefused_channelUnchanged() {
        Channel<String> channel = channels.create(ChannelKind.TWO);
        Sender<String> sender = channel.sender();
        Receiver<String> receiver = channel.receiver();
        assertThat(sender.trySend("m")).isEqualTo(SendResult.SENT);
        ChannelStats before = channel.stats();

        assertThatThrownBy(() -> sender.trySend("m", (Duration) null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> sender.trySend("m", (Instant) null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> sender.send("m", null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> receiver.tryReceive((Duration) null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> receiver.tryReceive((Instant) null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> receiver.receive(null)).isInstanceOf(NullPointerException.class);

        assertThat(channel.stats()).isEqualTo(before);
    }

    @ParameterizedTest
    @MethodSource("sends")
    void nullMessage_onAClosedHandle_isTheFirstThingSaid(Send send) {
        Channel<String> channel = channels.create(ChannelKind.TWO);
        channel.sender().close();

        assertThatThrownBy(() -> send.call().call(channel.sender(), null)).isInstanceOf(NullPointerException.class);
    }

    // closed handles

    @ParameterizedTest
    @MethodSource("kindsAndSends")
    void send_onAClosedHandle_isRefused_othersAreUntouched(ChannelKind kind, Send send) {
        Channel<String> channel = channels.create(kind);
        Sender<String> other = channel.sender().duplicate();
        channel.sender().close();
        ChannelStats before = channel.stats();

        assertThatThrownBy(() -> send.call().call(channel.sender(), "m")).isInstanceOf(IllegalStateException.class);

        assertThat(channel.stats()).isEqualTo(before);
        assertThat(other.isClosed()).isFalse();
        Operation receive = receive(WaitStyle.FUTURE, channel.receiver());
        assertThat(other.trySend("m")).isEqualTo(SendResult.SENT);
        assertReceived(receive, "m");
    }

    @ParameterizedTest
    @MethodSource("kindsAndReceives")
    void receive_onAClosedHandle_isRefused_othersAreUntouched(ChannelKind kind, Receive receive) {
        Channel<String> channel = channels.create(kind);
        Receiver<String> other = channel.receiver().duplicate();
        Operation send = send(WaitStyle.FUTURE, channel.sender(), "m");
        channel.receiver().close();
        ChannelStats before = channel.stats();

        assertThatThrownBy(() -> receive.call().call(channel.receiver())).isInstanceOf(IllegalStateException.class);

        assertThat(channel.stats()).isEqualTo(before);
        assertThat(other.isClosed()).isFalse();
        assertThat(other.tryReceive().get()).isEqualTo("m");
        assertSent(send);
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void duplicate_ofAClosedHandle_isRefused(ChannelKind kind) {
        Channel<String> channel = channels.create(kind);
        channel.sender().close();
        channel.receiver().close();

        assertThatThrownBy(() -> channel.sender().duplicate()).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> channel.receiver().duplicate()).isInstanceOf(IllegalStateException.class);
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void queries_onAClosedHandle_goOnWorking(ChannelKind kind) {
        Channel<String> channel = channels.create(kind);
        Sender<String> sender = channel.sender();
        Receiver<String> receiver = channel.receiver();
        sender.close();
        receiver.close();

        assertThatCode(() -> {
                    assertThat(sender.isClosed()).isTrue();
                    assertThat(receiver.isClosed()).isTrue();
                    assertThat(sender.size()).isZero();
                    assertThat(receiver.size()).isZero();
                    assertThat(sender.isEmpty()).isTrue();
                    assertThat(receiver.isEmpty()).isTrue();
                    assertThat(sender.isFull()).isEqualTo(kind == ChannelKind.RENDEZVOUS);
                    assertThat(receiver.isFull()).isEqualTo(kind == ChannelKind.RENDEZVOUS);
                    assertThat(sender.capacity()).isEqualTo(kind.capacity());
                    assertThat(receiver.capacity()).isEqualTo(kind.capacity());
                    assertThat(sender.senderCount()).isZero();
                    assertThat(receiver.senderCount()).isZero();
                    assertThat(sender.receiverCount()).isZero();
                    assertThat(receiver.receiverCount()).isZero();
                    assertThat(sender.isDisconnected()).isTrue();
                    assertThat(receiver.isDisconnected()).isTrue();
                    assertThat(receiver.isTerminated()).isTrue();
                    assertThat(sender.sameChannel(receiver)).isTrue();
                    assertThat(receiver.sameChannel(sender)).isTrue();
                    assertThat(sender.stats()).isEqualTo(channel.stats());
                    assertThat(receiver.stats()).isEqualTo(channel.stats());
                    assertThat(sender.toString()).isNotEmpty();
                    assertThat(receiver.toString()).isNotEmpty();
                })
                .doesNotThrowAnyException();
    }

    // the interrupt flag

    @ParameterizedTest
    @MethodSource("sends")
    void send_interruptedOnEntry_throwsBeforeAnythingMoves(Send send) throws InterruptedException {
        Channel<String> channel = channels.create(ChannelKind.TWO);
        ChannelStats before = channel.stats();
        Thread.currentThread().interrupt();

        if (send.throwsInterrupt()) {
            assertThatThrownBy(() -> send.call().call(channel.sender(), "m")).isInstanceOf(InterruptedException.class);
            assertThat(Thread.interrupted()).isFalse();
            assertThat(channel.stats()).isEqualTo(before);
        } else {
            assertThat(send.call().call(channel.sender(), "m")).isNotNull();
            assertThat(Thread.interrupted()).isTrue();
            assertThat(channel.receiver().size()).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @MethodSource("receives")
    void receive_interruptedOnEntry_throwsBeforeAnythingMoves(Receive receive) throws InterruptedException {
        Channel<String> channel = channels.create(ChannelKind.TWO);
        assertThat(channel.sender().trySend("m")).isEqualTo(SendResult.SENT);
        ChannelStats before = channel.stats();
        Thread.currentThread().interrupt();

        if (receive.throwsInterrupt()) {
            assertThatThrownBy(() -> receive.call().call(channel.receiver())).isInstanceOf(InterruptedException.class);
            assertThat(Thread.interrupted()).isFalse();
            assertThat(channel.stats()).isEqualTo(before);
        } else {
            assertThat(receive.call().call(channel.receiver())).isNotNull();
            assertThat(Thread.interrupted()).isTrue();
            assertThat(channel.receiver().size()).isZero();
        }
    }

    @ParameterizedTest
    @MethodSource("sends")
    void send_interruptedOnEntryAndDisconnected_speaksOfTheInterruptFirst(Send send) throws InterruptedException {
        Channel<String> channel = channels.create(ChannelKind.TWO);
        channel.close();
        Thread.currentThread().interrupt();

        if (send.throwsInterrupt()) {
            assertThatThrownBy(() -> send.call().call(channel.sender(), "m")).isInstanceOf(InterruptedException.class);
        } else {
            assertThat(send.call().call(channel.sender(), "m")).isNotNull();
            assertThat(Thread.interrupted()).isTrue();
        }
    }

    @ParameterizedTest
    @MethodSource("sends")
    void send_interruptedOnEntryOnAClosedHandle_speaksOfTheHandleFirst(Send send) {
        Channel<String> channel = channels.create(ChannelKind.TWO);
        channel.sender().close();
        Thread.currentThread().interrupt();

        assertThatThrownBy(() -> send.call().call(channel.sender(), "m")).isInstanceOf(IllegalStateException.class);
        assertThat(Thread.interrupted()).isTrue();
    }

    @ParameterizedTest
    @MethodSource("receives")
    void receive_interruptedOnEntryOnAClosedHandle_speaksOfTheHandleFirst(Receive receive) {
        Channel<String> channel = channels.create(ChannelKind.TWO);
        channel.receiver().close();
        Thread.currentThread().interrupt();

        assertThatThrownBy(() -> receive.call().call(channel.receiver())).isInstanceOf(IllegalStateException.class);
        assertThat(Thread.interrupted()).isTrue();
    }

    // the builder

    @Test
    void capacity_negative_isRefusedNamingTheValue() {
        assertThatThrownBy(() -> Channel.bounded(-3))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("-3");
        assertThatThrownBy(() -> Channel.builder().capacity(-3))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("-3");
    }

    @Test
    void dropKinds_withoutRoom_areRefused() {
        for (Overflow overflow : new Overflow[] {Overflow.DROP_LATEST, Overflow.DROP_OLDEST}) {
            assertThatThrownBy(() ->
                            Channel.builder().capacity(0).overflow(overflow).build())
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("capacity");
        }
    }

    @Test
    void factories_makeTheChannelThatTheyName() {
        assertThat(channels.watch(Channel.<String>rendezvous()).sender().capacity())
                .hasValue(0);
        assertThat(channels.watch(Channel.<String>bounded(0)).sender().capacity())
                .hasValue(0);
        assertThat(channels.watch(Channel.<String>bounded(7)).sender().capacity())
                .hasValue(7);
        assertThat(channels.watch(Channel.<String>unbounded()).sender().capacity())
                .isEmpty();
        assertThat(channels.watch(Channel.<String>builder()
                                .name("orders")
                                .capacity(7)
                                .build())
                        .stats()
                        .name())
                .isEqualTo("orders");
    }
}
