package io.millrace;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;

/**
 * Wake-ups that come late, at will. Beyond a depth a thread puts off the wakers and dependents that it should run until the
 * outermost call returns; so what is decided in here is decided, but nobody was told yet.
 */
final class PutOff {
    private PutOff() {}

    /** Runs code on this thread while its wake-ups are put off; they come before this returns. */
    static void run(Actors.Script code) {
        call(() -> {
            try {
                code.play();
            } catch (Exception | Error failure) {
                throw failure;
            } catch (Throwable failure) {
                throw new AssertionError(failure);
            }
            return "done";
        });
    }

    /** As {@link #run}, for code with a result. */
    static <R> R call(Callable<R> code) {
        List<R> result = new ArrayList<>();
        List<Throwable> failures = new ArrayList<>();
        goDeeper(() -> {
            try {
                result.add(code.call());
            } catch (Throwable failure) {
                failures.add(failure);
            }
        });
        if (!failures.isEmpty()) {
            throw new AssertionError("while wake-ups were put off: " + failures.get(0), failures.get(0));
        }
        return result.get(0);
    }

    private static void goDeeper(Runnable code) {
        Step step = new Step(code);
        Channel<String> channel = Channel.unbounded();
        channel.receiver().receive(step::wake);
        channel.sender().trySend("deeper");
        if (!step.woken) {
            step.late = true;
            code.run();
        }
    }

    /** A waker that goes on from where it is called, unless it is called late. */
    private static final class Step {
        private final Runnable code;
        boolean woken;
        boolean late;

        Step(Runnable code) {
            this.code = code;
        }

        void wake() {
            woken = true;
            if (!late) {
                goDeeper(code);
            }
        }
    }
}
