package io.millrace.verification.schedules;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Plays a scenario under many schedules, one for each seed, and reports the first that fails, with all that is needed to see
 * it again.
 */
final class Explorer {
    private static final int TRACE_LENGTH = 400;

    private Explorer() {}

    /** What was played. */
    record Result(int schedules, int different) {}

    /**
     * Plays a scenario under the schedules of so many seeds.
     *
     * @throws ScheduleFailure at the first that fails
     */
    static Result explore(Scenario scenario, long firstSeed, int schedules) {
        Set<Long> decisions = new HashSet<>();
        for (long seed = firstSeed; seed < firstSeed + schedules; seed++) {
            decisions.add(play(scenario, seed));
        }
        return new Result(schedules, decisions.size());
    }

    /**
     * Plays a scenario under the schedule of one seed.
     *
     * @return a number that stands for the decisions made
     * @throws ScheduleFailure if it fails
     */
    static long play(Scenario scenario, long seed) {
        Schedule schedule = new Schedule(seed, false);
        try {
            play(scenario, schedule);
            return schedule.decisions();
        } catch (Throwable failure) {
            throw replay(scenario, seed, schedule, failure);
        }
    }

    private static void play(Scenario scenario, Schedule schedule) throws Throwable {
        Play play = new Play(schedule);
        // opening and checks too: where a lock stays taken, they hang as actors do
        schedule.actor("opening", () -> scenario.opening().accept(play));
        schedule.play();
        schedule.play();
        schedule.actor("afterwards", play::check);
        schedule.play();
    }

    /** Plays it once more, and writes down what happens. */
    private static ScheduleFailure replay(Scenario scenario, long seed, Schedule first, Throwable failure) {
        Schedule again = new Schedule(seed, true);
        String replayed = "the same seed now passes";
        try {
            play(scenario, again);
        } catch (Throwable sameFailure) {
            replayed = again.decisions() == first.decisions()
                    ? "replayed: the same decisions, " + sameFailure
                    : "replayed with other decisions: " + sameFailure;
        }
        List<String> trace = again.trace();
        List<String> shown = trace.subList(Math.max(0, trace.size() - TRACE_LENGTH), trace.size());
        return new ScheduleFailure(
                scenario + ", " + first.describe() + "\n" + failure + "\n" + replayed + "\nschedule, its last "
                        + shown.size() + " of " + trace.size() + " decisions (step, actor):\n"
                        + String.join("\n", shown) + "\nto play it again: -Dscenario='" + scenario
                        + "' -DfirstSeed=" + seed + " -Dschedules=1",
                seed,
                failure);
    }

    /** A scenario failed under a schedule. */
    static final class ScheduleFailure extends AssertionError {
        private static final long serialVersionUID = 1;

        final long seed;

        ScheduleFailure(String report, long seed, Throwable failure) {
            super(report, failure);
            this.seed = seed;
        }
    }
}
