package io.millrace.internal;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A lock of one bit for critical sections of a few nanoseconds, in which nobody waits and no foreign code runs.
 *
 * <p>Not fair and not reentrant. A thread that finds it taken backs off: where there is more than one CPU it spins, each
 * time twice as long before it looks again; then it sleeps for a moment, looks once, and sleeps again. Meanwhile the holder comes back for
 * many messages with the lock and the channel still in its cache, instead of losing both to a look after each; and where
 * threads outnumber CPUs, a holder that was preempted gets one to go on. The first spin is learnt: longer where the lock was still
 * taken after it, shorter where it had come free, and the shortest once somebody waits for a peer, who is not to be kept. See
 * docs/adr/0007 and 0009.
 *
 * <p>A thread that must not wait, an event loop, looks often. If that is in vain for some 20 us, the holder was most likely
 * preempted, perhaps by this very thread: then it asks for the lock, and sleeps, so that the holder can go on. Who releases a lock
 * that was asked for keeps it: until a thread that must not wait has taken it, others find it taken, but not for ever. (So does the
 * mutex of Go with one that has starved.) See docs/adr/0014.
 *
 * <p>It sleeps even with an interrupt pending, which it keeps for later: virtual threads that only yield can keep all carriers
 * to themselves, and the holder from every one of them.
 *
 * <p>Who holds one such lock and wants another uses {@link #tryLock}, and gives up the first if need be: a virtual thread
 * that waits is unmounted, and would take the lock that it holds with it into the queue for a carrier.
 *
 * <p>Ordering: what a thread did before {@link #unlock} happens-before what another does after its {@link #lock}.
 */
abstract class SpinLock {
    private static final byte FREE = 0;
    private static final byte TAKEN = 1;

    /** Free for a thread that must not wait, and has asked for the lock. */
    private static final byte KEPT = 2;

    private static final VarHandle STATE;
    private static final boolean MAY_SPIN = Runtime.getRuntime().availableProcessors() > 1;
    private static final int MOST_PATIENCE = MAY_SPIN ? 8 : -1;
    private static final int MOST_URGENT_LOOKS = MAY_SPIN ? 100 : 0;
    private static final int URGENT_SPIN = 8;
    private static final long NAP_NANOS = 50_000;

    /** As short as the system makes it: some 50 us as well, on Linux. */
    private static final long SHORT_NAP_NANOS = 1_000;

    /** After so many (one to two milliseconds on Linux) who asked for the lock is not taken to come. */
    private static final int MOST_NAPS_FOR_WHO_ASKS = 20;

    static {
        try {
            STATE = MethodHandles.lookup().findVarHandle(SpinLock.class, "state", byte.class);
        } catch (ReflectiveOperationException impossible) {
            throw new ExceptionInInitializerError(impossible);
        }
    }

    private volatile byte state;

    /** Whether a thread that must not wait wants the lock kept for it when it is released. */
    private volatile boolean asked;

    /** The thread that was the last to go to sleep off the lock, as long as it may sleep. */
    private volatile @Nullable Thread sleeper;

    /** The binary logarithm of the first spin; written by the lock's holders, read by who finds it taken. */
    private byte patience;

    /**
     * Takes the lock, with so much stack left that what follows under it does not overflow. For the frame of this method must
     * have room for 512 slots: the interpreter really takes it, before the lock is taken, and compiled code makes sure of it
     * with one more write to the stack, as it may have to go on in the interpreter.
     */
    @SuppressWarnings("UnusedVariable") // they are there for their size
    final void lock() {
        long a0, a1, a2, a3, a4, a5, a6, a7, a8, a9, aa, ab, ac, ad, ae, af;
        long b0, b1, b2, b3, b4, b5, b6, b7, b8, b9, ba, bb, bc, bd, be, bf;
        long c0, c1, c2, c3, c4, c5, c6, c7, c8, c9, ca, cb, cc, cd, ce, cf;
        long d0, d1, d2, d3, d4, d5, d6, d7, d8, d9, da, db, dc, dd, de, df;
        long e0, e1, e2, e3, e4, e5, e6, e7, e8, e9, ea, eb, ec, ed, ee, ef;
        long f0, f1, f2, f3, f4, f5, f6, f7, f8, f9, fa, fb, fc, fd, fe, ff;
        long g0, g1, g2, g3, g4, g5, g6, g7, g8, g9, ga, gb, gc, gd, ge, gf;
        long h0, h1, h2, h3, h4, h5, h6, h7, h8, h9, ha, hb, hc, hd, he, hf;
        long j0, j1, j2, j3, j4, j5, j6, j7, j8, j9, ja, jb, jc, jd, je, jf;
        long k0, k1, k2, k3, k4, k5, k6, k7, k8, k9, ka, kb, kc, kd, ke, kf;
        long l0, l1, l2, l3, l4, l5, l6, l7, l8, l9, la, lb, lc, ld, le, lf;
        long m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, ma, mb, mc, md, me, mf;
        long n0, n1, n2, n3, n4, n5, n6, n7, n8, n9, na, nb, nc, nd, ne, nf;
        long p0, p1, p2, p3, p4, p5, p6, p7, p8, p9, pa, pb, pc, pd, pe, pf;
        long q0, q1, q2, q3, q4, q5, q6, q7, q8, q9, qa, qb, qc, qd, qe, qf;
        long r0, r1, r2, r3, r4, r5, r6, r7, r8, r9, ra, rb, rc, rd, re, rf;
        if (!STATE.compareAndSet(this, FREE, TAKEN)) {
            lockContended();
        }
    }

    private void lockContended() {
        boolean interrupted = BlockingGuards.anyObjects() ? lockUrgently() : lockPatiently();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Takes the lock for a thread that must not wait; true if it was interrupted meanwhile. */
    final boolean lockUrgently() {
        boolean interrupted = false;
        for (boolean asks = false; !tryUrgently(asks); asks = true) {
            keepForWhoAsks();
            interrupted |= Thread.interrupted();
            nap(SHORT_NAP_NANOS);
        }
        return interrupted;
    }

    private boolean tryUrgently(boolean asks) {
        for (int look = 0; look <= MOST_URGENT_LOOKS; look++) {
            if (tryKept()) {
                return true;
            }
            if (STATE.compareAndSet(this, FREE, TAKEN)) {
                if (asks) {
                    asked = false;
                }
                return true;
            }
            for (int i = 0; i < URGENT_SPIN; i++) {
                Thread.onSpinWait();
            }
        }
        return false;
    }

    /** From now on who releases the lock keeps it, until a thread that must not wait has taken it, or does not come. */
    final void keepForWhoAsks() {
        asked = true;
    }

    final boolean isAskedFor() {
        return asked;
    }

    private boolean tryKept() {
        if (state != KEPT || !STATE.compareAndSet(this, KEPT, TAKEN)) {
            return false;
        }
        asked = false;
        return true;
    }

    /** Takes the lock for a thread that may wait; true if it was interrupted meanwhile. */
    private boolean lockPatiently() {
        boolean interrupted = false;
        int naps = 0;
        for (boolean locked = tryLock(); !locked; ) {
            interrupted |= Thread.interrupted();
            nap(NAP_NANOS);
            naps = state == KEPT ? naps + 1 : 0;
            locked = naps > MOST_NAPS_FOR_WHO_ASKS ? tryKept() : STATE.compareAndSet(this, FREE, TAKEN);
        }
        return interrupted;
    }

    private void nap(long nanos) {
        Thread thread = Thread.currentThread();
        sleeper = thread;
        LockSupport.parkNanos(this, nanos);
        if (sleeper == thread) {
            sleeper = null;
        }
    }

    /**
     * Wakes a thread that sleeps off the lock, if there is one: it sleeps for the sake of those who go on, and may be the peer that
     * the caller waits for. Without the lock.
     */
    final void wakeSleeper() {
        Thread thread = sleeper;
        if (thread != null) {
            sleeper = null;
            LockSupport.unpark(thread);
        }
    }

    /** Takes the lock if it is free or comes free while this thread spins; neither yields nor sleeps. */
    final boolean tryLock() {
        if (STATE.compareAndSet(this, FREE, TAKEN)) {
            return true;
        }
        int first = patience;
        for (int doublings = first; doublings <= MOST_PATIENCE; doublings++) {
            for (int i = 1 << doublings; i > 0; i--) {
                Thread.onSpinWait();
            }
            if (STATE.compareAndSet(this, FREE, TAKEN)) {
                patience = (byte) (doublings == first ? Math.max(first - 1, 0) : Math.min(first + 2, MOST_PATIENCE));
                return true;
            }
        }
        return false;
    }

    final void unlock() {
        STATE.setRelease(this, asked ? KEPT : FREE);
    }

    /** Those who use this lock wait for each other: one who finds it taken looks again soon. Only under the lock. */
    final void expectMeetings() {
        patience = 0;
    }

    final boolean isLocked() {
        return state == TAKEN;
    }
}
