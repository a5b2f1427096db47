package io.millrace;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.SequentialChannel.Ticket;
import io.millrace.spi.Pending;
import io.millrace.spi.PendingReceive;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Long random sequences of operations on one thread, compared step by step with {@link SequentialChannel}. A failure
 * tells its seed, which {@code -Dmillrace.random.seed} repeats.
 */
class RandomSequenceTest {
    private static final int SEQUENCES = Integer.getInteger("millrace.random.sequences", 150);
    private static final int STEPS = 400;

    @ParameterizedTest
    @EnumSource
    void channel_doesWhatTheSpecificationSays(ChannelKind kind) {
        Long given = Long.getLong("millrace.random.seed");
        long first = given != null ? given : System.nanoTime();
        int sequences = given != null ? 1 : SEQUENCES;
        for (long seed = first; seed < first + sequences; seed++) {
            Sequence sequence = new Sequence(kind, seed);
            try {
                sequence.run();
            } catch (Throwable failure) {
                throw new AssertionError(
                        kind + ", -Dmillrace.random.seed=" + seed + ": " + sequence.history(), failure);
            }
        }
    }

    @Test
    void failure_tellsItsSeed() {
        Sequence sequence = new Sequence(ChannelKind.TWO, 42);
        sequence.run();
        String first = sequence.history();
        Sequence again = new Sequence(ChannelKind.TWO, 42);
        again.run();

        assertThat(again.history()).isEqualTo(first);
    }

    /** One operation of the channel and its counterpart. */
    private record Pair(Operation operation, Ticket ticket) {}

    private static final class Sequence {
        private final ChannelKind kind;
        private final SplittableRandom random;
        private final List<String> undelivered = new ArrayList<>();
        private final Channel<String> channel;
        private final SequentialChannel specification;
        private final List<Sender<String>> senders = new ArrayList<>();
        private final List<Receiver<String>> receivers = new ArrayList<>();
        private final List<Pair> pairs = new ArrayList<>();
        private final List<Pair> ended = new ArrayList<>();
        private final List<String> history = new ArrayList<>();
        private int sends;
        private double sendBias = 0.5;

        Sequence(ChannelKind kind, long seed) {
            this.kind = kind;
            random = new SplittableRandom(seed);
            channel = kind.<String>builder().onUndelivered(undelivered::add).build();
            specification = new SequentialChannel(kind.room, kind.overflow);
            senders.add(channel.sender());
            receivers.add(channel.receiver());
        }

        String history() {
            return String.join(" ", history.subList(Math.max(0, history.size() - 60), history.size()));
        }

        void run() {
            for (int step = 0; step < STEPS; step++) {
                if (step % 50 == 0) {
                    sendBias = random.nextDouble();
                }
                step();
                compare();
            }
            note("cancel");
            assertThat(channel.cancel()).isEqualTo(specification.cancel());
            compare();
            assertThat(pairs).isEmpty();
        }

        private void note(String what) {
            history.add(what);
        }

        private void step() {
            int dice = random.nextInt(1000);
            if (dice < 700) {
                if (random.nextDouble() < sendBias) {
                    send();
                } else {
                    receive();
                }
            } else if (dice < 860) {
                withdraw();
            } else if (dice < 920) {
                putBack();
            } else if (dice < 955) {
                duplicate();
            } else if (dice < 985) {
                closeHandle();
            } else if (dice < 990) {
                fillOrDrain();
            } else if (dice < 993) {
                note("close");
                assertThat(channel.close()).isEqualTo(specification.close());
            } else if (dice < 994) {
                note("cancel");
                assertThat(channel.cancel()).isEqualTo(specification.cancel());
            }
        }

        private WaitStyle style() {
            return random.nextBoolean() ? WaitStyle.FUTURE : WaitStyle.WAKER;
        }

        private void send() {
            if (senders.isEmpty()) {
                return;
            }
            Sender<String> sender = senders.get(random.nextInt(senders.size()));
            String message = "m" + sends++;
            if (random.nextBoolean()) {
                note("trySend(" + message + ")");
                Outcome.End expected = specification.attempt(specification.send(message)).end;
                assertThat(Outcome.of(sender.trySend(message)).end()).isEqualTo(expected);
            } else {
                note("send(" + message + ")");
                Ticket ticket = specification.send(message);
                pairs.add(new Pair(style().send(new Actors(), sender, message), ticket));
            }
        }

