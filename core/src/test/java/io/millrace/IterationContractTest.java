package io.millrace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Spliterator;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Row "iterator and stream": the messages as a sequence that waits, or takes what is there. */
class IterationContractTest extends ContractTest {
    /** The sequences that wait for each message. */
    enum Sequence {
        ITERATOR {
            @Override
            void forEach(Receiver<String> receiver, Consumer<String> action) {
                Iterator<String> iterator = receiver.iterator();
                while (iterator.hasNext()) {
                    action.accept(iterator.next());
                }
            }
        },
        FOR_EACH {
            @Override
            void forEach(Receiver<String> receiver, Consumer<String> action) {
                for (String message : receiver) {
                    action.accept(message);
                }
            }
        },
        STREAM {
            @Override
            void forEach(Receiver<String> receiver, Consumer<String> action) {
                receiver.stream().forEach(action);
            }
        },
        PARALLEL_STREAM {
            @Override
            void forEach(Receiver<String> receiver, Consumer<String> action) {
                receiver.stream().parallel().forEachOrdered(action);
            }
        };

        abstract void forEach(Receiver<String> receiver, Consumer<String> action);
    }

    private static List<String> numbered(int from, int to) {
        return IntStream.range(from, to).mapToObj(i -> "m" + i).toList();
    }

    static Stream<Arguments> kindsAndSequences() {
        return kinds().stream()
                .flatMap(kind -> Stream.of(Sequence.values()).map(sequence -> Arguments.of(kind, sequence)));
    }

    @ParameterizedTest
    @MethodSource("kindsAndSequences")
    void sequence_waitsForEachMessageAndEndsAtTheClose(ChannelKind kind, Sequence sequence) {
        Channel<String> channel = channels.create(kind);
        List<String> received = new ArrayList<>();
        Thread thread = actors.start("iterating", () -> sequence.forEach(channel.receiver(), received::add));
        for (String message : numbered(0, 5)) {
            Await.until("it waits", () -> channel.stats().waitingReceivers() == 1);
            assertThat(channel.sender().trySend(message)).isEqualTo(SendResult.SENT);
        }

        channel.sender().close();
        actors.join();

        assertThat(thread.isAlive()).isFalse();
        assertThat(received).isEqualTo(numbered(0, 5));
    }

    @ParameterizedTest
    @EnumSource(Sequence.class)
    void sequence_afterTheEnd_drainsThenEnds(Sequence sequence) {
        Channel<String> channel = channels.create(ChannelKind.THOUSAND);
        channel.sender().trySendAll(numbered(0, 3));
        channel.close();
        List<String> received = new ArrayList<>();

        sequence.forEach(channel.receiver(), received::add);

        assertThat(received).isEqualTo(numbered(0, 3));
    }

    @ParameterizedTest
    @EnumSource(Sequence.class)
    void sequence_atACloseWithACause_throwsAfterTheLastMessage(Sequence sequence) {
        Channel<String> channel = channels.create(ChannelKind.THOUSAND);
        channel.sender().trySend("m0");
        Exception cause = new Exception("why");
        channel.close(cause);
        List<String> received = new ArrayList<>();

        assertThatThrownBy(() -> sequence.forEach(channel.receiver(), received::add))
                .isInstanceOf(DisconnectedException.class)
                .hasRootCause(cause);

        assertThat(received).containsExactly("m0");
    }

    @ParameterizedTest
    @EnumSource(
            value = Sequence.class,
            names = {"ITERATOR", "FOR_EACH", "STREAM"})
    void sequence_interrupted_keepsTheFlagAndThrows(Sequence sequence) {
        Channel<String> channel = channels.create(ChannelKind.ONE);
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        Thread thread = actors.start("iterating", () -> {
            try {
                sequence.forEach(channel.receiver(), message -> {});
            } catch (IllegalStateException e) {
                assertThat(Thread.currentThread().isInterrupted()).isTrue();
                thrown.set(e);
            }
        });
        Await.until("it waits", () -> channel.stats().waitingReceivers() == 1);

        thread.interrupt();
        actors.join();

        assertThat(thrown.get())
                .isInstanceOf(IllegalStateException.class)
                .hasCauseInstanceOf(InterruptedException.class);
        assertThat(channel.stats().waitingReceivers()).isZero();
    }

