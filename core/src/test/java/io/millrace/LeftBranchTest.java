package io.millrace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.spi.PendingReceive;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Flow;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A select that has chosen one branch leaves the others in line until its party is woken. They are nobody; and whoever takes
 * one of them for nobody must not keep from others what follows from that. Nor must one who was told of an end find more.
 */
class LeftBranchTest extends ContractTest {
    /** What looks behind a left branch. */
    enum Query {
        IS_TERMINATED(channel -> assertThat(channel.receiver().isTerminated()).isTrue()),
        IS_DISCONNECTED(
                channel -> assertThat(channel.receiver().isDisconnected()).isTrue()),
        STATS(channel -> assertThat(channel.stats().disconnected()).isTrue()),
        TO_STRING(channel -> assertThat(channel.toString()).contains("terminated")),
        INVARIANTS(channel -> channel.core.checkInvariants()),
        CLOSE(channel -> assertThat(channel.close()).isFalse()),
        TRY_RECEIVE(channel ->
                assertThat(channel.receiver().tryReceive().isDisconnected()).isTrue()),
        OTHERWISE(channel -> assertThat(lookOnce(channel)).isEqualTo("terminated"));

        private final Consumer<Channel<String>> question;

        Query(Consumer<Channel<String>> question) {
            this.question = question;
        }

        void ask(Channel<String> channel) {
            question.accept(channel);
        }

        private static String lookOnce(Channel<String> channel) {
            return Select.<String>fair()
                    .disconnected(channel.receiver(), () -> "terminated")
                    .otherwise(() -> "nothing is ready")
                    .runAsync()
                    .join();
        }
    }

    static Stream<Arguments> queriesAndSelectStyles() {
        return Stream.of(Query.values()).flatMap(query -> selectStyles().map(style -> Arguments.of(query, style)));
    }

    static Stream<SelectStyle> selectStyles() {
        return SelectStyle.available().stream();
    }

    static Stream<Arguments> kindsAndSelectStyles() {
        return kinds().stream().flatMap(kind -> selectStyles().map(style -> Arguments.of(kind, style)));
    }

    /** A select that stands in a channel's line, and leaves it when something comes elsewhere. */
    private final class Leaving {
        private final Channel<String> elsewhere = channels.create(ChannelKind.UNBOUNDED);

        void send(Channel<String> channel) {
            Select.<String>fair()
                    .send(channel.sender(), "left", () -> "sent")
                    .receive(elsewhere.receiver(), message -> message)
                    .runAsync();
            assertThat(channel.stats().waitingSenders()).isEqualTo(1);
        }

        void receive(Channel<String> channel) {
            Select.<String>fair()
                    .receive(channel.receiver(), message -> "wrong " + message)
                    .receive(elsewhere.receiver(), message -> message)
                    .runAsync();
            assertThat(channel.stats().waitingReceivers()).isEqualTo(1);
        }

        /** It leaves; while wake-ups are put off, it stays in line. */
        void leave() {
            assertThat(elsewhere.sender().trySend("chosen")).isEqualTo(SendResult.SENT);
        }
    }

    // who waits for an end

    @ParameterizedTest
    @MethodSource("queriesAndSelectStyles")
    void disconnectedReceiver_whenAQueryFindsALeftSend_isTold(Query query, SelectStyle style) {
        Channel<String> channel = channels.create(ChannelKind.RENDEZVOUS);
        Selecting<String> watching =
                style.start(actors, style.<String>select().disconnected(channel.receiver(), () -> "terminated"));
        Leaving leaving = new Leaving();

        PutOff.run(() -> {
            leaving.send(channel);
            channel.close();
            leaving.leave();
            query.ask(channel);
        });

        assertThat(watching.result()).isEqualTo("terminated");
    }

    @ParameterizedTest
    @MethodSource("selectStyles")
    void disconnectedReceiver_besideAReceiveThatEndsTheSide_isChosen(SelectStyle style) {
        Channel<String> channel = channels.create(ChannelKind.RENDEZVOUS);
        Leaving leaving = new Leaving();

        Selecting<String> selecting = PutOff.call(() -> {
            leaving.send(channel);
            channel.sender().close();
            leaving.leave();
            assertThat(channel.stats().waitingSenders()).isEqualTo(1);
            return style.start(
                    actors,
                    Select.<String>biased()
                            .disconnected(channel.receiver(), () -> "terminated")
                            .receive(channel.receiver(), message -> "wrong " + message));
        });

        assertThat(selecting.result()).isEqualTo("terminated");
    }

