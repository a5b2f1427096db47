package io.millrace;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Row "timeout, interrupt, cancel": an operation that was withdrawn moved nothing; one that ended cannot be withdrawn. */
class WithdrawContractTest extends ContractTest {
    @ParameterizedTest
    @MethodSource("kindsThatWaitAndStyles")
    void withdraw_waitingSend_sendsNothing(ChannelKind kind, WaitStyle style) {
        Channel<String> channel = channels.create(kind);
        List<String> messages = fill(kind, channel);
        ChannelStats before = channel.stats();
        Operation send = send(style, channel.sender(), "withdrawn");

        assertWithdrawn(send);

        assertThat(channel.stats()).isEqualTo(before);
        assertThat(takeAll(channel.receiver())).isEqualTo(messages);
        assertThat(channels.undelivered).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("kindsAndStyles")
    void withdraw_waitingReceive_receivesNothing(ChannelKind kind, WaitStyle style) {
        Channel<String> channel = channels.create(kind);
        ChannelStats before = channel.stats();
        Operation withdrawn = receive(style, channel.receiver());

        assertWithdrawn(withdrawn);

        assertThat(channel.stats()).isEqualTo(before);
        Operation next = receive(style, channel.receiver());
        assertThat(channel.sender().trySend("m")).isEqualTo(SendResult.SENT);
        assertReceived(next, "m");
    }

    @ParameterizedTest
    @MethodSource("kindsAndStyles")
    void withdraw_endedReceive_keepsItsMessage(ChannelKind kind, WaitStyle style) {
        Channel<String> channel = channels.create(kind);
        Operation receive = receive(style, channel.receiver());
        assertThat(channel.sender().trySend("m")).isEqualTo(SendResult.SENT);

        assertReceived(receive, "m");

        assertThat(receive.withdraw()).isFalse();
        assertReceived(receive, "m");
    }

    @ParameterizedTest
    @MethodSource("kindsThatWaitAndStyles")
    void withdraw_endedSend_staysSent(ChannelKind kind, WaitStyle style) {
        Channel<String> channel = channels.create(kind);
        List<String> messages = fill(kind, channel);
        Operation send = send(style, channel.sender(), "waiting");
        messages.add("waiting");
        List<String> received = takeAll(channel.receiver());

        assertSent(send);
        assertThat(send.withdraw()).isFalse();

        assertSent(send);
        assertThat(received).isEqualTo(messages);
    }

    @ParameterizedTest
    @MethodSource("kindsAndStyles")
    void withdraw_manyTimes_leavesNobodyInLine(ChannelKind kind, WaitStyle style) {
        Channel<String> channel = channels.create(kind);
        for (int round = 0; round < 50; round++) {
            assertWithdrawn(receive(style, channel.receiver()));
        }

        assertThat(channel.stats().waitingReceivers()).isZero();
    }

    /** The interrupt comes when the receive has its message and before its thread runs on. */
    @ParameterizedTest
    @MethodSource("kinds")
    void interrupt_afterThePeerWon_staysPendingOnTheThread(ChannelKind kind) {
        Channel<String> channel = channels.create(kind);
        AtomicBoolean interrupted = new AtomicBoolean();
        AtomicBoolean stillInterrupted = new AtomicBoolean();
        Thread waiting = actors.start("waiting", () -> {
            assertThat(channel.receiver().receive()).isEqualTo("m");
            Await.until("the interrupt was sent", interrupted::get);
            stillInterrupted.set(Thread.interrupted());
        });
        Await.until("a receiver waits", () -> channel.stats().waitingReceivers() == 1);

        assertThat(channel.sender().trySend("m")).isEqualTo(SendResult.SENT);
        waiting.interrupt();
        interrupted.set(true);

        actors.join();
        assertThat(stillInterrupted).isTrue();
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void interrupt_thatWon_clearsTheFlag(ChannelKind kind) {
        Channel<String> channel = channels.create(kind);
        AtomicBoolean flag = new AtomicBoolean(true);
        Thread waiting = actors.start("waiting", () -> {
            try {
                channel.receiver().receive();
                throw new AssertionError("received from an empty channel");
            } catch (InterruptedException e) {
                flag.set(Thread.currentThread().isInterrupted());
            }
        });
        Await.until("a receiver waits", () -> channel.stats().waitingReceivers() == 1);

        waiting.interrupt();

        actors.join();
        assertThat(flag).isFalse();
    }
}
