package io.millrace;

import static io.millrace.ForkedJvm.check;
import static io.millrace.ForkedJvm.checkEqual;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A buffer that fills more than half of the heap: there is no memory for a second one of its size. Each scenario runs in a
 * small JVM of its own.
 */
class OutOfMemoryTest {
    /** So many references take ten of the sixteen megabytes. */
    private static final int MESSAGES = 2_500_000;

    @TempDir
    Path directory;

    private ForkedJvm smallJvm() {
        return new ForkedJvm(directory).option("-Xmx16m").option("-XX:+UseCompressedOops");
    }

    @ParameterizedTest
    @EnumSource(Batch.class)
    void batch_thatOutgrowsTheMemory_losesNothing(Batch batch) throws Exception {
        smallJvm().play(batch);
    }

    @ParameterizedTest
    @EnumSource(End.class)
    void endOfTheReceivers_whenMemoryIsShort_reportsEachMessage(End end) throws Exception {
        smallJvm().play(end);
    }

    private static Channel<String> filled(Channel.Builder<String> builder) {
        Channel<String> channel = builder.unbounded().build();
        for (int i = 0; i < MESSAGES; i++) {
            channel.sender().trySend("m");
        }
        checkEqual(channel.receiver().size(), MESSAGES, "buffered");
        return channel;
    }

    /** Scenarios that take all that is there at once. */
    enum Batch implements ForkedJvm.Scenario {
        DRAIN {
            @Override
            List<String> take(Receiver<String> receiver) {
                return receiver.drain();
            }
        },
        DRAIN_TO {
            @Override
            List<String> take(Receiver<String> receiver) {
                List<String> target = new ArrayList<>(List.of("own"));
                int taken = receiver.drainTo(target, Integer.MAX_VALUE);
                checkEqual(target.size(), 1 + taken, "in the target");
                return target.subList(1, target.size());
            }
        },
        RECEIVE_MANY {
            @Override
            List<String> take(Receiver<String> receiver) throws InterruptedException {
                return receiver.receiveMany(Integer.MAX_VALUE);
            }
        },
        RECEIVE_MANY_ASYNC {
            @Override
            List<String> take(Receiver<String> receiver) {
                return receiver.receiveManyAsync(Integer.MAX_VALUE).join();
            }
        };

        abstract List<String> take(Receiver<String> receiver) throws InterruptedException;

        @Override
        public void play() throws Exception {
            Channel<String> channel = filled(Channel.builder());

            int taken = takeSome(channel);

            check(taken < MESSAGES, "there was memory for all: " + taken);
            int rest = channel.receiver().size();
            checkEqual(taken + rest, MESSAGES, "taken and left");
            while (channel.receiver().tryReceive().isReceived()) {
                taken++;
            }
            checkEqual(taken, MESSAGES, "taken in the end");
            checkEqual(channel.stats().received(), (long) MESSAGES, "received");
        }

        private int takeSome(Channel<String> channel) throws InterruptedException {
            try {
                return take(channel.receiver()).size();
            } catch (OutOfMemoryError nothingTaken) {
                return 0;
            }
        }
    }

    /** Scenarios that leave all that is buffered behind. */
    enum End implements ForkedJvm.Scenario {
        CLOSE_OF_THE_LAST_RECEIVER {
            @Override
            void end(Channel<String> channel) {
                channel.receiver().close();
            }
        },
        CANCEL {
            @Override
            void end(Channel<String> channel) {
                channel.cancel();
            }
        };

        abstract void end(Channel<String> channel);

        @Override
        public void play() {
            AtomicInteger undelivered = new AtomicInteger();
            Channel<String> channel =
                    filled(Channel.<String>builder().onUndelivered(message -> undelivered.incrementAndGet()));

            end(channel);

            checkEqual(undelivered.get(), MESSAGES, "reported");
            checkEqual(channel.stats().undelivered(), (long) MESSAGES, "undelivered");
            checkEqual(channel.sender().trySend("m"), SendResult.DISCONNECTED, "later send");
        }
    }
}
