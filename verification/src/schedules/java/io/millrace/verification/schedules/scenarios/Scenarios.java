package io.millrace.verification.schedules.scenarios;

import io.millrace.verification.schedules.Play;
import io.millrace.verification.schedules.Scenario;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/** A list of scenarios in the making. */
final class Scenarios {
    private final List<Scenario> list = new ArrayList<>();

    Scenarios add(String name, Consumer<Play> opening) {
        list.add(new Scenario(name, opening));
        return this;
    }

    /** One for each kind of channel. */
    Scenarios add(String name, Kind[] kinds, BiConsumer<Play, Integer> opening) {
        for (Kind kind : kinds) {
            add(name + ", " + kind, play -> opening.accept(play, kind.capacity));
        }
        return this;
    }

    List<Scenario> list() {
        return list;
    }
}