    @ParameterizedTest
    @MethodSource("selectStyles")
    void disconnectedSender_besideASendThatEndsTheSide_isChosen(SelectStyle style) {
        Channel<String> channel = channels.create(ChannelKind.RENDEZVOUS);
        Leaving leaving = new Leaving();

        Selecting<String> selecting = PutOff.call(() -> {
            leaving.receive(channel);
            channel.receiver().close();
            leaving.leave();
            assertThat(channel.stats().waitingReceivers()).isEqualTo(1);
            return style.start(
                    actors,
                    Select.<String>biased()
                            .disconnected(channel.sender(), () -> "disconnected")
                            .send(channel.sender(), "m", () -> "sent"));
        });

        assertThat(selecting.result()).isEqualTo("disconnected");
    }

    // what is put back

    /** A collection that takes nothing. */
    private static final class Full extends AbstractList<String> {
        private final Runnable before;

        Full(Runnable before) {
            this.before = before;
        }

        @Override
        public boolean add(String message) {
            before.run();
            throw new IllegalStateException("full");
        }

        @Override
        public String get(int index) {
            throw new IndexOutOfBoundsException(index);
        }

        @Override
        public int size() {
            return 0;
        }
    }

    @Test
    void drainTo_aTargetThatThrowsBesideALeftReceive_putsBackInOrder() {
        Channel<String> channel = channels.create(ChannelKind.UNBOUNDED);
        List<String> messages = List.of("a", "b", "c");
        Leaving leaving = new Leaving();
        Full target = new Full(() -> {
            leaving.receive(channel);
            leaving.leave();
        });
        assertThat(channel.sender().trySendAll(messages)).isEqualTo(3);

        List<String> inOrder = PutOff.call(() -> {
            assertThatThrownBy(() -> channel.receiver().drainTo(target, 3)).hasMessage("full");
            return takeAll(channel.receiver());
        });

        assertThat(inOrder).isEqualTo(messages);
    }

    /** A receive that a peer has served. */
    private static PendingReceive<String> received(Channel<String> channel, String message) {
        PendingReceive<String> receive = channel.receiver().receive(() -> {});
        assertThat(channel.sender().trySend(message)).isEqualTo(SendResult.SENT);
        return receive;
    }

    @ParameterizedTest
    @MethodSource("kindsAndSelectStyles")
    void putBack_afterAWaitingSelectWasToldOfTheEnd_becomesUndelivered(ChannelKind kind, SelectStyle style) {
        Channel<String> channel = channels.create(kind);
        PendingReceive<String> receive = received(channel, "m");
        Selecting<String> watching =
                style.start(actors, style.<String>select().disconnected(channel.receiver(), () -> "terminated"));
        channel.close();
        assertThat(watching.result()).isEqualTo("terminated");

        receive.putBack();

        assertThat(channels.undelivered).containsExactly("m");
        assertThat(channel.receiver().isTerminated()).isTrue();
    }

    /** Whoever asked for nothing is owed the end all the same, and hears of it once. */
    @ParameterizedTest
    @MethodSource("kinds")
    void putBack_beforeASubscriberHearsOfTheEnd_doesNotWithholdIt(ChannelKind kind) {
        Channel<String> channel = channels.create(kind);
        PendingReceive<String> receive = received(channel, "m");
        Signals signals = new Signals();
        channel.receiver().publisher().subscribe(signals);

        PutOff.run(() -> {
            channel.close();
            receive.putBack();
        });

        assertThat(signals.all).containsExactly("complete");
        assertThat(channels.undelivered).containsExactly("m");
    }

    /** A subscriber that asks for nothing. */
    private static final class Signals implements Flow.Subscriber<String> {
        final List<String> all = new ArrayList<>();

        @Override
        public void onSubscribe(Flow.Subscription subscription) {}

        @Override
        public void onNext(String message) {
            all.add(message);
        }

        @Override
        public void onError(Throwable failure) {
            all.add(failure.toString());
        }

        @Override
        public void onComplete() {
            all.add("complete");
        }
    }
}
