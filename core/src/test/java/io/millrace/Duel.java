package io.millrace;

import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Lets two parties meet at the same moment, again and again: the calling thread and one partner. Each comes a random
 * little too late, so that the moments slide over each other.
 */
final class Duel {
    /** One party's part in one round. */
    @FunctionalInterface
    interface Move {
        void make() throws Exception;
    }

    private static final long MILLIS = Long.getLong("millrace.race.millis", 100);
    private static final int LEAST_ROUNDS = 20;
    private static final int MAX_DELAY = 400;

    private final Actors actors;
    private final AtomicLong begun = new AtomicLong();
    private final AtomicLong ended = new AtomicLong();
    private volatile Move theirs = () -> {};
    private volatile boolean over;

    Duel(Actors actors) {
        this.actors = actors;
    }

    /** What is prepared, played by both and checked in each round. */
    @FunctionalInterface
    interface Round {
        void play(Duel duel) throws Exception;
    }

    /** Plays rounds until the time is over. */
    static void repeat(Actors actors, Round round) throws Exception {
        Duel duel = new Duel(actors);
        duel.begin();
        try {
            long start = System.nanoTime();
            for (int i = 0;
                    i < LEAST_ROUNDS || System.nanoTime() - start < TimeUnit.MILLISECONDS.toNanos(MILLIS);
                    i++) {
                round.play(duel);
            }
        } finally {
            duel.over = true;
        }
    }

    private void begin() {
        actors.start("partner", () -> {
            SplittableRandom random = new SplittableRandom();
            for (long round = 1; ; round++) {
                long next = round;
                while (begun.get() < next) {
                    if (over) {
                        return;
                    }
                    Thread.yield();
                }
                delay(random);
                try {
                    theirs.make();
                } finally {
                    ended.set(next);
                }
            }
        });
    }

    private final SplittableRandom random = new SplittableRandom();

    /** Makes both moves at once, one of them on the partner's thread; returns when both are made. */
    void meet(Move mine, Move theirs) throws Exception {
        this.theirs = theirs;
        long round = begun.incrementAndGet();
        delay(random);
        mine.make();
        Await.until("the partner made his move", () -> ended.get() == round);
    }

    private static void delay(SplittableRandom random) {
        for (int i = random.nextInt(MAX_DELAY); i > 0; i--) {
            Thread.onSpinWait();
        }
    }
}
