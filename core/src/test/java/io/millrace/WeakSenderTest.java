package io.millrace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A weak sender counts for nothing, and never revives a channel whose senders are gone. */
class WeakSenderTest extends ContractTest {
    @ParameterizedTest
    @MethodSource("kinds")
    void upgrade_whileASenderIsOpen_makesOneThatCounts(ChannelKind kind) {
        Channel<String> channel = channels.create(kind);
        WeakSender<String> weak = channel.sender().downgrade();
        assertThat(channel.receiver().senderCount()).isEqualTo(1);

        Sender<String> sender = weak.upgrade().orElseThrow();

        assertThat(sender).isNotSameAs(channel.sender());
        assertThat(sender.sameChannel(channel.receiver())).isTrue();
        assertThat(sender.isClosed()).isFalse();
        assertThat(channel.receiver().senderCount()).isEqualTo(2);
        channel.sender().close();
        Operation receive = receive(WaitStyle.FUTURE, channel.receiver());
        assertThat(sender.trySend("m")).isEqualTo(SendResult.SENT);
        assertReceived(receive, "m");
        sender.close();
        assertThat(channel.receiver().isTerminated()).isTrue();
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void upgrade_afterTheLastSenderClosed_isEmpty(ChannelKind kind) {
        Channel<String> channel = channels.create(kind);
        WeakSender<String> weak = channel.sender().downgrade();

        channel.sender().close();

        assertThat(channel.receiver().isDisconnected())
                .as("it counts for nothing")
                .isTrue();
        assertThat(weak.upgrade()).isEmpty();
        assertThat(channel.receiver().senderCount()).isZero();
        assertThat(channel.receiver().tryReceive().isDisconnected()).isTrue();
    }

    /** A send in line keeps the side connected; but no handle is open, so there is none to be made. */
    @Test
    void upgrade_withOnlyASendInLine_isEmpty() {
        Channel<String> channel = channels.create(ChannelKind.RENDEZVOUS);
        WeakSender<String> weak = channel.sender().downgrade();
        Operation waiting = send(WaitStyle.FUTURE, channel.sender(), "m");
        channel.sender().close();
        assertThat(channel.receiver().isDisconnected()).isFalse();

        assertThat(weak.upgrade()).isEmpty();

        assertThat(takeAll(channel.receiver())).containsExactly("m");
        assertSent(waiting);
        assertThat(channel.receiver().isTerminated()).isTrue();
    }

    @Test
    void upgrade_ofAChannelThatWasClosed_sendsNothing() {
        Channel<String> channel = channels.create(ChannelKind.TWO);
        WeakSender<String> weak = channel.sender().downgrade();
        channel.close();

        Optional<Sender<String>> sender = weak.upgrade();

        sender.ifPresent(each -> assertThat(each.trySend("m")).isEqualTo(SendResult.DISCONNECTED));
        assertThat(channel.receiver().tryReceive().isDisconnected()).isTrue();
    }

    @Test
    void downgrade_ofAClosedHandle_isRefused() {
        Channel<String> channel = channels.create(ChannelKind.ONE);
        Sender<String> closed = channel.sender().duplicate();
        closed.close();

        assertThatThrownBy(closed::downgrade).isInstanceOf(IllegalStateException.class);
    }

    /** Either it comes before the close and holds the side, or after it and is empty. */
    @Test
    void upgrade_racesWithTheLastClose_neverRevives() throws Exception {
        Duel.repeat(actors, duel -> {
            Channel<String> channel = Channel.bounded(1);
            WeakSender<String> weak = channel.sender().downgrade();
            AtomicReference<Optional<Sender<String>>> upgraded = new AtomicReference<>();
            duel.meet(() -> channel.sender().close(), () -> upgraded.set(weak.upgrade()));
            Optional<Sender<String>> sender = upgraded.get();
            assertThat(channel.receiver().isDisconnected()).isEqualTo(sender.isEmpty());
            assertThat(channel.receiver().senderCount()).isEqualTo(sender.isPresent() ? 1 : 0);
            sender.ifPresent(Sender::close);
            assertThat(channel.receiver().isDisconnected()).isTrue();
            channel.core.checkInvariants();
        });
    }

    @Test
    void weakSender_doesNotKeepTheCountsUp() {
        Channel<String> channel = channels.create(ChannelKind.ONE);
        WeakSender<String> weak = channel.sender().downgrade();
        for (int i = 0; i < 1000; i++) {
            weak.upgrade().orElseThrow().close();
        }

        assertThat(channel.receiver().senderCount()).isEqualTo(1);
        assertThat(weak.toString()).contains(channel.stats().name());
    }
}
