package io.millrace.verification.schedules;

/** What one thread of a scenario does. Whatever it throws fails the scenario. */
@FunctionalInterface
public interface Script {
    /** Does it. */
    void run() throws Throwable;
}