    @Test
    void hasNext_takesOneMessageAhead() {
        Channel<String> channel = channels.create(ChannelKind.THOUSAND);
        channel.sender().trySendAll(numbered(0, 2));
        Iterator<String> iterator = channel.receiver().iterator();

        assertThat(iterator.hasNext()).isTrue();
        assertThat(iterator.hasNext()).isTrue();
        assertThat(channel.receiver().size()).isEqualTo(1);

        assertThat(iterator.next()).isEqualTo("m0");
        assertThat(iterator.next()).as("without hasNext").isEqualTo("m1");
        assertThatThrownBy(iterator::remove).isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void next_atTheEnd_throws() {
        Channel<String> channel = channels.create(ChannelKind.ONE);
        channel.close();
        Iterator<String> iterator = channel.receiver().iterator();

        assertThat(iterator.hasNext()).isFalse();
        assertThatThrownBy(iterator::next).isInstanceOf(NoSuchElementException.class);
        assertThatThrownBy(() -> channel.receiver().available().iterator().next())
                .isInstanceOf(NoSuchElementException.class);
    }

    @Test
    void forEachAndStream_leftEarly_loseNothing() {
        Channel<String> channel = channels.create(ChannelKind.THOUSAND);
        channel.sender().trySendAll(numbered(0, 6));
        for (String message : channel.receiver()) {
            assertThat(message).isEqualTo("m0");
            break;
        }

        assertThat(channel.receiver().stream().limit(2)).containsExactly("m1", "m2");
        assertThat(channel.receiver().stream().findFirst()).contains("m3");
        assertThat(channel.receiver().stream().anyMatch(message -> message.equals("m4")))
                .isTrue();

        assertThat(channel.receiver().drain()).containsExactly("m5");
    }

    @Test
    void stream_isOrderedAndDoesNotSplit() {
        Channel<String> channel = channels.create(ChannelKind.ONE);
        Spliterator<String> spliterator = channel.receiver().stream().spliterator();

        assertThat(spliterator.hasCharacteristics(Spliterator.ORDERED)).isTrue();
        assertThat(spliterator.trySplit()).isNull();
    }

    /** Several that iterate share the messages. */
    @Test
    void iterators_onOneChannel_shareTheMessages() throws InterruptedException {
        Channel<String> channel = channels.create(ChannelKind.TWO);
        List<List<String>> received = List.of(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        for (List<String> each : received) {
            actors.start("iterating", () -> channel.receiver().forEach(each::add));
        }
        channel.sender().sendAll(numbered(0, 3_000));
        channel.close();
        actors.join();

        assertThat(received.stream().flatMap(List::stream)).containsExactlyInAnyOrderElementsOf(numbered(0, 3_000));
    }

    @Test
    void available_endsWhenNothingIsThere() {
        Channel<String> channel = channels.create(ChannelKind.TWO);
        channel.sender().trySendAll(numbered(0, 2));
        Operation waiting = send(WaitStyle.FUTURE, channel.sender(), "m2");
        Iterable<String> available = channel.receiver().available();

        assertThat(available).containsExactly("m0", "m1", "m2");
        assertSent(waiting);
        assertThat(available).as("again").isEmpty();
        channel.sender().trySend("m3");
        assertThat(available).containsExactly("m3");
        channel.close();
        assertThat(available).isEmpty();
    }

    @Test
    void available_seesWhatIsSentMeanwhile() {
        Channel<String> channel = channels.create(ChannelKind.TWO);
        channel.sender().trySend("m0");
        List<String> received = new ArrayList<>();
        for (String message : channel.receiver().available()) {
            received.add(message);
            if (received.size() < 4) {
                channel.sender().trySend("m" + received.size());
            }
        }

        assertThat(received).isEqualTo(numbered(0, 4));
    }

    @Test
    void available_ofAChannelThatEndedWithACause_ends() {
        Channel<String> channel = channels.create(ChannelKind.TWO);
        channel.close(new Exception("why"));

        assertThat(channel.receiver().available()).isEmpty();
    }
}
