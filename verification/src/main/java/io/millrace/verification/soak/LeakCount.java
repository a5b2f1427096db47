package io.millrace.verification.soak;

import io.millrace.spi.ForgottenHandle;
import io.millrace.spi.ForgottenHandleListener;
import java.util.concurrent.atomic.LongAdder;

/** Counts reports of forgotten handles: everybody here closes theirs. */
public final class LeakCount implements ForgottenHandleListener {
    private static final LongAdder REPORTS = new LongAdder();

    /** Made by the service loader. */
    public LeakCount() {}

    static long reports() {
        return REPORTS.sum();
    }

    @Override
    public void forgotten(ForgottenHandle handle) {
        REPORTS.increment();
    }
}
