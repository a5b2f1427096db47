package io.millrace.benchmarks.vertx;

import io.vertx.core.Vertx;
import java.util.Arrays;
import java.util.List;

/** A way of bringing messages to event loops, or jobs to workers: Millrace and what Vert.x users do without it. */
enum VertxRival {
    MILLRACE("millrace") {
        @Override
        OneWay oneWay(Vertx vertx, Trip trip) {
            return trip == Trip.LOOP_TO_LOOP ? new OneWay.ByVertxChannel(vertx) : new OneWay.ByChannel(vertx, trip);
        }

        @Override
        RoundTrip roundTrip(Vertx vertx) {
            return new RoundTrip.ByWorkQueue(vertx);
        }
    },
    EVENT_BUS("event bus") {
        @Override
        boolean takes(Trip trip) {
            return trip != Trip.THREAD_TO_LOOP_BOUNDED;
        }

        @Override
        OneWay oneWay(Vertx vertx, Trip trip) {
            return new OneWay.ByEventBus(vertx);
        }

        @Override
        RoundTrip roundTrip(Vertx vertx) {
            return new RoundTrip.ByEventBus(vertx);
        }
    },
    RUN_ON_CONTEXT("runOnContext") {
        @Override
        boolean takes(Trip trip) {
            return trip == Trip.THREAD_TO_LOOP || trip == Trip.LOOP_TO_LOOP;
        }

        @Override
        OneWay oneWay(Vertx vertx, Trip trip) {
            return new OneWay.ByRunOnContext();
        }
    },
    QUEUE("LinkedBlockingQueue + runOnContext") {
        @Override
        OneWay oneWay(Vertx vertx, Trip trip) {
            return new OneWay.ByQueue(trip);
        }

        @Override
        RoundTrip roundTrip(Vertx vertx) {
            return new RoundTrip.ByQueue();
        }
    },
    EXECUTE_BLOCKING_UNORDERED("executeBlocking unordered") {
        @Override
        boolean takes(Trip trip) {
            return !trip.isOneWay();
        }

        @Override
        RoundTrip roundTrip(Vertx vertx) {
            return new RoundTrip.ByExecuteBlocking(vertx, RoundTrip.Order.NONE);
        }
    },
    EXECUTE_BLOCKING_ORDERED("executeBlocking ordered") {
        @Override
        boolean takes(Trip trip) {
            return !trip.isOneWay();
        }

        @Override
        RoundTrip roundTrip(Vertx vertx) {
            return new RoundTrip.ByExecuteBlocking(vertx, RoundTrip.Order.ONE_AFTER_THE_OTHER);
        }
    };

    final String title;

    VertxRival(String title) {
        this.title = title;
    }

    /** Whether it has what the trip asks for. */
    boolean takes(Trip trip) {
        return true;
    }

    /** A new way for a trip in one direction. */
    OneWay oneWay(Vertx vertx, Trip trip) {
        throw new UnsupportedOperationException(title + " has no " + trip.title);
    }

    /** A new way for jobs and their results. */
    RoundTrip roundTrip(Vertx vertx) {
        throw new UnsupportedOperationException(title + " has no way back");
    }

    /** The one of this title. */
    static VertxRival titled(String title) {
        return Arrays.stream(values())
                .filter(rival -> rival.title.equals(title))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no such rival: " + title + ", known: " + titles()));
    }

    /** The titles of all. */
    static List<String> titles() {
        return Arrays.stream(values()).map(rival -> rival.title).toList();
    }
}
