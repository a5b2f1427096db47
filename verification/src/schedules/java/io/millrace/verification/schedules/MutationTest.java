package io.millrace.verification.schedules;

import static org.assertj.core.api.Assertions.fail;

import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The scenarios on a core with a bug: each must be found within a number of schedules, or the tool is blind. */
class MutationTest {
    private static final int MOST_SCHEDULES = 50_000;

    private static ResultFile results;

    @BeforeAll
    static void beginResults() {
        results = new ResultFile("mutations.tsv", "mutation", "schedules", "scenario", "seed", "failure");
    }

    static List<Mutation> mutations() {
        return List.of(
                // the lock
                Mutation.empty("SpinLock.lock"),
                Mutation.torn("SpinLock.lock"),
                Mutation.torn("SpinLock.tryLock"),
                Mutation.empty("SpinLock.unlock"),
                // parking
                Mutation.torn("Waiter.prepareToPark"),
                Mutation.torn("Waiter.wake"),
                Mutation.without("Waiter.wake", "unpark", 0),
                Mutation.returning("Waiter.prepareToPark", 1),
                Mutation.torn("Waiter.wakeIfRunning"),
                Mutation.returning("Waiter.wakeIfRunning", 1),
                // hand-over and lines
                Mutation.without("ChannelState.take", "moveUp", 0),
                Mutation.without("ChannelState.force", "moveUp", 0),
                Mutation.without("ChannelState.offer", "handToReceiver", 0),
                Mutation.returning("WaiterLines.isEmpty", 1),
                // ends
                Mutation.without("ChannelState.offer", "tellDisconnected", 0),
                Mutation.without("ChannelState.settleSenders", "disconnectAll", 0),
                Mutation.without("ChannelState.endReceivers", "disconnectAll", 0),
                Mutation.without("ChannelState.close", "settle", 0),
                Mutation.empty("ChannelState.settleReceivers"),
                Mutation.without("ChannelState.endReceivers", "reportAllLost", 0),
                Mutation.without("ChannelState.take", "settleSenders", 0),
                Mutation.empty("CriticalSection.wakeLater"),
                Mutation.returning("ChannelState.isTerminated", 0),
                // withdrawals
                Mutation.returning("ChannelState.withdraw", 1),
                Mutation.without("ChannelState.withdraw", "settle", 0),
                Mutation.without("ChannelState.drop", "remove", 0),
                Mutation.without("ChannelCore.waitOrWithdraw", "withdrawNow", 1),
                // selects
                Mutation.torn("SelectRun.choose"),
                Mutation.torn("SelectRun.branchDied"),
                Mutation.empty("SelectRun.withdrawAll"),
                Mutation.empty("SelectRun.lockAll"),
                Mutation.without("SelectRun.unlockAll", "hasAftermath", 0),
                Mutation.returning("Waiter.isLeft", 0),
                Mutation.returning("Waiter.claim", 1));
    }

    @ParameterizedTest
    @MethodSource("mutations")
    void mutation_underManySchedules_isFound(Mutation mutation) {
        List<Scenario> scenarios = AllScenarios.load(mutation);
        int played = 0;
        for (long seed = 0; played < MOST_SCHEDULES; seed++) {
            for (Scenario scenario : scenarios) {
                played++;
                try {
                    Explorer.play(scenario, seed);
                } catch (Explorer.ScheduleFailure found) {
                    String failure =
                            String.valueOf(found.getCause()).lines().findFirst().orElse("");
                    results.add(mutation, played, scenario, seed, failure);
                    return;
                }
            }
        }
        fail("%s: not found by %d schedules", mutation, played);
    }
}
