package io.millrace.verification.schedules;

import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Schedules worth keeping, each with the story that it told. A seed stands for a schedule only as long as the code stays as
 * it was: a bug that a schedule has found needs a scenario that finds it again, and its seed here until then.
 */
class SeedTest {
    private static List<Scenario> scenarios;

    @BeforeAll
    static void load() {
        scenarios = AllScenarios.load(null);
    }

    private static void play(String scenario, long seed) {
        Explorer.play(AllScenarios.named(scenarios, scenario), seed);
    }

    @Test
    void receiver_wokenBetweenItsLastLookAndItsPark_doesNotPark() {
        play("one sender, three receivers, rendezvous", 2);
    }

    @Test
    void sender_thatParksWhileItIsBeingWoken_isUnparked() {
        play("sendAll to receiveMany and drainTo, rendezvous", 3);
    }

    @Test
    void select_foundByTwoPeersAtOnce_takesOneBranch() {
        play("a select within a time, rendezvous", 7);
    }

    @Test
    void select_whoseLastTwoBranchesDieAtOnce_isTold() {
        play("two selects and the ends of both channels, rendezvous", 13);
    }

    @Test
    void select_thatHasLeftABranch_holdsNobodyUp() {
        play("a branch that was left, rendezvous", 56);
    }

    @Test
    void forcedMessage_behindAWaitingSend_doesNotOvertakeIt() {
        play("forceSend, capacity 1", 1);
    }

    @Test
    void timedSend_thatLeavesAsTheLastOfItsSide_endsTheSide() {
        play("a handle closed under a timed send, rendezvous", 0);
    }
}
