package io.millrace.internal;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Enabled;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;

/** Messages that a channel had accepted and no receiver will get. */
@Name("io.millrace.Undelivered")
@Label("Channel Undelivered")
@Category("Millrace")
@Description("Accepted messages were dropped, or left behind by the last receiver")
@Enabled(false)
final class UndeliveredEvent extends Event {
    @Label("Channel")
    final String channel;

    @Label("Messages")
    final int messages;

    UndeliveredEvent(String channel, int messages) {
        this.channel = channel;
        this.messages = messages;
    }

    static boolean isOn() {
        return new UndeliveredEvent("", 0).isEnabled();
    }
}
