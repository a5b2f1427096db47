package io.millrace;

import static io.millrace.ForkedJvm.check;

import io.millrace.internal.HeldLock;
import java.lang.ref.WeakReference;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A handle is in use as long as one of its operations runs, also when nobody else holds it any more: it must not be found
 * forgotten, and closed, in the middle. Compiled code holds nothing that it does not need; hence a JVM of its own, which
 * compiles at once what is called often.
 */
class HandleInUseTest {
    @TempDir
    Path directory;

    @ParameterizedTest
    @EnumSource(Use.class)
    void handle_heldByNobodyButItsOwnOperation_isNotForgotten(Use use) throws Exception {
        new ForkedJvm(directory).option("-Xbatch").play(use);
    }

    /** An operation that needs its handle no more once it wants the lock. */
    enum Use implements ForkedJvm.Scenario {
        TRY_SEND {
            @Override
            void use(Object handle) {
                sender(handle).trySend("m");
            }
        },
        TRY_SEND_ALL {
            @Override
            void use(Object handle) {
                sender(handle).trySendAll(MESSAGES);
            }
        },
        DUPLICATE_SENDER {
            @Override
            void use(Object handle) {
                sender(handle).duplicate().close();
            }
        },
        TRY_RECEIVE {
            @Override
            void use(Object handle) {
                receiver(handle).tryReceive();
            }
        },
        DRAIN {
            @Override
            void use(Object handle) {
                receiver(handle).drain();
            }
        },
        DUPLICATE_RECEIVER {
            @Override
            void use(Object handle) {
                receiver(handle).duplicate().close();
            }
        };

        private static final List<String> MESSAGES = List.of("m");
        private static final int UNTIL_COMPILED = 5_000;

        abstract void use(Object handle);

        @SuppressWarnings("unchecked")
        private static Sender<String> sender(Object handle) {
            return (Sender<String>) handle;
        }

        @SuppressWarnings("unchecked")
        private static Receiver<String> receiver(Object handle) {
            return (Receiver<String>) handle;
        }

        private Object open(Channel<String> channel) {
            boolean sends = this == TRY_SEND || this == TRY_SEND_ALL || this == DUPLICATE_SENDER;
            return sends ? channel.sender().duplicate() : channel.receiver().duplicate();
        }

        @Override
        public void play() throws Exception {
            Channel<String> channel = Channel.<String>builder()
                    .capacity(1)
                    .overflow(Overflow.DROP_OLDEST)
                    .build();
            Object kept = open(channel);
            for (int i = 0; i < UNTIL_COMPILED; i++) {
                use(kept);
            }
            AtomicReference<@Nullable Object> own = new AtomicReference<>(open(channel));
            WeakReference<Object> reference = new WeakReference<>(own.get());
            AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
            Thread thread = new Thread(() -> {
                try {
                    use(own.getAndSet(null));
                } catch (Throwable thrown) {
                    failure.set(thrown);
                }
            });
            HeldLock.during(channel.core, () -> {
                thread.start();
                Await.until("the operation wants the lock", () -> HeldLock.isAwaitedBy(thread));
                for (int i = 0; i < 3; i++) {
                    System.gc();
                }
                check(!reference.refersTo(null), "the handle is gone, and its operation runs");
            });
            thread.join();
            check(failure.get() == null, "the operation failed: " + failure.get());
        }
    }
}
