package io.millrace;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Row "timeout, interrupt, cancel racing with a peer": one atomic claim decides, and both parties tell the same story. Each
 * race is repeated until its time is over ({@code -Dmillrace.race.millis}).
 */
class ClaimRaceTest extends ContractTest {
    private final AtomicReference<Object> theirs = new AtomicReference<>();

    @ParameterizedTest
    @MethodSource("kindsAndStyles")
    void receive_withdrawnWhileAPeerSends_eitherHasTheMessageOrDidNot(ChannelKind kind, WaitStyle style)
            throws Exception {
        Channel<String> channel = channels.create(kind);
        Duel.repeat(actors, duel -> {
            Operation receive = receive(style, channel.receiver());
            AtomicBoolean withdrawn = new AtomicBoolean();

            duel.meet(
                    () -> withdrawn.set(receive.withdraw()),
                    () -> theirs.set(channel.sender().trySend("m")));

            if (withdrawn.get()) {
                assertThat(receive.outcome()).isEqualTo(Outcome.WITHDRAWN);
                if (kind == ChannelKind.RENDEZVOUS) {
                    assertThat(theirs).hasValue(SendResult.FULL);
                } else {
                    assertThat(theirs).hasValue(SendResult.SENT);
                    assertThat(channel.receiver().tryReceive().get()).isEqualTo("m");
                }
            } else {
                assertReceived(receive, "m");
                assertThat(theirs).hasValue(SendResult.SENT);
            }
            assertEmpty(channel.receiver());
            Channels.check(channel);
        });
    }

    @ParameterizedTest
    @MethodSource("kindsThatWaitAndStyles")
    void send_withdrawnWhileAPeerReceives_eitherSentOrDidNot(ChannelKind kind, WaitStyle style) throws Exception {
        Channel<String> channel = channels.create(kind == ChannelKind.THOUSAND ? ChannelKind.TWO : kind);
        ChannelKind small = kind == ChannelKind.THOUSAND ? ChannelKind.TWO : kind;
        Duel.repeat(actors, duel -> {
            List<String> expected = fill(small, channel);
            Operation send = send(style, channel.sender(), "m");
            AtomicBoolean withdrawn = new AtomicBoolean();

            duel.meet(
                    () -> withdrawn.set(send.withdraw()),
                    () -> theirs.set(channel.receiver().tryReceive()));

            List<String> received = new ArrayList<>();
            if (theirs.get() instanceof ReceiveResult.Received<?> first) {
                received.add((String) first.message());
            }
            received.addAll(takeAll(channel.receiver()));
            if (withdrawn.get()) {
                assertThat(send.outcome()).isEqualTo(Outcome.WITHDRAWN);
            } else {
                assertSent(send);
                expected.add("m");
            }
            assertThat(received).isEqualTo(expected);
            Channels.check(channel);
        });
    }

    @ParameterizedTest
    @MethodSource("styles")
    void receive_withdrawnWhileTheChannelCloses_isOneOfBoth(WaitStyle style) throws Exception {
        Duel.repeat(actors, duel -> {
            Channel<String> channel = Channel.rendezvous();
            Operation receive = receive(style, channel.receiver());
            AtomicBoolean withdrawn = new AtomicBoolean();

            duel.meet(() -> withdrawn.set(receive.withdraw()), channel::close);

            assertEnd(receive).isEqualTo(withdrawn.get() ? Outcome.End.WITHDRAWN : Outcome.End.DISCONNECTED);
            assertThat(channel.receiver().isTerminated()).isTrue();
            Channels.check(channel);
        });
    }

