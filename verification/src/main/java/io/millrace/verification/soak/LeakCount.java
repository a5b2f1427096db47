package io.millrace.verification.soak;

import java.util.concurrent.atomic.LongAdder;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/**
 * Counts reports of forgotten handles, as the core logs them where nobody listens: everybody here closes theirs. A listener
 * would be a service of all of this module's tests, some of which load a core of their own.
 */
final class LeakCount extends Handler {
    /** Held, as the log manager does not. */
    private final Logger logger = Logger.getLogger("io.millrace");

    private final LongAdder reports = new LongAdder();

    void begin() {
        logger.addHandler(this);
    }

    void end() {
        logger.removeHandler(this);
    }

    long reports() {
        return reports.sum();
    }

    @Override
    public void publish(LogRecord report) {
        reports.increment();
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
}
