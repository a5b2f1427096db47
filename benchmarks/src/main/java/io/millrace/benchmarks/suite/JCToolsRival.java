package io.millrace.benchmarks.suite;

import io.millrace.benchmarks.suite.Cell.Capacity;
import java.util.Queue;
import java.util.function.Predicate;
import org.jctools.queues.MpmcArrayQueue;
import org.jctools.queues.MpmcUnboundedXaddArrayQueue;

/**
 * The queues of JCTools, which never wait: who finds them full or empty yields and tries again. Not on virtual threads, where
 * those who yield may keep those for whom they yield from their carriers, for minutes in one cell.
 */
public abstract class JCToolsRival extends ThreadRival {
    private static final int CHUNK = 1024;

    JCToolsRival(String title, Predicate<Capacity> has) {
        super(title, has);
    }

    abstract Queue<Object> newQueue(Capacity capacity);

    @Override
    public final boolean supports(Cell cell) {
        return cell.threads() == ThreadKind.PLATFORM && super.supports(cell);
    }

    @Override
    public final Exchange open(Capacity capacity) {
        Queue<Object> queue = newQueue(capacity);
        return new Exchange() {
            @Override
            public void send(Object message) {
                while (!queue.offer(message)) {
                    Thread.yield();
                }
            }

            @Override
            public Object receive() {
                Object message;
                while ((message = queue.poll()) == null) {
                    Thread.yield();
                }
                return message;
            }
        };
    }

    /** {@link MpmcArrayQueue}, whose capacities are powers of two from 2. */
    public static final class Array extends JCToolsRival {
        /** Opens nothing yet. */
        public Array() {
            super("JCTools array", capacity -> capacity == Capacity.FEW || capacity == Capacity.ALL);
        }

        @Override
        Queue<Object> newQueue(Capacity capacity) {
            return new MpmcArrayQueue<>(capacity.bound());
        }
    }

    /** {@link MpmcUnboundedXaddArrayQueue}. */
    public static final class Xadd extends JCToolsRival {
        /** Opens nothing yet. */
        public Xadd() {
            super("JCTools xadd", capacity -> capacity == Capacity.UNBOUNDED);
        }

        @Override
        Queue<Object> newQueue(Capacity capacity) {
            return new MpmcUnboundedXaddArrayQueue<>(CHUNK);
        }
    }
}
