package io.millrace.verification.schedules;

import io.millrace.verification.schedules.scenarios.Ends;
import io.millrace.verification.schedules.scenarios.Futures;
import io.millrace.verification.schedules.scenarios.Overflows;
import io.millrace.verification.schedules.scenarios.Selects;
import io.millrace.verification.schedules.scenarios.SendReceive;
import io.millrace.verification.schedules.scenarios.Streams;
import io.millrace.verification.schedules.scenarios.Timeouts;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The scenarios of everything that waits. */
final class AllScenarios {
    private static final List<Class<? extends Supplier<List<Scenario>>>> LISTERS = List.of(
            SendReceive.class,
            Timeouts.class,
            Futures.class,
            Selects.class,
            Ends.class,
            Overflows.class,
            Streams.class);

    private AllScenarios() {}

    /** All of them, on the core as it is, or with a bug. */
    static List<Scenario> load(@Nullable Mutation mutation) {
        WovenLoader loader = new WovenLoader(mutation);
        List<Scenario> all = new ArrayList<>();
        LISTERS.forEach(lister -> all.addAll(loader.scenarios(lister)));
        return all;
    }

    static Scenario named(List<Scenario> scenarios, String name) {
        return scenarios.stream()
                .filter(scenario -> scenario.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no scenario of that name: " + name));
    }
}
