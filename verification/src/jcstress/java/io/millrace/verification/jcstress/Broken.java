package io.millrace.verification.jcstress;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.jspecify.annotations.Nullable;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LL_Result;
import org.openjdk.jcstress.infra.results.L_Result;

/**
 * Stories of channels with a bug, each of which must be found, or the tool is blind. They yield where they are broken, so that
 * a busy machine finds them too.
 */
public final class Broken {
    private Broken() {}

    /** Two receive from a slot that has no lock. */
    @JCStressTest
    @Outcome(
            id = {"m, null", "null, m"},
            expect = ACCEPTABLE,
            desc = "one of them has it")
    @Outcome(expect = FORBIDDEN, desc = "both have it")
    @State
    public static class NoLock {
        private @Nullable String slot = "m";

        @Actor
        public void one(LL_Result result) {
            result.r1 = take();
        }

        @Actor
        public void other(LL_Result result) {
            result.r2 = take();
        }

        private @Nullable String take() {
            String message = slot;
            Thread.yield();
            slot = null;
            return message;
        }
    }

    /** A receiver looks, finds nothing and gets in line, without looking again; the sender leaves a message if nobody waits. */
    @JCStressTest
    @Outcome(id = "received", expect = ACCEPTABLE, desc = "the receiver found the message, or the sender found him")
    @Outcome(expect = FORBIDDEN, desc = "he waits beside a message")
    @State
    public static class LookThenJoin {
        private volatile boolean message;
        private volatile boolean waits;
        private volatile boolean told;

        @Actor
        public void receiver() {
            if (message) {
                told = true;
            } else {
                Thread.yield();
                waits = true;
            }
        }

        @Actor
        public void sender() {
            if (waits) {
                told = true;
            } else {
                message = true;
            }
        }

        @Arbiter
        public void after(L_Result result) {
            result.r1 = told ? "received" : "waits";
        }
    }
}
