package io.millrace.verification.faults;

import java.util.concurrent.atomic.AtomicInteger;

/** One message, and what has become of it. */
final class Message {
    /** What can become of a message. */
    enum Fact {
        ACCEPTED,
        REFUSED,
        RECEIVED;

        private int bit() {
            return 1 << ordinal();
        }
    }

    private final AtomicInteger facts = new AtomicInteger();

    /** Notes what became of it; fails on what must not be: twice the same, or refused and anything else. */
    void note(Fact fact) {
        int before = facts.getAndUpdate(now -> now | fact.bit());
        boolean refused = fact == Fact.REFUSED || (before & Fact.REFUSED.bit()) != 0;
        if ((before & fact.bit()) != 0 || (refused && before != 0)) {
            throw new AssertionError("a message became " + fact + " that was " + before + " before (bits as in Fact)");
        }
    }
}
