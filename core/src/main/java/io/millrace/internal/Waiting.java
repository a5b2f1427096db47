package io.millrace.internal;

import org.jspecify.annotations.Nullable;

/**
 * How a thread waits for its waiter to be woken: it spins, yields, then parks. A virtual thread yields only a few times, as
 * that costs it about as much as to park; see docs/adr/0006 and 0009.
 *
 * <p>Before it joins the line of a channel with room for many messages, it lingers: it leaves the channel alone for about as long
 * as its peers take to fill or empty the buffer, so that they do so undisturbed, and then does the same itself. (The word
 * is Kafka's, whose producers linger for a batch.) Where the peers moved little meanwhile, the next chances to linger are
 * passed over: one, then three, up to 63; see docs/adr/0013.
 *
 * <p>The spin budget belongs to one channel and adapts: it grows while spinning meets wake-ups and halves when it does
 * not, down to nothing; a wake-up met while yielding gives it another chance.
 *
 * <p>Two threads that always meet by yielding share one CPU, and nothing moves either of them to another that is idle: a
 * scheduler looks for one when it wakes a thread, not when a thread yields. So once in a while such a thread parks.
 *
 * <p>The figures of spinning and yielding are read and written without a lock: a lost update costs a few spins. Those of lingering are
 * guarded by the lock.
 */
final class Waiting {
    /** Stands for a wait without an end. */
    static final long FOREVER = Long.MAX_VALUE;

    /** A pause of the CPU may last a good part of what a wake-up takes to come from another CPU; a look lasts nearly nothing. */
    private static final int LOOKS_BETWEEN_PAUSES = 4;

    private static final int VIRTUAL_YIELDS = 3;

    private static final int FEWEST_TO_LINGER_FOR = 16;
    private static final int MOST_TO_LINGER_FOR = 128;
    private static final int MOST_CHANCES_PASSED_OVER = 63;

    /** So many waits more end by yielding than by spinning, then one parks. */
    private static final int MOST_YIELDED = 64;

    private final Tuning tuning;
    private final @Nullable SpinLock lock;
    private int spins;
    private int yielded;

    /** Chances to linger to pass over, still and after the last one that was taken. */
    private byte passOver;

    private byte passedOver;

    /** @param lock of the channel, where the awaited peer may sleep; null if there is none */
    Waiting(Tuning tuning, @Nullable SpinLock lock) {
        this.tuning = tuning;
        this.lock = lock;
        this.spins = tuning.maxSpins();
    }

    /**
     * Waits until the waiter is woken. Interrupts end the wait but stay pending: whether they end the operation too is
     * decided by the claim.
     *
     * @return false if the time ran out or the thread was interrupted before
     */
    boolean await(Waiter<?> waiter, Object channel, long nanos) {
        long deadline = nanos == FOREVER ? 0 : System.nanoTime() + nanos;
        Resumption.beforeWaiting();
        if (spin(waiter) || giveWay(waiter) || !waiter.prepareToPark()) {
            return true;
        }
        while (!waiter.isWoken()) {
            if (Thread.currentThread().isInterrupted()) {
                return false;
            }
            if (nanos == FOREVER) {
                tuning.parker().park(channel);
            } else {
                long left = deadline - System.nanoTime();
                if (left <= 0) {
                    return false;
                }
                tuning.parker().parkNanos(channel, left);
            }
        }
        return true;
    }

    /** Whether peers can move enough messages meanwhile in a channel of this capacity. */
    static boolean mayLinger(int capacity) {
        return capacity >= FEWEST_TO_LINGER_FOR;
    }

    /** Whether to take this chance to linger. Only under the lock. */
    boolean isWorthLingering() {
        if (passOver > 0) {
            passOver--;
            return false;
        }
        return tuning.lingerNanos() > 0;
    }

    /** Spins for as long as peers take to move as many messages as a channel of this capacity holds. Without the lock. */
    void linger(int capacity) {
        long nanos = (long) Math.min(capacity, MOST_TO_LINGER_FOR) * tuning.lingerNanos();
        long began = System.nanoTime();
        do {
            Thread.onSpinWait();
        } while (System.nanoTime() - began < nanos);
    }

    /** Learns from the messages that peers have moved while a thread lingered. Only under the lock. */
    void judgeLinger(int capacity, int moved) {
        boolean worthIt = moved >= Math.min(capacity, MOST_TO_LINGER_FOR) / 4;
        passedOver = (byte) (worthIt ? 0 : Math.min(2 * passedOver + 1, MOST_CHANCES_PASSED_OVER));
        passOver = passedOver;
    }

    private boolean spin(Waiter<?> waiter) {
        int budget = spins;
        for (int i = 0; i < budget; i++) {
            if (isWokenWithin(LOOKS_BETWEEN_PAUSES, waiter)) {
                if (budget < tuning.maxSpins()) {
                    spins = Math.min(tuning.maxSpins(), budget + budget / 8 + 1);
                }
                if (yielded > 0) {
                    yielded--;
                }
                return true;
            }
            Thread.onSpinWait();
        }
        spins = budget / 2;
        return false;
    }

    private static boolean isWokenWithin(int looks, Waiter<?> waiter) {
        for (int look = 0; look < looks; look++) {
            if (waiter.isWoken()) {
                return true;
            }
        }
        return false;
    }

    private boolean giveWay(Waiter<?> waiter) {
        if (lock != null) {
            lock.wakeSleeper();
        }
        boolean virtual = VirtualThreads.isCurrentVirtual();
        if (!virtual && tuning.maxSpins() > 0 && yielded >= MOST_YIELDED) {
            yielded = 0;
            return false;
        }
        int times = virtual ? Math.min(VIRTUAL_YIELDS, tuning.yields()) : tuning.yields();
        for (int i = 0; i < times; i++) {
            Thread.yield();
            if (waiter.isWoken()) {
                spins = Math.max(spins, tuning.maxSpins() / 8);
                yielded++;
                return true;
            }
        }
        return false;
    }
}
