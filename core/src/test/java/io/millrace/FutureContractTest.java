package io.millrace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Row "a future returned by an Async method", and what dependents may do. */
class FutureContractTest extends ContractTest {
    /** A way in which a caller ends a future. */
    enum Ending {
        CANCEL {
            @Override
            <V> void end(CompletableFuture<V> future, V value) {
                future.cancel(true);
            }
        },
        COMPLETE {
            @Override
            <V> void end(CompletableFuture<V> future, V value) {
                future.complete(value);
            }
        },
        COMPLETE_EXCEPTIONALLY {
            @Override
            <V> void end(CompletableFuture<V> future, V value) {
                future.completeExceptionally(new IllegalStateException("ended by the caller"));
            }
        },
        COMPLETE_ASYNC {
            @Override
            <V> void end(CompletableFuture<V> future, V value) {
                future.completeAsync(() -> value);
            }
        },
        COMPLETE_ASYNC_ON_EXECUTOR {
            @Override
            <V> void end(CompletableFuture<V> future, V value) {
                future.completeAsync(() -> value, Runnable::run);
            }
        },
        OR_TIMEOUT {
            @Override
            <V> void end(CompletableFuture<V> future, V value) {
                future.orTimeout(1, TimeUnit.MILLISECONDS);
            }
        },
        COMPLETE_ON_TIMEOUT {
            @Override
            <V> void end(CompletableFuture<V> future, V value) {
                future.completeOnTimeout(value, 1, TimeUnit.MILLISECONDS);
            }
        };

        abstract <V> void end(CompletableFuture<V> future, V value);
    }

    static Stream<Arguments> kindsAndEndings() {
        return kinds().stream().flatMap(kind -> Stream.of(Ending.values()).map(ending -> Arguments.of(kind, ending)));
    }

    static Stream<Arguments> kindsThatWaitAndEndings() {
        return kindsThatWait().stream()
                .flatMap(kind -> Stream.of(Ending.values()).map(ending -> Arguments.of(kind, ending)));
    }

    @ParameterizedTest
    @MethodSource("kindsAndEndings")
    void receiveAsync_endedByTheCaller_consumesNoMessage(ChannelKind kind, Ending ending) {
        Channel<String> channel = channels.create(kind);
        CompletableFuture<String> future = channel.receiver().receiveAsync();
        CompletableFuture<String> next = channel.receiver().receiveAsync();

        ending.end(future, "of the caller");

        Await.until("the future ended", future::isDone);
        assertThat(channel.stats().waitingReceivers()).isEqualTo(1);
        assertThat(channel.sender().trySend("m")).isEqualTo(SendResult.SENT);
        assertThat(next).isCompletedWithValue("m");
        assertThat(future.handle((message, failure) -> message).join()).isNotEqualTo("m");
    }

    @ParameterizedTest
    @MethodSource("kindsThatWaitAndEndings")
    void sendAsync_endedByTheCaller_sendsNothing(ChannelKind kind, Ending ending) {
        Channel<String> channel = channels.create(kind);
        List<String> messages = fill(kind, channel);
        CompletableFuture<Void> future = channel.sender().sendAsync("withdrawn");

        ending.end(future, null);

        Await.until("the future ended", future::isDone);
        assertThat(channel.stats().waitingSenders()).isZero();
        assertThat(takeAll(channel.receiver())).isEqualTo(messages);
    }

