package io.millrace.internal;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One run of a select: the choice that its branches share, and its party.
 *
 * <p><b>Idea.</b> As in Go: something ready is found under the lock of its channel alone; that nothing is ready is decided
 * while all channels are locked, in the order of their numbers, and in that same moment a waiter joins the line of each. So
 * no peer sees a half-registered select, and two selects that meet need no protocol of their own: the one that is still
 * looking finds the other in line, as it would find anybody.
 *
 * <p><b>Choice.</b> {@code chosen} leaves null once, by compare-and-set: to the waiter of a branch, by the peer that ends
 * it under its channel's lock; or to an {@link Ending}, by the party. Whoever comes second has chosen nothing: a peer passes
 * over the branch, the party finds what was chosen.
 *
 * <p><b>Withdrawal.</b> The party takes the other branches out of their lines before it goes on. Until then they stand
 * there as left (see {@link Waiter#isLeft}), and hold nobody up.
 *
 * @param <R> the type of the result
 */
final class SelectRun<R> {
    /** Ends that are no branch. */
    enum Ending {
        /** The time ran out. */
        TIMED_OUT,
        /** The party wants no more. */
        WITHDRAWN,
        /** No branch can ever become ready. */
        DISCONNECTED,
        /** Nothing was ready, and there is something to do in that case. */
        OTHERWISE
    }

    private static final int NONE = -1;
    private static final VarHandle CHOSEN;
    private static final VarHandle LIVE;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            CHOSEN = lookup.findVarHandle(SelectRun.class, "chosen", Object.class);
            LIVE = lookup.findVarHandle(SelectRun.class, "live", int.class);
        } catch (ReflectiveOperationException impossible) {
            throw new ExceptionInInitializerError(impossible);
        }
    }

    private final SelectCore<R> select;
    private final Waiter<?> party;

    /** The waiters of the branches, null for those that take no part; written before any is in line. */
    private @Nullable Waiter<?> @Nullable [] waiters;

    private volatile @Nullable Object chosen;
    private volatile int live;

    // What was done without waiting.
    private @Nullable SelectBranch<?, R> doneBranch;
    private @Nullable Object moved;

    SelectRun(SelectCore<R> select, Waiter<?> party) {
        this.select = select;
        this.party = party;
    }

    Waiter<?> party() {
        return party;
    }

    boolean hasEnded() {
        return chosen != null;
    }

    /** Ends the run, with a branch's waiter or an {@link Ending}; false if it has ended. */
    boolean choose(Object how) {
        return CHOSEN.compareAndSet(this, null, how);
    }

    /** A branch in line became impossible. True: it was the last, and that ends the run. */
    boolean branchDied() {
        return (int) LIVE.getAndAdd(this, -1) == 1 && !select.hasTimeout() && choose(Ending.DISCONNECTED);
    }

    /** What ended the run, once {@link #hasEnded}. */
    @Nullable Object chosen() {
        return chosen;
    }

    /** Does what is ready, or joins the lines. True: the run has ended already. If it throws, the party has to abandon it. */
    boolean start() {
        List<SelectBranch<?, R>> branches = select.branches();
        int[] order = select.order();
        if (select.looksOneByOne()) {
            for (int next : order) {
                if (attemptAlone(branches.get(next))) {
                    return true;
                }
            }
        }
        ChannelCore<?>[] cores = select.cores();
        lockAll(cores);
        try {
            for (int next : order) {
                if (attempt(branches.get(next))) {
                    return true;
                }
            }
            Ending ending = select.endingIfNothingIsReady();
            if (ending != null) {
                return choose(ending);
            }
            return !joinAll(branches);
        } finally {
            unlockAll(cores);
        }
    }

    private boolean attemptAlone(SelectBranch<?, R> branch) {
        branch.core.lock();
        try {
            return attempt(branch);
        } finally {
            branch.core.release();
        }
    }

    private boolean attempt(SelectBranch<?, R> branch) {
        Object done = branch.attempt();
        if (done == null) {
            return false;
        }
        doneBranch = branch;
        moved = done;
        return choose(branch);
    }

    /** Puts a waiter for each branch in line; false if none can become ready, and that ends the run. */
    private boolean joinAll(List<SelectBranch<?, R>> branches) {
        @Nullable Waiter<?>[] made = new Waiter<?>[branches.size()];
        int count = 0;
        for (int i = 0; i < made.length; i++) {
            SelectBranch<?, R> branch = branches.get(i);
            if (branch.canBecomeReady()) {
                made[i] = branch.newWaiter(this);
                count++;
            }
        }
        if (count == 0 && !select.hasTimeout()) {
            return !choose(Ending.DISCONNECTED);
        }
        live = count;
        waiters = made;
        for (int i = 0; i < made.length; i++) {
            Waiter<?> waiter = made[i];
            if (waiter != null) {
                join(branches.get(i), waiter);
            }
        }
        return true;
    }

    @SuppressWarnings("unchecked")
    private <T> void join(SelectBranch<T, R> branch, Waiter<?> waiter) {
        branch.join((Waiter<T>) waiter);
    }

    /** Locks all, and waits for none while it holds another (see {@link SpinLock}): it then starts anew with that one. */
    private static void lockAll(ChannelCore<?>[] cores) {
        int locked = NONE;
        if (cores.length > 0) {
            cores[0].lock(); // it makes sure of the stack
            locked = 0;
        }
        int refused;
        while ((refused = tryLockOthers(cores, locked)) != NONE) {
            cores[refused].lock();
            locked = refused;
        }
    }

    /** Locks all but the one that is locked; or unlocks that one too, and returns which of them another thread holds. */
    private static int tryLockOthers(ChannelCore<?>[] cores, int locked) {
        for (int i = 0; i < cores.length; i++) {
            if (i != locked && !cores[i].tryLock()) {
                for (int taken = 0; taken < i; taken++) {
                    cores[taken].unlock();
                }
                if (locked > i) {
                    cores[locked].unlock();
                }
                return i;
            }
        }
        return NONE;
    }

    /** Unlocks all channels before it does what was left to any of them. */
    private static void unlockAll(ChannelCore<?>[] cores) {
        for (ChannelCore<?> core : cores) {
            core.unlock();
        }
        for (ChannelCore<?> core : cores) {
            if (core.hasAftermath()) {
                core.lock();
                core.release();
            }
        }
    }

    /**
     * Takes every branch out of its line that is still there. The run has ended. Taking the locks also makes sure that the
     * peer which chose a branch has finished with it.
     */
    void withdrawAll() {
        @Nullable Waiter<?>[] made = waiters;
        if (made != null) {
            List<SelectBranch<?, R>> branches = select.branches();
            for (int i = 0; i < made.length; i++) {
                Waiter<?> waiter = made[i];
                if (waiter != null) {
                    withdraw(branches.get(i), waiter);
                }
            }
        }
    }

    @SuppressWarnings("unchecked")
    private <T> void withdraw(SelectBranch<T, R> branch, Waiter<?> waiter) {
        branch.core.withdrawNow((Waiter<T>) waiter);
        if (waiter == chosen) {
            doneBranch = branch;
            moved = branch.moved((Waiter<T>) waiter);
        }
    }

    /** Its party cannot go on, for want of stack or memory: nothing may be handed to it, nor be lost with it. */
    void abandon() {
        choose(Ending.WITHDRAWN);
        withdrawAll();
        if (doneBranch != null && moved != null) {
            doneBranch.undo(moved);
        }
    }

    /** Runs what follows the end of the run, on this thread; all branches are withdrawn. */
    R follow() {
        SelectBranch<?, R> branch = doneBranch;
        if (branch != null && moved != null) {
            return branch.follow(moved);
        }
        return select.follow((Ending) chosen);
    }
}
