package io.millrace;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.assertj.core.api.AbstractObjectAssert;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.provider.Arguments;

/**
 * What the tests of the contract share: channels that are checked and threads that are joined after each test, and
 * operations whose beginning is a known state. Only for tests in which nobody else works on the channel meanwhile.
 */
abstract class ContractTest {
    @RegisterExtension
    @Order(1)
    final Actors actors = new Actors();

    // registered last, so it comes first after the test: cancelled channels release the actors
    @RegisterExtension
    @Order(2)
    final Channels channels = new Channels();

    /** Starts a send; returns when it is done or stands in line. */
    final Operation send(WaitStyle style, Sender<String> sender, String message) {
        int before = sender.stats().waitingSenders();
        Operation operation = style.send(actors, sender, message);
        Await.until(
                "the send is done or in line",
                () -> operation.isDone() || sender.stats().waitingSenders() > before);
        return operation;
    }

    /** Starts a receive; returns when it is done or stands in line. */
    final Operation receive(WaitStyle style, Receiver<String> receiver) {
        int before = receiver.stats().waitingReceivers();
        Operation operation = style.receive(actors, receiver);
        Await.until(
                "the receive is done or in line",
                () -> operation.isDone() || receiver.stats().waitingReceivers() > before);
        return operation;
    }

    /** Sends as many messages as there is room for: {@code m0, m1, ...}; for kinds whose send waits. */
    static List<String> fill(ChannelKind kind, Channel<String> channel) {
        List<String> messages = new ArrayList<>();
        for (int i = 0; i < kind.room; i++) {
            messages.add("m" + i);
            assertThat(channel.sender().trySend("m" + i)).isEqualTo(SendResult.SENT);
        }
        return messages;
    }

    /** Takes what can be taken without waiting. */
    static List<String> takeAll(Receiver<String> receiver) {
        List<String> taken = new ArrayList<>();
        for (String message = receiver.tryReceive().orNull(); message != null; ) {
            taken.add(message);
            message = receiver.tryReceive().orNull();
        }
        return taken;
    }

    static AbstractObjectAssert<?, Outcome.End> assertEnd(Operation operation) {
        return assertThat(operation.outcome().end());
    }

    static void assertSent(Operation operation) {
        assertThat(operation.outcome()).isEqualTo(Outcome.SENT);
    }

    static void assertReceived(Operation operation, String message) {
        assertThat(operation.outcome()).isEqualTo(Outcome.received(message));
    }

    static void assertDisconnected(Operation operation) {
        assertEnd(operation).isEqualTo(Outcome.End.DISCONNECTED);
    }

    static void assertWithdrawn(Operation operation) {
        assertThat(operation.withdraw()).isTrue();
        assertThat(operation.outcome()).isEqualTo(Outcome.WITHDRAWN);
    }

    static void assertEmpty(Receiver<String> receiver) {
        assertThat(receiver.tryReceive()).isEqualTo(new ReceiveResult.Empty<String>());
    }

    /**
     * Works on the channel from another thread, which would find the lock taken if the caller held it. For code that must
     * run without a lock: wakers, dependents, {@code onUndelivered}. A failure fails the test, whoever else swallows it.
     */
    final void useFromAnotherThread(Channel<?> channel) {
        Thread other = actors.start("another thread", () -> {
            // both take the lock whatever state the channel is in
            channel.stats();
            channel.core.checkInvariants();
        });
        try {
            other.join(TimeUnit.SECONDS.toMillis(Await.LIMIT_SECONDS / 4));
        } catch (InterruptedException e) {
            actors.report(new AssertionError("interrupted", e));
        }
        if (other.isAlive()) {
            actors.report(new AssertionError("foreign code runs while the channel's lock is held"));
        }
    }

    // what parameterized tests run over

    static List<ChannelKind> kinds() {
        return ChannelKind.all();
    }

    static List<ChannelKind> kindsThatWait() {
        return ChannelKind.whoseSendWaits();
    }

    static List<ChannelKind> kindsThatBuffer() {
        return ChannelKind.thatBuffer();
    }

    static List<WaitStyle> styles() {
        return WaitStyle.available();
    }

    static Stream<Arguments> kindsAndStyles() {
        return withStyles(kinds());
    }

    static Stream<Arguments> kindsThatWaitAndStyles() {
        return withStyles(kindsThatWait());
    }

    static Stream<Arguments> kindsThatBufferAndStyles() {
        return withStyles(kindsThatBuffer());
    }

    private static Stream<Arguments> withStyles(List<ChannelKind> kinds) {
        return kinds.stream().flatMap(kind -> styles().stream().map(style -> Arguments.of(kind, style)));
    }
}
