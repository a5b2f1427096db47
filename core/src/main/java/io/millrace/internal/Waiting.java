package io.millrace.internal;

/**
 * How a thread waits for its waiter to be woken: a platform thread spins, yields, then parks; a virtual thread yields a few
 * times, then parks. Its yield costs about as much as its park; see docs/adr/0006.
 *
 * <p>The spin budget belongs to one channel and adapts: it grows while spinning meets wake-ups and halves when it does
 * not, down to nothing; a wake-up met while yielding gives it another chance. It is read and written without a lock: a
 * lost update costs a few spins.
 */
final class Waiting {
    /** Stands for a wait without an end. */
    static final long FOREVER = Long.MAX_VALUE;

    private static final int VIRTUAL_YIELDS = 3;

    private final Tuning tuning;
    private int spins;

    Waiting(Tuning tuning) {
        this.tuning = tuning;
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
        if (VirtualThreads.isCurrentVirtual()
                ? giveWay(waiter, Math.min(VIRTUAL_YIELDS, tuning.yields()))
                : spin(waiter) || giveWay(waiter, tuning.yields())) {
            return true;
        }
        if (!waiter.prepareToPark()) {
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

    private boolean spin(Waiter<?> waiter) {
        int budget = spins;
        for (int i = 0; i < budget; i++) {
            if (waiter.isWoken()) {
                spins = Math.min(tuning.maxSpins(), budget + budget / 8 + 1);
                return true;
            }
            Thread.onSpinWait();
        }
        spins = budget / 2;
        return false;
    }

    private boolean giveWay(Waiter<?> waiter, int times) {
        for (int i = 0; i < times; i++) {
            Thread.yield();
            if (waiter.isWoken()) {
                spins = Math.max(spins, tuning.maxSpins() / 8);
                return true;
            }
        }
        return waiter.isWoken();
    }
}
