package io.millrace.verification.schedules.scenarios;

import static io.millrace.verification.schedules.scenarios.Ledger.hold;

import io.millrace.DisconnectedException;
import io.millrace.verification.schedules.Play;
import io.millrace.verification.schedules.Script;

/** An actor that another one interrupts at any time, and may do so in vain but not unnoticed. */
final class Interrupted {
    private boolean interrupted;

    private Interrupted() {}

    static void actor(Play play, String name, Script script) {
        Interrupted state = new Interrupted();
        Thread thread = play.actor(name, () -> {
            boolean thrown = false;
            try {
                script.run();
            } catch (InterruptedException e) {
                thrown = true;
            } catch (DisconnectedException end) {
                // where the others have ended the channel
            }
            boolean before = state.interrupted;
            boolean flag = Thread.interrupted();
            hold(!(thrown && flag), "one interrupt was told twice");
            hold(!before || thrown || flag, "an interrupt got lost");
        });
        play.actor("interrupter of " + name, () -> {
            play.delay();
            thread.interrupt();
            state.interrupted = true;
        });
    }
}
