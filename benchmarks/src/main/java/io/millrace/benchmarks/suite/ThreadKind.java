package io.millrace.benchmarks.suite;

import java.lang.reflect.Method;
import java.util.Locale;
import java.util.concurrent.ThreadFactory;

/** What the parties of a cell run on. */
public enum ThreadKind {
    /** Threads of the operating system. */
    PLATFORM {
        @Override
        public ThreadFactory factory() {
            return Thread::new;
        }
    },
    /** Virtual threads of the JVM, and their peers: coroutines, goroutines. */
    VIRTUAL {
        @Override
        public ThreadFactory factory() {
            try { // by reflection: the API is newer than the Java that this is compiled for
                Object builder = Thread.class.getMethod("ofVirtual").invoke(null);
                Method factory = Class.forName("java.lang.Thread$Builder").getMethod("factory");
                return (ThreadFactory) factory.invoke(builder);
            } catch (ReflectiveOperationException before21) {
                throw new IllegalStateException("virtual threads need JDK 21 or newer", before21);
            }
        }
    };

    /** Makes such threads, which have not started. */
    public abstract ThreadFactory factory();

    String title() {
        return name().toLowerCase(Locale.ROOT);
    }
}
