package io.millrace.verification.schedules.scenarios;

/** The channels that most scenarios are played on. */
enum Kind {
    RENDEZVOUS(0),
    ONE(1),
    TWO(2),
    UNBOUNDED(-1);

    /** As the ledger takes it. */
    final int capacity;

    Kind(int capacity) {
        this.capacity = capacity;
    }

    /** Those on which a send may wait. */
    static final Kind[] BOUNDED = {RENDEZVOUS, ONE, TWO};

    @Override
    public String toString() {
        return switch (this) {
            case RENDEZVOUS -> "rendezvous";
            case ONE -> "capacity 1";
            case TWO -> "capacity 2";
            case UNBOUNDED -> "unbounded";
        };
    }
}
