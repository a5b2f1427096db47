package io.millrace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Rows "DROP_OLDEST, DROP_LATEST" and "DROP_LATEST": a full channel drops a message and says which. */
class OverflowContractTest extends ContractTest {
    static Stream<ChannelKind> kindsThatDrop() {
        return kinds().stream().filter(kind -> kind.overflow != Overflow.WAIT);
    }

    static Stream<Arguments> kindsThatDropAndStyles() {
        return kindsAndStyles().filter(arguments -> ((ChannelKind) arguments.get()[0]).overflow != Overflow.WAIT);
    }

    static Stream<Arguments> kindsThatDropAndReceiversEnds() {
        return kindsThatDrop()
                .flatMap(kind ->
                        Stream.of(DisconnectContractTest.ReceiversEnd.values()).map(end -> Arguments.of(kind, end)));
    }

    private static List<String> numbered(int from, int to) {
        return IntStream.range(from, to).mapToObj(i -> "m" + i).toList();
    }

    @ParameterizedTest
    @EnumSource(
            value = Overflow.class,
            names = {"DROP_OLDEST", "DROP_LATEST"})
    void build_ofARendezvousThatDrops_isRefused(Overflow overflow) {
        assertThatThrownBy(
                        () -> Channel.builder().overflow(overflow).capacity(0).build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(overflow + " needs a capacity >= 1: 0");
    }

    @ParameterizedTest
    @EnumSource(Overflow.class)
    void unbounded_withAnyOverflow_dropsNothing(Overflow overflow) {
        Channel<String> channel = channels.watch(Channel.<String>builder()
                .unbounded()
                .overflow(overflow)
                .onUndelivered(channels.undelivered::add)
                .build());
        for (String message : numbered(0, 1000)) {
            assertThat(channel.sender().trySend(message)).isEqualTo(SendResult.SENT);
        }

        assertThat(channels.undelivered).isEmpty();
        assertThat(channel.receiver().drain()).isEqualTo(numbered(0, 1000));
    }

    @ParameterizedTest
    @MethodSource("kindsThatDropAndStyles")
    void send_whenFull_isDoneAtOnceAndDropsTheRightOne(ChannelKind kind, WaitStyle style) {
        Channel<String> channel = channels.create(kind);
        fill(kind, channel);

        assertSent(send(style, channel.sender(), "m3"));

        boolean oldest = kind.overflow == Overflow.DROP_OLDEST;
        assertThat(channels.undelivered).containsExactly(oldest ? "m0" : "m3");
        assertThat(channel.stats().waitingSenders()).isZero();
        assertThat(channel.receiver().drain()).isEqualTo(oldest ? numbered(1, 4) : numbered(0, 3));
        assertThat(channel.stats().sent()).isEqualTo(4);
        assertThat(channel.stats().received()).isEqualTo(3);
        assertThat(channel.stats().undelivered()).isEqualTo(1);
    }

    @ParameterizedTest
    @MethodSource("kindsThatDropAndStyles")
    void send_toAWaitingReceiver_dropsNothing(ChannelKind kind, WaitStyle style) {
        Channel<String> channel = channels.create(kind);
        Operation receive = receive(style, channel.receiver());

        assertSent(send(style, channel.sender(), "m"));

        assertReceived(receive, "m");
        assertThat(channels.undelivered).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("kindsThatDrop")
    void sendAll_longerThanTheRoom_sendsAllAndDropsTheRest(ChannelKind kind) throws InterruptedException {
        Channel<String> channel = channels.create(kind);

        assertThat(channel.sender().sendAll(numbered(0, 10))).isEqualTo(10);

        boolean oldest = kind.overflow == Overflow.DROP_OLDEST;
        assertThat(channels.undelivered).isEqualTo(oldest ? numbered(0, 7) : numbered(3, 10));
        assertThat(channel.receiver().drain()).isEqualTo(oldest ? numbered(7, 10) : numbered(0, 3));
    }

    @ParameterizedTest
    @MethodSource("kindsThatDrop")
    void trySendAll_longerThanTheRoom_acceptsAll(ChannelKind kind) {
        Channel<String> channel = channels.create(kind);

        assertThat(channel.sender().trySendAll(numbered(0, 10))).isEqualTo(10);

        assertThat(channels.undelivered).hasSize(7);
    }

    /** The last message of a full channel that drops the oldest is the newest one, whatever is put back in front. */
    @ParameterizedTest
    @MethodSource("kindsThatDrop")
    void send_afterAPutBackAboveTheCapacity_keepsTheAccount(ChannelKind kind) {
        Channel<String> channel = channels.create(kind);
        var pending = channel.receiver().receive(() -> {});
        assertThat(channel.sender().trySend("back")).isEqualTo(SendResult.SENT);
        fill(kind, channel);
        pending.putBack();
        Channels.check(channel);
        assertThat(channel.receiver().size()).isEqualTo(kind.room);

        assertThat(channel.sender().trySend("new")).isEqualTo(SendResult.SENT);

        Channels.check(channel);
        assertThat(channels.undelivered).containsExactly(kind.overflow == Overflow.DROP_OLDEST ? "back" : "new");
    }

    /** Dropped on overflow, or left behind: each is reported once, and none of both. */
    @ParameterizedTest
    @MethodSource("kindsThatDropAndReceiversEnds")
    void end_afterDrops_reportsTheRestOnce(ChannelKind kind, DisconnectContractTest.ReceiversEnd end) {
        Channel<String> channel = channels.create(kind);
        for (String message : numbered(0, 6)) {
            assertThat(channel.sender().trySend(message)).isEqualTo(SendResult.SENT);
        }

        end.apply.accept(channel);
        channel.cancel();

        assertThat(channels.undelivered).containsExactlyInAnyOrderElementsOf(List.<Object>copyOf(numbered(0, 6)));
        assertThat(channel.sender().trySend("late")).isEqualTo(SendResult.DISCONNECTED);
        assertThat(channels.undelivered).hasSize(6);
        assertThat(channel.stats().undelivered()).isEqualTo(6);
    }

    /** Many senders drop while one receiver takes: each message is received or reported, never both, never twice. */
    @ParameterizedTest
    @MethodSource("kindsThatDrop")
    void manySenders_andAReceiver_accountForEachMessage(ChannelKind kind) {
        int count = 20_000;
        int parties = 3;
        Channel<String> channel = channels.create(kind);
        List<String> received = Collections.synchronizedList(new ArrayList<>());
        for (int party = 0; party < parties; party++) {
            String name = "s" + party + "-";
            Sender<String> sender = channel.sender().duplicate();
            actors.start("sender " + party, () -> {
                for (int i = 0; i < count; i++) {
                    assertThat(sender.trySend(name + i)).isEqualTo(SendResult.SENT);
                }
                sender.close();
            });
        }
        channel.sender().close();
        actors.start("receiver", () -> channel.receiver().forEach(received::add));

        actors.join();

        List<Object> all = new ArrayList<>(received);
        all.addAll(channels.undelivered);
        assertThat(all).hasSize(parties * count).doesNotHaveDuplicates();
        assertThat(channel.stats().sent()).isEqualTo(parties * count);
        assertThat(channel.stats().received()).isEqualTo(received.size());
        assertThat(channel.stats().undelivered()).isEqualTo(channels.undelivered.size());
    }

    @Test
    void dropOldest_thatReportsToTheSameChannel_keepsTheAccount() {
        List<Channel<String>> made = new ArrayList<>();
        List<String> reported = new ArrayList<>();
        Channel<String> channel = channels.watch(Channel.<String>builder()
                .capacity(1)
                .overflow(Overflow.DROP_OLDEST)
                .onUndelivered(message -> {
                    reported.add(message);
                    if (reported.size() < 1000) {
                        assertThat(made.get(0).sender().trySend("again" + reported.size()))
                                .isEqualTo(SendResult.SENT);
                    }
                })
                .build());
        made.add(channel);
        channel.sender().trySend("first");

        channel.sender().trySend("second");

        assertThat(reported).hasSize(1000).startsWith("first", "second", "again1");
        assertThat(channel.stats().undelivered()).isEqualTo(1000);
    }
}
