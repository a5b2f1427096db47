package io.millrace.verification.schedules;

import java.util.function.Consumer;

/**
 * Something that several threads do at once, and what must hold at its end.
 *
 * @param name says what it is about
 * @param opening sets the stage: makes the channels, names the actors and the checks after them; called anew for each
 *     schedule, before the actors start
 */
public record Scenario(String name, Consumer<Play> opening) {
    @Override
    public String toString() {
        return name;
    }
}
