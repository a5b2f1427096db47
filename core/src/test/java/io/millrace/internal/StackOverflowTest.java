package io.millrace.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.Overflow;
import io.millrace.ReceiveResult;
import io.millrace.SendResult;
import io.millrace.internal.HandleState.Side;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** A thread that stands in line and cannot park, because its stack or the memory is used up: its wait ends with that. */
class StackOverflowTest {
    /** Parks nobody: something happens first, then parking fails. */
    private static final class FailingParker extends Parker {
        private final Error failure;
        Runnable before = () -> {};

        FailingParker(Error failure) {
            this.failure = failure;
        }

        @Override
        void park(Object channel) {
            before.run();
            throw failure;
        }

        @Override
        void parkNanos(Object channel, long nanos) {
            park(channel);
        }
    }

    /** What parking fails with. */
    enum Failure {
        STACK {
            @Override
            Error error() {
                return new StackOverflowError();
            }
        },
        MEMORY {
            @Override
            Error error() {
                return new OutOfMemoryError();
            }
        };

        abstract Error error();
    }

    private static final class Pipe {
        final Error failure;
        final FailingParker parker;
        final ChannelCore<String> core;
        final HandleState sender;
        final HandleState receiver;

        Pipe(Failure kind) {
            failure = kind.error();
            parker = new FailingParker(failure);
            core = new ChannelCore<>(null, 0, Overflow.WAIT, null, new Tuning(0, 0, 0, 2, parker));
            sender = core.openFirst(Side.SENDER, this);
            receiver = core.openFirst(Side.RECEIVER, this);
        }
    }

    /** A receive that waits as a thread. */
    enum Receive {
        RECEIVE {
            @Override
            void receive(Pipe pipe) throws InterruptedException {
                pipe.core.receive(pipe.receiver, pipe);
            }
        },
        TIMED {
            @Override
            void receive(Pipe pipe) throws InterruptedException {
                pipe.core.tryReceive(pipe.receiver, pipe, TimeUnit.HOURS.toNanos(1));
            }
        },
        MANY {
            @Override
            void receive(Pipe pipe) throws InterruptedException {
                pipe.core.receiveMany(pipe.receiver, pipe, 3);
            }
        },
        SELECT {
            @Override
            void receive(Pipe pipe) throws InterruptedException {
                SelectCore<String> select = SelectCore.biased();
                select.add(SelectBranch.receive(pipe.core, pipe.receiver, pipe, message -> message));
                select.run();
            }
        };

        abstract void receive(Pipe pipe) throws InterruptedException;
    }

    /** A send of "m" that waits as a thread. */
    enum Send {
        SEND {
            @Override
            void send(Pipe pipe) throws InterruptedException {
                pipe.core.send(pipe.sender, pipe, "m", ChannelCore.FOREVER);
            }
        },
        TIMED {
            @Override
            void send(Pipe pipe) throws InterruptedException {
                pipe.core.send(pipe.sender, pipe, "m", TimeUnit.HOURS.toNanos(1));
            }
        },
        ALL {
            @Override
            void send(Pipe pipe) throws InterruptedException {
                pipe.core.sendAll(pipe.sender, pipe, new String[] {"m", "n"});
            }
        },
        SELECT {
            @Override
            void send(Pipe pipe) throws InterruptedException {
                SelectCore<String> select = SelectCore.biased();
                select.add(SelectBranch.send(pipe.core, pipe.sender, pipe, "m", () -> "sent"));
                select.run();
            }
        };

        abstract void send(Pipe pipe) throws InterruptedException;
    }

    static Stream<Arguments> receivesAndFailures() {
        return Stream.of(Receive.values())
                .flatMap(receive -> Stream.of(Failure.values()).map(failure -> Arguments.of(receive, failure)));
    }

    static Stream<Arguments> sendsAndFailures() {
        return Stream.of(Send.values())
                .flatMap(send -> Stream.of(Failure.values()).map(failure -> Arguments.of(send, failure)));
    }

    @ParameterizedTest
    @MethodSource("receivesAndFailures")
    void receive_thatCannotPark_swallowsNoLaterMessage(Receive receive, Failure kind) {
        Pipe pipe = new Pipe(kind);

        assertThatThrownBy(() -> receive.receive(pipe)).isSameAs(pipe.failure);

        assertThat(pipe.core.statsNow().waitingReceivers()).isZero();
        assertThat(pipe.core.trySend(pipe.sender, "for nobody")).isEqualTo(SendResult.FULL);
        pipe.core.checkInvariants();
    }

    @ParameterizedTest
    @MethodSource("receivesAndFailures")
    void receive_thatCannotParkAndGotAMessage_leavesItToTheNext(Receive receive, Failure kind) {
        Pipe pipe = new Pipe(kind);
        pipe.parker.before =
                () -> assertThat(pipe.core.trySend(pipe.sender, "m")).isEqualTo(SendResult.SENT);

        assertThatThrownBy(() -> receive.receive(pipe)).isSameAs(pipe.failure);

        assertThat(pipe.core.tryReceive(pipe.receiver)).isEqualTo(new ReceiveResult.Received<>("m"));
        pipe.core.checkInvariants();
    }

    @ParameterizedTest
    @MethodSource("sendsAndFailures")
    void send_thatCannotPark_leavesNoMessageInLine(Send send, Failure kind) {
        Pipe pipe = new Pipe(kind);

        assertThatThrownBy(() -> send.send(pipe)).isSameAs(pipe.failure);

        assertThat(pipe.core.statsNow().waitingSenders()).isZero();
        assertThat(pipe.core.tryReceive(pipe.receiver)).isEqualTo(new ReceiveResult.Empty<>());
        pipe.core.checkInvariants();
    }

    @ParameterizedTest
    @EnumSource(Failure.class)
    void lastReceive_thatCannotPark_endsItsSide(Failure kind) {
        Pipe pipe = new Pipe(kind);
        pipe.parker.before = () -> pipe.core.closeHandle(pipe.receiver);

        assertThatThrownBy(() -> Receive.RECEIVE.receive(pipe)).isSameAs(pipe.failure);

        assertThat(pipe.core.trySend(pipe.sender, "m")).isEqualTo(SendResult.DISCONNECTED);
        pipe.core.checkInvariants();
    }
}
