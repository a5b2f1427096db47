package io.millrace;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Row "onUndelivered": each lost message is reported once, without a lock, whatever the handler does. */
class UndeliveredContractTest extends ContractTest {
    static Stream<Arguments> kindsThatBufferAndEnds() {
        return kindsThatBuffer().stream()
                .flatMap(kind ->
                        Stream.of(DisconnectContractTest.ReceiversEnd.values()).map(end -> Arguments.of(kind, end)));
    }

    private Channel<String> create(ChannelKind kind, Consumer<String> onUndelivered) {
        return channels.watch(
                kind.<String>builder().onUndelivered(onUndelivered).build());
    }

    @ParameterizedTest
    @MethodSource("kindsThatBufferAndEnds")
    void onUndelivered_thatThrows_stillGetsEveryMessage(ChannelKind kind, DisconnectContractTest.ReceiversEnd end) {
        List<String> reported = new ArrayList<>();
        List<String> uncaught = new ArrayList<>();
        Channel<String> channel = create(kind, message -> {
            reported.add(message);
            throw new IllegalStateException(message);
        });
        int count = Math.min(kind.room, 3);
        for (int i = 0; i < count; i++) {
            assertThat(channel.sender().trySend("m" + i)).isEqualTo(SendResult.SENT);
        }

        actors.start("ending", () -> {
            Thread.currentThread().setUncaughtExceptionHandler((thread, failure) -> uncaught.add(failure.getMessage()));
            end.apply.accept(channel);
        });
        actors.join();

        assertThat(reported).hasSize(count).startsWith("m0");
        assertThat(uncaught).isEqualTo(reported);
        assertThat(channel.disconnected()).isCompleted();
    }

    @ParameterizedTest
    @MethodSource("kindsThatBufferAndEnds")
    void onUndelivered_runsWithoutALock(ChannelKind kind, DisconnectContractTest.ReceiversEnd end) {
        List<Channel<String>> used = new ArrayList<>();
        List<String> reported = new ArrayList<>();
        Channel<String> channel = create(kind, message -> {
            reported.add(message);
            useFromAnotherThread(used.get(0));
        });
        used.add(channel);
        assertThat(channel.sender().trySend("m")).isEqualTo(SendResult.SENT);

        end.apply.accept(channel);

        assertThat(reported).containsExactly("m");
    }

    @ParameterizedTest
    @MethodSource("kindsThatBufferAndEnds")
    void withoutOnUndelivered_messagesAreCounted(ChannelKind kind, DisconnectContractTest.ReceiversEnd end) {
        Channel<String> channel = channels.watch(kind.<String>builder().build());
        assertThat(channel.sender().trySend("m")).isEqualTo(SendResult.SENT);

        end.apply.accept(channel);

        assertThat(channel.stats().undelivered()).isEqualTo(1);
        assertThat(channel.stats().received()).isZero();
    }

    @ParameterizedTest
    @MethodSource("kindsAndStyles")
    void received_isNeverReported(ChannelKind kind, WaitStyle style) {
        Channel<String> channel = channels.create(kind);
        Operation receive = receive(style, channel.receiver());
        assertThat(channel.sender().trySend("m")).isEqualTo(SendResult.SENT);
        assertReceived(receive, "m");

        channel.cancel();
        channel.receiver().close();

        assertThat(channels.undelivered).isEmpty();
    }

    @Test
    void dropOldest_whenFull_reportsTheOldest() {
        Channel<String> channel = channels.create(ChannelKind.DROP_OLDEST);
        for (int i = 0; i < 5; i++) {
            assertThat(channel.sender().trySend("m" + i)).isEqualTo(SendResult.SENT);
            Channels.check(channel);
        }

        assertThat(channels.undelivered).containsExactly("m0", "m1");
        assertThat(channel.sender().size()).isEqualTo(3);
        assertThat(takeAll(channel.receiver())).containsExactly("m2", "m3", "m4");
    }

    @Test
    void dropLatest_whenFull_reportsTheNewOne() {
        Channel<String> channel = channels.create(ChannelKind.DROP_LATEST);
        for (int i = 0; i < 5; i++) {
            assertThat(channel.sender().trySend("m" + i)).isEqualTo(SendResult.SENT);
            Channels.check(channel);
        }

        assertThat(channels.undelivered).containsExactly("m3", "m4");
        assertThat(takeAll(channel.receiver())).containsExactly("m0", "m1", "m2");
        assertThat(channel.stats().sent()).isEqualTo(5);
        assertThat(channel.stats().undelivered()).isEqualTo(2);
        assertThat(channel.stats().received()).isEqualTo(3);
    }

    static Stream<Arguments> dropKindsAndStyles() {
        return kindsAndStyles().filter(arguments -> ((ChannelKind) arguments.get()[0]).overflow != Overflow.WAIT);
    }

    @ParameterizedTest
    @MethodSource("dropKindsAndStyles")
    void dropKinds_whenFull_neverWait(ChannelKind kind, WaitStyle style) {
        Channel<String> channel = channels.create(kind);
        fill(kind, channel);

        assertSent(send(style, channel.sender(), "one more"));

        assertThat(channels.undelivered).hasSize(1);
    }

    @Test
    void dropOldest_reportsWithoutALock() {
        List<Channel<String>> used = new ArrayList<>();
        List<String> reported = new ArrayList<>();
        Channel<String> channel = create(ChannelKind.DROP_OLDEST, message -> {
            reported.add(message);
            useFromAnotherThread(used.get(0));
        });
        used.add(channel);
        fill(ChannelKind.DROP_OLDEST, channel);

        assertThat(channel.sender().trySend("one more")).isEqualTo(SendResult.SENT);

        assertThat(reported).containsExactly("m0");
    }
}
