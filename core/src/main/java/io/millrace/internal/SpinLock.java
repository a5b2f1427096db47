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
 * taken after it, shorter where it had come free, and the shortest once somebody waits for a peer, who is not to be kept. A thread
 * that must not wait, an event loop, looks often, and yields before it sleeps. See docs/adr/0007 and 0009.
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
    private static final VarHandle HELD;
    private static final boolean MAY_SPIN = Runtime.getRuntime().availableProcessors() > 1;
    private static final int MOST_PATIENCE = MAY_SPIN ? 8 : -1;
    private static final int MOST_EAGER_LOOKS = MAY_SPIN ? 1_000 : 0;
    private static final int EAGER_SPIN = 8;
    private static final int YIELDS_OF_WHO_MUST_NOT_WAIT = 32;
    private static final long NAP_NANOS = 50_000;

    static {
        try {
            HELD = MethodHandles.lookup().findVarHandle(SpinLock.class, "held", boolean.class);
        } catch (ReflectiveOperationException impossible) {
            throw new ExceptionInInitializerError(impossible);
        }
    }

    private volatile boolean held;

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
        if (!HELD.compareAndSet(this, false, true)) {
            lockContended();
        }
    }

    private void lockContended() {
        boolean interrupted = false;
        boolean mustNotWait = BlockingGuards.anyObjects();
        boolean locked = tryLock() || (mustNotWait && tryEagerly());
        for (int round = 0; !locked; round++) {
            if (mustNotWait && round < YIELDS_OF_WHO_MUST_NOT_WAIT) {
                Thread.yield();
            } else {
                interrupted |= Thread.interrupted();
                nap();
            }
            locked = mustNotWait ? tryLock() || tryEagerly() : HELD.compareAndSet(this, false, true);
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void nap() {
        Thread thread = Thread.currentThread();
        sleeper = thread;
        LockSupport.parkNanos(this, NAP_NANOS);
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

    /** As {@link #tryLock}, looking often: for who would rather keep the holder than be kept. */
    private boolean tryEagerly() {
        for (int look = 0; look <= MOST_EAGER_LOOKS; look++) {
            if (HELD.compareAndSet(this, false, true)) {
                return true;
            }
            for (int i = 0; i < EAGER_SPIN; i++) {
                Thread.onSpinWait();
            }
        }
        return false;
    }

    /** Takes the lock if it is free or comes free while this thread spins; neither yields nor sleeps. */
    final boolean tryLock() {
        if (HELD.compareAndSet(this, false, true)) {
            return true;
        }
        int first = patience;
        for (int doublings = first; doublings <= MOST_PATIENCE; doublings++) {
            for (int i = 1 << doublings; i > 0; i--) {
                Thread.onSpinWait();
            }
            if (HELD.compareAndSet(this, false, true)) {
                patience = (byte) (doublings == first ? Math.max(first - 1, 0) : Math.min(first + 2, MOST_PATIENCE));
                return true;
            }
        }
        return false;
    }

    final void unlock() {
        HELD.setRelease(this, false);
    }

    /** Those who use this lock wait for each other: one who finds it taken looks again soon. Only under the lock. */
    final void expectMeetings() {
        patience = 0;
    }

    final boolean isLocked() {
        return held;
    }
}
