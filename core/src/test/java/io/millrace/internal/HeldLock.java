package io.millrace.internal;

/** The lock of a channel, held as by a thread that was preempted in the middle of its critical section. */
public final class HeldLock {
    private HeldLock() {}

    /** Runs something while the lock is held. */
    public static void during(ChannelCore<?> core, Runnable action) {
        core.lock();
        try {
            action.run();
        } finally {
            core.release();
        }
    }

    /** Whether a thread is on its way to take a lock. */
    public static boolean isAwaitedBy(Thread thread) {
        for (StackTraceElement frame : thread.getStackTrace()) {
            if (frame.getClassName().equals(SpinLock.class.getName())) {
                return true;
            }
        }
        return false;
    }
}
