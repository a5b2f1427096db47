package io.millrace;

import java.util.List;
import java.util.stream.Stream;

/** The ways of running a select, and of choosing among its branches. */
enum SelectStyle {
    FAIR_THREAD(true),
    BIASED_THREAD(false),
    VIRTUAL_THREAD(true),
    FAIR_FUTURE(true),
    BIASED_FUTURE(false);

    private final boolean fair;

    SelectStyle(boolean fair) {
        this.fair = fair;
    }

    <R> Select<R> select() {
        return fair ? Select.fair() : Select.biased();
    }

    /** Starts a run; returns when it has ended or waits. */
    <R> Selecting<R> start(Actors actors, Select<R> select) {
        return switch (this) {
            case FAIR_THREAD, BIASED_THREAD -> new Selecting<>(script -> actors.start("selecting", script), select);
            case VIRTUAL_THREAD -> new Selecting<>(actors::startVirtual, select);
            case FAIR_FUTURE, BIASED_FUTURE -> new Selecting<>(select.runAsync());
        };
    }

    boolean isFuture() {
        return this == FAIR_FUTURE || this == BIASED_FUTURE;
    }

    static List<SelectStyle> available() {
        return Stream.of(values())
                .filter(style -> style != VIRTUAL_THREAD || Actors.hasVirtualThreads())
                .toList();
    }
}
