package io.millrace.internal;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Enabled;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import org.jspecify.annotations.Nullable;

/** A channel was disconnected: the first of its sides is gone for good. */
@Name("io.millrace.Disconnect")
@Label("Channel Disconnect")
@Category("Millrace")
@Description("Either side of a channel is gone for good")
@Enabled(false)
final class DisconnectEvent extends Event {
    @Label("Channel")
    final String channel;

    @Label("Size")
    @Description("Messages that can still be received")
    final int size;

    @Label("Cause")
    final @Nullable String cause;

    DisconnectEvent(String channel, int size, @Nullable String cause) {
        this.channel = channel;
        this.size = size;
        this.cause = cause;
    }

    static boolean isOn() {
        return new DisconnectEvent("", 0, null).isEnabled();
    }
}