        private void receive() {
            if (receivers.isEmpty()) {
                return;
            }
            Receiver<String> receiver = receivers.get(random.nextInt(receivers.size()));
            if (random.nextBoolean()) {
                note("tryReceive");
                Ticket ticket = specification.attempt(specification.receive());
                assertThat(Outcome.of(receiver.tryReceive())).isEqualTo(outcome(ticket));
            } else {
                note("receive");
                Ticket ticket = specification.receive();
                pairs.add(new Pair(style().receive(new Actors(), receiver), ticket));
            }
        }

        private void withdraw() {
            List<Pair> some = random.nextInt(10) == 0 ? ended : pairs;
            if (some.isEmpty()) {
                return;
            }
            Pair pair = some.get(random.nextInt(some.size()));
            note("withdraw");
            assertThat(pair.operation().withdraw()).isEqualTo(specification.withdraw(pair.ticket()));
        }

        private void putBack() {
            if (ended.isEmpty()) {
                return;
            }
            Pair pair = ended.remove(random.nextInt(ended.size()));
            String message = pair.ticket().message;
            if (pair.operation() instanceof WakerOperation<? extends Pending> waker
                    && waker.pending() instanceof PendingReceive<?> receive
                    && message != null) {
                note("putBack(" + message + ")");
                specification.putBack(message);
                receive.putBack();
            }
        }

        private void duplicate() {
            if (random.nextBoolean() && !senders.isEmpty()) {
                note("+sender");
                senders.add(senders.get(random.nextInt(senders.size())).duplicate());
                specification.senders++;
            } else if (!receivers.isEmpty()) {
                note("+receiver");
                receivers.add(receivers.get(random.nextInt(receivers.size())).duplicate());
                specification.receivers++;
            }
        }

        private void closeHandle() {
            if (random.nextBoolean() && !senders.isEmpty()) {
                note("-sender");
                senders.remove(random.nextInt(senders.size())).close();
                specification.closeSender();
            } else if (!receivers.isEmpty()) {
                note("-receiver");
                receivers.remove(random.nextInt(receivers.size())).close();
                specification.closeReceiver();
            }
        }

        /** Takes big channels over their segments' ends and to their capacity. */
        private void fillOrDrain() {
            int count = Math.min(kind.room, 1_000);
            boolean fill = random.nextBoolean();
            note(fill ? "fill" : "drain");
            for (int i = 0; i < count; i++) {
                if (fill && !senders.isEmpty()) {
                    String message = "m" + sends++;
                    Outcome.End expected = specification.attempt(specification.send(message)).end;
                    assertThat(Outcome.of(senders.get(0).trySend(message)).end())
                            .isEqualTo(expected);
                } else if (!fill && !receivers.isEmpty()) {
                    Ticket ticket = specification.attempt(specification.receive());
                    assertThat(Outcome.of(receivers.get(0).tryReceive())).isEqualTo(outcome(ticket));
                }
            }
        }

        private static Outcome outcome(Ticket ticket) {
            return new Outcome(Objects.requireNonNull(ticket.end), ticket.message, null);
        }

        private void compare() {
            Channels.check(channel);
            ChannelStats stats = channel.stats();
            assertThat(stats.size()).isEqualTo(specification.size());
            assertThat(stats.senders()).isEqualTo(specification.senders);
            assertThat(stats.receivers()).isEqualTo(specification.receivers);
            assertThat(stats.waitingSenders()).isEqualTo(specification.sendLine.size());
            assertThat(stats.waitingReceivers()).isEqualTo(specification.receiveLine.size());
            assertThat(stats.sent()).isEqualTo(specification.sent);
            assertThat(stats.undelivered()).isEqualTo(specification.undelivered.size());
            assertThat(stats.disconnected()).isEqualTo(specification.isDisconnected());
            assertThat(channel.disconnected().isDone()).isEqualTo(specification.isDisconnected());
            assertThat(channel.receiver().isTerminated()).isEqualTo(specification.isTerminated());
            assertThat(undelivered).isEqualTo(specification.undelivered);
            pairs.removeIf(pair -> {
                boolean done = pair.operation().isDone();
                assertThat(done).as("done").isEqualTo(pair.ticket().end != null);
                if (done) {
                    assertThat(pair.operation().outcome()).isEqualTo(outcome(pair.ticket()));
                    ended.add(pair);
                }
                return done;
            });
        }
    }
}
