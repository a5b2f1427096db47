package io.millrace.vertx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import org.junit.jupiter.api.Test;

class TurnTest {
    private final Turn turn = new Turn();

    private void useUpTheTime() {
        while (!turn.isTimeOver(false)) {
            Thread.onSpinWait();
        }
    }

    @Test
    void time_thatIsUsedUp_doesNotComeBackBeforeTheNextTurn() {
        turn.begin();
        useUpTheTime();
        turn.suspend();
        turn.resume();
        assertThat(turn.mayServeAnother(false)).isFalse();
        turn.begin();
        assertThat(turn.mayServeAnother(false)).isTrue();
    }

    @Test
    void time_doesNotRunWhileItIsSuspended() {
        // again if the machine takes the thread away for a whole turn
        await().until(() -> {
            turn.begin();
            turn.isTimeOver(false); // the first may always be served
            turn.suspend();
            long end = System.nanoTime() + Turn.NANOS;
            while (System.nanoTime() - end < 0) {
                Thread.onSpinWait();
            }
            turn.resume();
            return !turn.isTimeOver(false);
        });
    }

    @Test
    void firstMessage_isServed_evenIfTheTimeIsOver() {
        turn.begin();
        long end = System.nanoTime() + Turn.NANOS;
        while (System.nanoTime() - end < 0) {
            Thread.onSpinWait();
        }
        assertThat(turn.mayServeAnother(false)).isTrue();
        assertThat(turn.mayServeAnother(false)).isFalse();
    }

    @Test
    void messages_thatAreCounted_areNotServedToo() {
        turn.begin();
        for (int i = 0; i < Turn.MESSAGES; i++) {
            assertThat(turn.hasMessagesLeft()).isTrue();
            turn.count();
        }
        assertThat(turn.hasMessagesLeft()).isFalse();
        assertThat(turn.mayServeAnother(false)).isFalse();
        turn.begin();
        assertThat(turn.hasMessagesLeft()).isTrue();
        assertThat(turn.mayServeAnother(false)).isTrue();
    }
}
