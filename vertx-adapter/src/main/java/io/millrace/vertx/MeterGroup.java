package io.millrace.vertx;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.lang.ref.Cleaner;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.LongAccumulator;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;

/**
 * The meters of one source of figures in one registry. They hold the source weakly, and are removed when it has become
 * unreachable. Each takes the place of a meter of the same name and tags: Micrometer would keep the old one, whose source may
 * have ended.
 *
 * @param <S> the type of the source
 */
final class MeterGroup<S> {
    private static final Cleaner CLEANER = Cleaner.create();

    private final MeterRegistry registry;
    private final S source;
    private final String prefix;
    private final Tags tags;
    private final List<Meter> meters = new ArrayList<>();

    MeterGroup(MeterRegistry registry, S source, String prefix, Tags tags) {
        this.registry = registry;
        this.source = source;
        this.prefix = prefix;
        this.tags = tags;
    }

    MeterGroup<S> gauge(String name, String unit, String description, ToDoubleFunction<S> value) {
        return gauge(name, Tags.empty(), unit, description, value);
    }

    MeterGroup<S> gauge(String name, Tags more, String unit, String description, ToDoubleFunction<S> value) {
        Tags all = replace(name, more, Meter.Type.GAUGE);
        meters.add(Gauge.builder(prefix + name, source, value)
                .tags(all)
                .baseUnit(unit)
                .description(description)
                .register(registry));
        return this;
    }

    MeterGroup<S> counter(String name, String unit, String description, ToLongFunction<S> value) {
        return counter(name, Tags.empty(), unit, description, value);
    }

    MeterGroup<S> counter(String name, Tags more, String unit, String description, ToLongFunction<S> value) {
        Tags all = replace(name, more, Meter.Type.COUNTER);
        LongAccumulator highest = new LongAccumulator(Math::max, 0);
        meters.add(FunctionCounter.builder(prefix + name, source, from -> neverLess(highest, value.applyAsLong(from)))
                .tags(all)
                .baseUnit(unit)
                .description(description)
                .register(registry));
        return this;
    }

    /** A message that is put back was not received after all; but a counter that falls is taken for one that was reset. */
    private static double neverLess(LongAccumulator highest, long value) {
        highest.accumulate(value);
        return highest.get();
    }

    Timer timer(String name, Tags more, String description) {
        Tags all = replace(name, more, Meter.Type.TIMER);
        Timer timer =
                Timer.builder(prefix + name).tags(all).description(description).register(registry);
        meters.add(timer);
        return timer;
    }

    private Tags replace(String name, Tags more, Meter.Type type) {
        Tags all = tags.and(more);
        registry.removeByPreFilterId(new Meter.Id(prefix + name, all, null, null, type));
        return all;
    }

    /** Has the meters removed when their source is unreachable; or before, by the result. */
    Runnable removeInTheEnd() {
        Removal removal = new Removal(registry, List.copyOf(meters));
        return CLEANER.register(source, removal)::clean;
    }

    /** Removes meters, unless others have taken their places. */
    private record Removal(MeterRegistry registry, List<Meter> meters) implements Runnable {
        @Override
        public void run() {
            for (Meter registered : registry.getMeters()) {
                for (Meter meter : meters) {
                    if (registered == meter) {
                        registry.remove(meter);
                    }
                }
            }
        }
    }
}