    @ParameterizedTest
    @MethodSource("kindsAndEndings")
    void receiveAsync_endedAfterItReceived_keepsItsMessage(ChannelKind kind, Ending ending) {
        Channel<String> channel = channels.create(kind);
        CompletableFuture<String> future = channel.receiver().receiveAsync();
        assertThat(channel.sender().trySend("m")).isEqualTo(SendResult.SENT);

        ending.end(future, "of the caller");

        assertThat(future).isCompletedWithValue("m");
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void receiveAsync_whatTheCallerEndedItWith_stands(ChannelKind kind) {
        Channel<String> channel = channels.create(kind);
        CompletableFuture<String> cancelled = channel.receiver().receiveAsync();
        CompletableFuture<String> completed = channel.receiver().receiveAsync();
        CompletableFuture<String> failed = channel.receiver().receiveAsync();
        CompletableFuture<String> late = channel.receiver().receiveAsync();

        assertThat(cancelled.cancel(false)).isTrue();
        assertThat(completed.complete("of the caller")).isTrue();
        assertThat(failed.completeExceptionally(new IllegalStateException("of the caller")))
                .isTrue();
        CompletableFuture<String> same = late.orTimeout(1, TimeUnit.MILLISECONDS);

        assertThat(same).isSameAs(late);
        assertThat(cancelled.isCancelled()).isTrue();
        assertThatThrownBy(cancelled::join).isInstanceOf(CancellationException.class);
        assertThat(completed).isCompletedWithValue("of the caller");
        assertThatThrownBy(failed::join).hasCauseInstanceOf(IllegalStateException.class);
        assertThatThrownBy(late::join).hasCauseInstanceOf(TimeoutException.class);
        assertThat(cancelled.complete("again")).isFalse();
        assertThat(completed.cancel(false)).isFalse();
        assertThat(channel.stats().waitingReceivers()).isZero();
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void receiveAsync_endedByTheCallerTooLate_saysSo(ChannelKind kind) {
        Channel<String> channel = channels.create(kind);
        CompletableFuture<String> future = channel.receiver().receiveAsync();
        assertThat(channel.sender().trySend("m")).isEqualTo(SendResult.SENT);

        assertThat(future.cancel(true)).isFalse();
        assertThat(future.complete("of the caller")).isFalse();
        assertThat(future.completeExceptionally(new IllegalStateException())).isFalse();
        assertThat(future).isCompletedWithValue("m");
    }

    /** Refused or honoured, but the message is not lost either way. */
    @ParameterizedTest
    @MethodSource("kinds")
    void receiveAsync_obtruded_losesNoMessage(ChannelKind kind) {
        Channel<String> channel = channels.create(kind);
        for (boolean withValue : new boolean[] {true, false}) {
            CompletableFuture<String> future = channel.receiver().receiveAsync();
            CompletableFuture<String> next = channel.receiver().receiveAsync();
            boolean refused = false;
            try {
                if (withValue) {
                    future.obtrudeValue("of the caller");
                } else {
                    future.obtrudeException(new IllegalStateException("of the caller"));
                }
            } catch (UnsupportedOperationException e) {
                refused = true;
            }

            assertThat(channel.sender().trySend("m")).isEqualTo(SendResult.SENT);

            assertThat(refused ? future : next).isCompletedWithValue("m");
            assertThat(next.cancel(false)).isEqualTo(refused);
        }
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void receiveAsync_derivedFutureCancelled_goesOn(ChannelKind kind) {
        Channel<String> channel = channels.create(kind);
        CompletableFuture<String> future = channel.receiver().receiveAsync();
        CompletableFuture<Integer> derived = future.thenApply(String::length);

        assertThat(derived.cancel(true)).isTrue();
        assertThat(derived.newIncompleteFuture()).isExactlyInstanceOf(CompletableFuture.class);
        assertThat(derived).isExactlyInstanceOf(CompletableFuture.class);

        assertThat(future).isNotDone();
        assertThat(channel.sender().trySend("m")).isEqualTo(SendResult.SENT);
        assertThat(future).isCompletedWithValue("m");
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void receiveAsync_disconnected_completesWithTheException(ChannelKind kind) {
        Channel<String> channel = channels.create(kind);
        CompletableFuture<String> waiting = channel.receiver().receiveAsync();

        channel.close();
        CompletableFuture<String> late = channel.receiver().receiveAsync();

        for (CompletableFuture<String> future : List.of(waiting, late)) {
            assertThatThrownBy(future::join)
                    .isInstanceOf(CompletionException.class)
                    .hasCauseExactlyInstanceOf(DisconnectedException.class);
        }
    }

    /** The message was taken when the future was made, whether or not anybody looks at it. */
    @ParameterizedTest
    @MethodSource("kindsThatBuffer")
    void sendAsync_isEager(ChannelKind kind) {
        Channel<String> channel = channels.create(kind);

        CompletableFuture<Void> sent = channel.sender().sendAsync("m");

        assertThat(sent).isCompletedWithValue(null);
        assertThat(channel.receiver().tryReceive().get()).isEqualTo("m");
    }

    // dependents

    @ParameterizedTest
    @MethodSource("kinds")
    void dependentOfReceive_runsOnTheSendersThreadWithoutALock(ChannelKind kind) {
        Channel<String> channel = channels.create(kind);
        AtomicReference<Thread> ranOn = new AtomicReference<>();
        CompletableFuture<Void> dependent = channel.receiver().receiveAsync().thenAccept(message -> {
            ranOn.set(Thread.currentThread());
            useFromAnotherThread(channel);
        });

        assertThat(channel.sender().trySend("m")).isEqualTo(SendResult.SENT);

        assertThat(dependent).isCompleted();
        assertThat(ranOn).hasValue(Thread.currentThread());
    }

    @ParameterizedTest
    @MethodSource("kindsThatWait")
    void dependentOfSend_runsOnTheReceiversThreadWithoutALock(ChannelKind kind) {
        Channel<String> channel = channels.create(kind);
        fill(kind, channel);
        AtomicReference<Thread> ranOn = new AtomicReference<>();
        CompletableFuture<Void> dependent = channel.sender().sendAsync("m").thenRun(() -> {
            ranOn.set(Thread.currentThread());
            useFromAnotherThread(channel);
        });

        assertThat(channel.receiver().tryReceive().isReceived()).isTrue();

        assertThat(dependent).isCompleted();
        assertThat(ranOn).hasValue(Thread.currentThread());
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void dependentOfDisconnect_runsWithoutALock(ChannelKind kind) {
        Channel<String> closed = channels.create(kind);
        Channel<String> cancelled = channels.create(kind);
        List<CompletableFuture<Void>> dependents = List.of(
                closed.receiver().receiveAsync().handle((message, failure) -> {
                    useFromAnotherThread(closed);
                    return null;
                }),
                closed.disconnected().thenRun(() -> useFromAnotherThread(closed)),
                cancelled.receiver().receiveAsync().handle((message, failure) -> {
                    useFromAnotherThread(cancelled);
                    return null;
                }),
                cancelled.disconnected().thenRun(() -> useFromAnotherThread(cancelled)));

        closed.close();
        cancelled.cancel();

        assertThat(dependents).allMatch(CompletableFuture::isDone);
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void dependentOfReceive_thatUsesTheChannelItself_isServed(ChannelKind kind) {
        Channel<String> channel = channels.create(kind);
        CompletableFuture<String> second = channel.receiver()
                .receiveAsync()
                .thenCompose(first -> channel.receiver().receiveAsync());

        assertThat(channel.sender().trySend("first")).isEqualTo(SendResult.SENT);
        assertThat(channel.sender().trySend("second")).isEqualTo(SendResult.SENT);

        assertThat(second).isCompletedWithValue("second");
    }

    /** Two parties that answer each other, all on the stack of the first call. */
    @ParameterizedTest
    @MethodSource("kinds")
    void futuresThatAnswerEachOther_doNotOverflowTheStack(ChannelKind kind) {
        int rounds = 100_000;
        Channel<String> there = channels.create(kind);
        Channel<String> back = channels.create(kind);
        AtomicInteger answered = new AtomicInteger();
        answer(there, back, answered, rounds);
        answer(back, there, answered, rounds);

        assertThat(there.sender().trySend("ball")).isEqualTo(SendResult.SENT);

        assertThat(answered).hasValue(rounds);
    }

    private void answer(Channel<String> in, Channel<String> out, AtomicInteger answered, int rounds) {
        in.receiver().receiveAsync().whenComplete((ball, failure) -> {
            if (failure != null) {
                if (!(failure instanceof DisconnectedException)) {
                    actors.report(failure);
                }
                return;
            }
            if (answered.incrementAndGet() < rounds) {
                answer(in, out, answered, rounds);
                if (out.sender().trySend(ball) != SendResult.SENT) {
                    actors.report(new AssertionError("nobody waits for the answer " + answered));
                }
            }
        });
    }

    /** Waiting sends answer each other: each place that comes free completes a send whose dependent takes again. */
    @ParameterizedTest
    @EnumSource(
            value = ChannelKind.class,
            names = {"RENDEZVOUS", "ONE"})
    void sendsThatCompleteEachOther_doNotOverflowTheStack(ChannelKind kind) {
        int rounds = 20_000;
        Channel<String> channel = channels.create(kind);
        fill(kind, channel);
        AtomicInteger taken = new AtomicInteger();
        for (int i = 0; i < rounds; i++) {
            channel.sender().sendAsync("m" + i).thenRun(() -> {
                if (channel.receiver().tryReceive().isReceived()) {
                    taken.incrementAndGet();
                }
            });
        }

        assertThat(channel.receiver().tryReceive().isReceived()).isTrue();

        assertThat(taken.get() + 1).isEqualTo(rounds + kind.room);
        assertThat(channel.stats().waitingSenders()).isZero();
    }

    /** What was put off to save the stack must not be what the waiting thread waits for. */
    @ParameterizedTest
    @MethodSource("kinds")
    void blockingCallDeepInDependents_firstRunsWhatWasPutOff(ChannelKind kind) {
        int depth = 100;
        Channel<String> answers = channels.create(kind);
        AtomicInteger received = new AtomicInteger();
        Channel<String> first = nest(depth, kind, answers, received);

        assertThat(first.sender().trySend("go")).isEqualTo(SendResult.SENT);

        assertThat(received).hasValue(depth);
    }

    /** A chain of channels; the dependent of each asks a question and waits for its answer, then goes one deeper. */
    private Channel<String> nest(int depth, ChannelKind kind, Channel<String> answers, AtomicInteger received) {
        Channel<String> outer = channels.create(kind);
        Channel<String> inner = depth == 1 ? outer : nest(depth - 1, kind, answers, received);
        outer.receiver().receiveAsync().thenAccept(go -> {
            Channel<String> questions = channels.create(kind);
            CompletableFuture<Void> answer = questions
                    .receiver()
                    .receiveAsync()
                    .thenCompose(question -> answers.sender().sendAsync("answer"));
            questions.sender().trySend("question");
            try {
                if (answers.receiver().tryReceive(Duration.ofSeconds(5)).isReceived()) {
                    received.incrementAndGet();
                }
                answer.join();
            } catch (Throwable failure) {
                actors.report(failure);
            }
            if (inner != outer) {
                inner.sender().trySend("go");
            }
        });
        return outer;
    }
}
