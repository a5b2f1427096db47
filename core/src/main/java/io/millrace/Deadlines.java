package io.millrace;

import java.time.Duration;
import java.time.Instant;

/** Turns the times of the API into nanoseconds to wait; what is too far away to count is for ever. */
final class Deadlines {
    private Deadlines() {}

    static long nanos(Duration timeout) {
        try {
            return timeout.toNanos();
        } catch (ArithmeticException tooLong) {
            return timeout.isNegative() ? 0 : Long.MAX_VALUE;
        }
    }

    static long nanosUntil(Instant deadline) {
        return nanos(Duration.between(Instant.now(), deadline));
    }
}
