package io.millrace.internal;

import io.millrace.spi.ForgottenHandle;
import io.millrace.spi.ForgottenHandleListener;
import java.lang.ref.ReferenceQueue;
import java.util.List;
import java.util.Locale;
import java.util.ServiceLoader;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * Finds handles that became unreachable without a close, counts them as closed, and reports them.
 *
 * <p>The states of a channel's open handles are phantom references that the channel itself holds. So they are found only as
 * long as somebody still holds the channel: one that nobody holds goes as a whole, silently.
 */
final class LeakDetection {
    private enum Level {
        OFF(0),
        SIMPLE(128),
        ADVANCED(8),
        PARANOID(1);

        /** One handle in so many remembers where it was opened. */
        final int interval;

        Level(int interval) {
            this.interval = interval;
        }

        static Level configured() {
            String property = "io.millrace.leakDetection";
            String value = System.getProperty(property, "simple");
            try {
                return valueOf(value.toUpperCase(Locale.ROOT));
            } catch (IllegalArgumentException unknown) {
                System.getLogger("io.millrace")
                        .log(
                                System.Logger.Level.WARNING,
                                property + " must be off, simple, advanced or paranoid: " + value);
                return SIMPLE;
            }
        }
    }

    private static final Level LEVEL = Level.configured();
    private static final List<ForgottenHandleListener> LISTENERS = findListeners();

    /** Where the states of unreachable handles turn up. */
    static final ReferenceQueue<Object> UNREACHABLE = new ReferenceQueue<>();

    static {
        boolean inheritThreadLocals = false;
        Thread thread = new Thread(
                null, LeakDetection::forgetUnreachable, "millrace-forgotten-handles", 0, inheritThreadLocals);
        thread.setDaemon(true);
        thread.setContextClassLoader(null);
        thread.start();
    }

    private LeakDetection() {}

    private static List<ForgottenHandleListener> findListeners() {
        List<ForgottenHandleListener> found =
                ServiceLoader.load(ForgottenHandleListener.class, LeakDetection.class.getClassLoader()).stream()
                        .map(ServiceLoader.Provider::get)
                        .toList();
        return found.isEmpty() ? List.of(LeakDetection::log) : found;
    }

    private static void forgetUnreachable() {
        while (true) {
            HandleState unreachable = nextUnreachable();
            if (unreachable != null) {
                Resumption.run(HandleState::forget, unreachable); // which outlives what it throws
            }
        }
    }

    private static @Nullable HandleState nextUnreachable() {
        try {
            return (HandleState) UNREACHABLE.remove();
        } catch (InterruptedException serveOn) {
            return null; // this thread serves all channels: whoever interrupts it ends nothing
        }
    }

    /** Where the handle that is being made is opened, if it is to be remembered. */
    static @Nullable Throwable sampleOpening() {
        int interval = LEVEL.interval;
        return interval > 0 && (interval == 1 || ThreadLocalRandom.current().nextInt(interval) == 0)
                ? new Throwable("the handle was opened here")
                : null;
    }

    static void report(ForgottenHandle handle) {
        if (LEVEL != Level.OFF) {
            for (ForgottenHandleListener listener : LISTENERS) {
                listener.forgotten(handle);
            }
        }
    }

    private static void log(ForgottenHandle handle) {
        String text = "a " + handle.side() + " of channel " + handle.channel()
                + " became unreachable without being closed; it counts as closed"
                + (handle.opened() == null ? " (-Dio.millrace.leakDetection=paranoid tells where it was opened)" : "");
        System.getLogger("io.millrace").log(System.Logger.Level.WARNING, text, handle.opened());
    }
}
