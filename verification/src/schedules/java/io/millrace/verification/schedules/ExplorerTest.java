package io.millrace.verification.schedules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.millrace.verification.schedules.Explorer.ScheduleFailure;
import io.millrace.verification.schedules.scenarios.Broken;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The tool itself. */
class ExplorerTest {
    private static final int SEEDS = 50;

    private static Scenario broken(String name) {
        return AllScenarios.named(new WovenLoader(null).scenarios(Broken.class), name);
    }

    @Test
    void play_ofAnActorThatWaitsForEver_tellsWhereItIsStuck() {
        assertThatThrownBy(() -> Explorer.play(broken("nobody sends"), 7))
                .isInstanceOf(ScheduleFailure.class)
                .hasMessageContainingAll(
                        "nobody sends, seed 7",
                        "no actor can go on",
                        "\"receiver\" WAITING",
                        "at io.millrace.Receiver.receive(",
                        "replayed: the same decisions",
                        "-DfirstSeed=7")
                .message()
                .doesNotContain("\"other\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"an actor fails", "a check fails", "a waker fails"})
    void play_ofWhatFails_fails(String name) {
        assertThatThrownBy(() -> Explorer.play(broken(name), 1))
                .isInstanceOf(ScheduleFailure.class)
                .hasMessageContainingAll("failed on purpose", "replayed: the same decisions");
    }

    @Test
    void play_ofCircles_ends() {
        assertThatThrownBy(() -> Explorer.play(broken("an actor turns in circles"), 1))
                .hasMessageContainingAll("steps", "\"turning\"", "Broken.turn");
    }

    @Test
    void explore_whatDependsOnTheOrder_findsASeedThatFailsEachTime() {
        Scenario scenario = broken("only some orders fail");

        ScheduleFailure first = catchThrowableOfType(ScheduleFailure.class, () -> Explorer.explore(scenario, 0, SEEDS));

        assertThat(first).hasMessageContainingAll("the second came first", "first stops before io.millrace.");
        ScheduleFailure again = catchThrowableOfType(
                ScheduleFailure.class, () -> Explorer.play(broken("only some orders fail"), first.seed));
        assertThat(again).hasMessage(first.getMessage());
    }

    @Test
    void explore_whatTrustsAPark_findsThatItMayReturn() {
        assertThatThrownBy(() -> Explorer.explore(broken("a park that must not return"), 0, SEEDS))
                .hasMessageContaining("unparked too early");
    }

    @Test
    void time_movesToTheDeadlinesOfThoseWhoWait() {
        Explorer.Result result = Explorer.explore(broken("three sleepers"), 0, SEEDS);

        assertThat(result.schedules()).isEqualTo(SEEDS);
    }

    @Test
    void play_ofOneSeed_makesTheSameDecisionsWhateverWasPlayedBefore() {
        List<Scenario> scenarios = AllScenarios.load(null);
        List<Long> upwards =
                scenarios.stream().map(scenario -> Explorer.play(scenario, 5)).toList();

        List<Scenario> anew = AllScenarios.load(null).reversed();
        List<Long> downwards = anew.stream()
                .map(scenario -> Explorer.play(scenario, 5))
                .toList()
                .reversed();

        assertThat(downwards).isEqualTo(upwards);
    }

    @Test
    void explore_isNotOneScheduleAgainAndAgain() {
        Scenario scenario = AllScenarios.load(null).get(0);

        assertThat(Explorer.explore(scenario, 0, SEEDS).different()).isGreaterThan(SEEDS / 2);
    }
}
