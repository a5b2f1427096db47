package io.millrace.verification.schedules;

import java.util.ArrayList;
import java.util.List;

/** One performance of a scenario, under one schedule. */
public final class Play {
    private static final int LONGEST_DELAY = 64;

    private final Schedule schedule;
    private final List<Script> checks = new ArrayList<>();
    private final List<Object> held = new ArrayList<>();

    Play(Schedule schedule) {
        this.schedule = schedule;
    }

    /** Adds a thread, which starts after the opening. */
    public Thread actor(String name, Script script) {
        return schedule.actor(name, script);
    }

    /** Adds what must hold once every actor has ended. */
    public void afterwards(Script check) {
        checks.add(check);
    }

    /** Keeps something reachable to the end, so that the collector, which no seed controls, has no part in the play. */
    public <T> T hold(T object) {
        held.add(object);
        return object;
    }

    /** Lets the others go on for a while, which the seed decides. Only in an actor. */
    public void delay() {
        for (int left = schedule.random(LONGEST_DELAY); left > 0; left--) {
            schedule.point();
        }
    }

    /** A number below the bound, which the seed decides. */
    public int random(int bound) {
        return schedule.random(bound);
    }

    /** The time as the actors see it: later than at any call before. */
    public long tick() {
        return schedule.tick();
    }

    void check() throws Throwable {
        for (Script check : checks) {
            check.run();
        }
        held.clear();
    }
}
