package io.millrace.benchmarks.suite;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.lang.reflect.Method;

/** How much memory the threads of this JVM have allocated since it started, those that have ended included. */
final class AllocatedBytes {
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private AllocatedBytes() {}

    /** The sum, or -1 before JDK 21, which is the first to know it. */
    static long ofAllThreads() {
        try {
            Method total = com.sun.management.ThreadMXBean.class.getMethod("getTotalThreadAllocatedBytes");
            return (long) total.invoke(THREADS);
        } catch (NoSuchMethodException before21) {
            return -1;
        } catch (ReflectiveOperationException broken) {
            throw new IllegalStateException("getTotalThreadAllocatedBytes failed", broken);
        }
    }
}
