package io.millrace.internal;

import jdk.jfr.FlightRecorder;

/** Whether anything may be recorded in this JVM. */
final class Recording {
    private Recording() {}

    /**
     * To be asked before an event class is touched: the first use of one registers it, which takes hundreds of milliseconds
     * where the flight recorder was never used, and events begin under the lock.
     */
    static boolean isPossible() {
        return FlightRecorder.isInitialized();
    }
}
