package io.millrace.verification.soak;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/**
 * What went into the channels and what came out of them, without keeping the messages: how many, and the sums of numbers
 * that stand for them. A message that is lost, comes twice or comes although it was refused makes the sums differ.
 */
final class Account {
    private static final class Total {
        final LongAdder count = new LongAdder();
        final LongAdder sum = new LongAdder();

        void add(Message message) {
            count.increment();
            sum.add(scattered(message.number));
        }

        /** As of SplittableRandom: so that no two mistakes are likely to make up for each other. */
        private static long scattered(long number) {
            long z = number * 0x9e3779b97f4a7c15L;
            z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
            z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
            return z ^ (z >>> 31);
        }
    }

    private final AtomicLong numbers = new AtomicLong();
    private final Total accepted = new Total();
    private final Total received = new Total();
    private final Total undelivered = new Total();
    private final Total displaced = new Total();
    private final Total buffered = new Total();

    Message newMessage() {
        return new Message(numbers.incrementAndGet());
    }

    /** Its sender was told that it was sent. */
    void accepted(Message message) {
        accepted.add(message);
    }

    /** A receiver has it. */
    void received(Message message) {
        received.add(message);
    }

    /** It was reported to onUndelivered. */
    void undelivered(Message message) {
        undelivered.add(message);
    }

    /** A forceSend returned it for another one. */
    void displaced(Message message) {
        displaced.add(message);
    }

    /** It was still there when all was over. */
    void buffered(Message message) {
        buffered.add(message);
    }

    long operations() {
        return accepted.count.sum() + received.count.sum();
    }

    /** Whether what was accepted is what came out. When all is over. */
    boolean isConserved() {
        return accepted.count.sum()
                        == received.count.sum() + undelivered.count.sum() + displaced.count.sum() + buffered.count.sum()
                && accepted.sum.sum()
                        == received.sum.sum() + undelivered.sum.sum() + displaced.sum.sum() + buffered.sum.sum();
    }

    @Override
    public String toString() {
        return "%d sent = %d received + %d undelivered + %d displaced + %d buffered"
                .formatted(
                        accepted.count.sum(),
                        received.count.sum(),
                        undelivered.count.sum(),
                        displaced.count.sum(),
                        buffered.count.sum());
    }
}
