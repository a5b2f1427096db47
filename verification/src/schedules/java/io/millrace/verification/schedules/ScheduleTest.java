package io.millrace.verification.schedules;

import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Plays every scenario under many schedules. {@code -Dschedules=1000000} plays more of them, {@code -DfirstSeed=...} others,
 * {@code -Dscenario=...} only those whose name contains the text.
 */
class ScheduleTest {
    private static final int SCHEDULES = Integer.getInteger("schedules", 10_000);
    private static final long FIRST_SEED = Long.getLong("firstSeed", 0);
    private static final String NAME = System.getProperty("scenario", "");

    private static ResultFile results;

    @BeforeAll
    static void beginResults() {
        results = new ResultFile("schedules.tsv", "scenario", "first seed", "schedules", "different", "milliseconds");
    }

    static List<Scenario> scenarios() {
        return AllScenarios.load(null).stream()
                .filter(scenario -> scenario.name().contains(NAME))
                .toList();
    }

    @ParameterizedTest
    @MethodSource("scenarios")
    void scenario_underManySchedules_holds(Scenario scenario) {
        long start = System.nanoTime();
        Explorer.Result result = Explorer.explore(scenario, FIRST_SEED, SCHEDULES);
        results.add(
                scenario, FIRST_SEED, result.schedules(), result.different(), (System.nanoTime() - start) / 1_000_000);
    }

    /** Whether its channel is large enough for that or not: as if each were. */
    static List<Scenario> scenariosInWhichThreadsLinger() {
        return AllScenarios.load(Mutation.returning("ChannelState.isWorthLingering", 1)).stream()
                .filter(scenario -> scenario.name().contains(NAME))
                .toList();
    }

    @ParameterizedTest
    @MethodSource("scenariosInWhichThreadsLinger")
    void scenario_whereThreadsLingerBeforeTheyJoin_holds(Scenario scenario) {
        Explorer.explore(scenario, FIRST_SEED, SCHEDULES / 5);
    }
}
