package io.millrace.internal;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Enabled;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Threshold;

/** An operation that waited in line, recorded on the thread that ended the wait. */
@Name("io.millrace.Wait")
@Label("Channel Wait")
@Category("Millrace")
@Description("An operation waited in line longer than the threshold")
@Enabled(false)
@Threshold("20 ms")
@StackTrace(false)
final class WaitEvent extends Event {
    @Label("Channel")
    final String channel;

    @Label("Operation")
    @Description("send or receive")
    final String operation;

    @Label("Waiter")
    @Description("thread, future, waker or select")
    final String waiter;

    @Label("Size")
    @Description("Messages buffered when the wait began")
    final int size;

    @Label("Outcome")
    @Description("DONE, DISCONNECTED or WITHDRAWN")
    String outcome = "";

    WaitEvent(String channel, String operation, String waiter, int size) {
        this.channel = channel;
        this.operation = operation;
        this.waiter = waiter;
        this.size = size;
    }

    static boolean isOn() {
        return new WaitEvent("", "", "", 0).isEnabled();
    }
}