    @ParameterizedTest
    @MethodSource("styles")
    void send_withdrawnWhileTheLastReceiverCloses_isOneOfBoth(WaitStyle style) throws Exception {
        Duel.repeat(actors, duel -> {
            Channel<String> channel = Channel.rendezvous();
            Operation send = send(style, channel.sender(), "m");
            AtomicBoolean withdrawn = new AtomicBoolean();

            duel.meet(
                    () -> withdrawn.set(send.withdraw()),
                    () -> channel.receiver().close());

            assertEnd(send).isEqualTo(withdrawn.get() ? Outcome.End.WITHDRAWN : Outcome.End.DISCONNECTED);
            Channels.check(channel);
        });
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void receive_timingOutWhileAPeerSends_eitherHasTheMessageOrDidNot(ChannelKind kind) throws Exception {
        Channel<String> channel = channels.create(kind);
        SplittableRandom random = new SplittableRandom();
        AtomicReference<ReceiveResult<String>> mine = new AtomicReference<>();
        Duel.repeat(actors, duel -> {
            Duration timeout = Duration.ofNanos(1 + random.nextInt(60_000));

            duel.meet(
                    () -> mine.set(channel.receiver().tryReceive(timeout)),
                    () -> theirs.set(channel.sender().trySend("m")));

            List<String> received = new ArrayList<>(takeAll(channel.receiver()));
            mine.get().toOptional().ifPresent(received::add);
            assertThat(received).hasSize(theirs.get() == SendResult.SENT ? 1 : 0);
            assertThat(channel.stats().waitingReceivers()).isZero();
        });
    }

    @ParameterizedTest
    @MethodSource("kindsThatWait")
    void send_timingOutWhileAPeerReceives_eitherSentOrDidNot(ChannelKind kind) throws Exception {
        ChannelKind small = kind == ChannelKind.THOUSAND ? ChannelKind.TWO : kind;
        Channel<String> channel = channels.create(small);
        SplittableRandom random = new SplittableRandom();
        AtomicReference<SendResult> mine = new AtomicReference<>();
        Duel.repeat(actors, duel -> {
            List<String> expected = fill(small, channel);
            Duration timeout = Duration.ofNanos(1 + random.nextInt(60_000));

            duel.meet(
                    () -> mine.set(channel.sender().trySend("m", timeout)),
                    () -> theirs.set(channel.receiver().tryReceive().orNull()));

            List<String> received = new ArrayList<>();
            if (theirs.get() != null) {
                received.add((String) theirs.get());
            }
            received.addAll(takeAll(channel.receiver()));
            if (mine.get() == SendResult.SENT) {
                expected.add("m");
            } else {
                assertThat(mine).hasValue(SendResult.TIMED_OUT);
            }
            assertThat(received).isEqualTo(expected);
            assertThat(channel.stats().waitingSenders()).isZero();
        });
    }

    /** Ways to end a future; each says whether it did. */
    enum FutureEnd {
        CANCEL(future -> future.cancel(true)),
        COMPLETE(future -> future.complete("of the caller")),
        COMPLETE_EXCEPTIONALLY(future -> future.completeExceptionally(new IllegalStateException()));

        private final Function<CompletableFuture<String>, Boolean> end;

        FutureEnd(Function<CompletableFuture<String>, Boolean> end) {
            this.end = end;
        }
    }

    @ParameterizedTest
    @EnumSource
    void receiveAsync_endedWhileAPeerSends_saysTheTruth(FutureEnd way) throws Exception {
        Channel<String> channel = channels.create(ChannelKind.RENDEZVOUS);
        Duel.repeat(actors, duel -> {
            CompletableFuture<String> future = channel.receiver().receiveAsync();
            AtomicBoolean won = new AtomicBoolean();

            duel.meet(
                    () -> {
                        won.set(way.end.apply(future));
                        assertThat(future).isDone();
                    },
                    () -> theirs.set(channel.sender().trySend("m")));

            assertThat(theirs).hasValue(won.get() ? SendResult.FULL : SendResult.SENT);
            if (!won.get()) {
                assertThat(future).isCompletedWithValue("m");
            }
        });
    }

    /** Two callers end one future: one of them did it. */
    @Test
    void receiveAsync_endedByTwoCallers_oneWins() throws Exception {
        Channel<String> channel = channels.create(ChannelKind.RENDEZVOUS);
        Duel.repeat(actors, duel -> {
            CompletableFuture<String> future = channel.receiver().receiveAsync();
            AtomicBoolean won = new AtomicBoolean();

            duel.meet(() -> won.set(future.complete("mine")), () -> theirs.set(future.complete("theirs")));

            assertThat(theirs.get()).isEqualTo(!won.get());
            assertThat(future).isCompletedWithValue(won.get() ? "mine" : "theirs");
            assertThat(channel.stats().waitingReceivers()).isZero();
        });
    }

    /** The flag is looked at once the interrupt was sent for sure. */
    @ParameterizedTest
    @EnumSource(
            value = WaitStyle.class,
            names = {"THREAD", "TIMED_THREAD"})
    void receive_interruptedWhileAPeerSends_keepsTheInterruptIfItReceived(WaitStyle style) throws Exception {
        Channel<String> channel = channels.create(ChannelKind.RENDEZVOUS);
        Duel.repeat(actors, duel -> {
            AtomicReference<Object> end = new AtomicReference<>();
            AtomicBoolean interrupted = new AtomicBoolean();
            Thread waiting = actors.start("waiting", () -> {
                try {
                    end.set(
                            style == WaitStyle.THREAD
                                    ? channel.receiver().receive()
                                    : channel.receiver()
                                            .tryReceive(WaitStyle.FOR_EVER)
                                            .get());
                } catch (InterruptedException e) {
                    end.set(e);
                }
                Await.until("the interrupt was sent", interrupted::get);
                assertThat(Thread.interrupted()).isEqualTo("m".equals(end.get()));
            });
            Await.until("a receiver waits", () -> channel.stats().waitingReceivers() == 1);

            duel.meet(
                    () -> {
                        waiting.interrupt();
                        interrupted.set(true);
                    },
                    () -> theirs.set(channel.sender().trySend("m")));

            waiting.join();
            assertThat(theirs).hasValue("m".equals(end.get()) ? SendResult.SENT : SendResult.FULL);
        });
    }

    @Test
    void send_whileTheLastReceiverCloses_isSentAndReportedOrNeither() throws Exception {
        Duel.repeat(actors, duel -> {
            List<String> reported = new ArrayList<>();
            Channel<String> channel = Channel.<String>builder()
                    .capacity(1)
                    .onUndelivered(message -> {
                        synchronized (reported) {
                            reported.add(message);
                        }
                    })
                    .build();
            AtomicReference<SendResult> mine = new AtomicReference<>();

            duel.meet(
                    () -> mine.set(channel.sender().trySend("m")),
                    () -> channel.receiver().close());

            synchronized (reported) {
                assertThat(reported).hasSize(mine.get() == SendResult.SENT ? 1 : 0);
            }
            assertThat(channel.stats().undelivered()).isEqualTo(reported.size());
            Channels.check(channel);
        });
    }

    @Test
    void close_byTwoCallers_oneDidIt() throws Exception {
        Duel.repeat(actors, duel -> {
            Channel<String> channel = Channel.bounded(1);
            AtomicBoolean mine = new AtomicBoolean();

            duel.meet(() -> mine.set(channel.close()), () -> theirs.set(channel.close()));

            assertThat(theirs.get()).isEqualTo(!mine.get());
        });
    }

    @Test
    void closeHandle_byTwoCallers_countsOnce() throws Exception {
        Channel<String> channel = channels.create(ChannelKind.ONE);
        Duel.repeat(actors, duel -> {
            Sender<String> sender = channel.sender().duplicate();
            Receiver<String> receiver = channel.receiver().duplicate();

            duel.meet(
                    () -> {
                        sender.close();
                        receiver.close();
                    },
                    () -> {
                        receiver.close();
                        sender.close();
                    });

            assertThat(channel.stats().senders()).isEqualTo(1);
            assertThat(channel.stats().receivers()).isEqualTo(1);
        });
    }

    /** Exact capacity: two senders, one place. */
    @Test
    void trySend_ofTwoSendersIntoOnePlace_oneIsFull() throws Exception {
        Channel<String> channel = channels.create(ChannelKind.ONE);
        Duel.repeat(actors, duel -> {
            AtomicReference<SendResult> mine = new AtomicReference<>();

            duel.meet(
                    () -> mine.set(channel.sender().trySend("mine")),
                    () -> theirs.set(channel.sender().trySend("theirs")));

            assertThat(List.of(mine.get(), theirs.get())).containsExactlyInAnyOrder(SendResult.SENT, SendResult.FULL);
            assertThat(takeAll(channel.receiver())).containsExactly(mine.get() == SendResult.SENT ? "mine" : "theirs");
        });
    }

    @Test
    void tryReceive_ofTwoReceiversFromOneMessage_oneIsEmpty() throws Exception {
        Channel<String> channel = channels.create(ChannelKind.ONE);
        Duel.repeat(actors, duel -> {
            assertThat(channel.sender().trySend("m")).isEqualTo(SendResult.SENT);
            AtomicReference<ReceiveResult<String>> mine = new AtomicReference<>();

            duel.meet(
                    () -> mine.set(channel.receiver().tryReceive()),
                    () -> theirs.set(channel.receiver().tryReceive()));

            assertThat(mine.get().isReceived()).isNotEqualTo(((ReceiveResult<?>) theirs.get()).isReceived());
        });
    }
}
