package io.millrace;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * The channels of one test, and what they reported as undelivered. After the test each channel must keep its invariants,
 * must account for every message, and must let go of everything when it is cancelled.
 */
final class Channels implements AfterEachCallback {
    /** Every undelivered message of every channel made here, in the order of the reports. */
    final List<Object> undelivered = Collections.synchronizedList(new ArrayList<>());

    private final List<Channel<?>> channels = new ArrayList<>();

    <T> Channel<T> create(ChannelKind kind) {
        return watch(kind.<T>builder().onUndelivered(undelivered::add).build());
    }

    /** Checks a channel that the test built in its own way. */
    <T> Channel<T> watch(Channel<T> channel) {
        channels.add(channel);
        return channel;
    }

    @Override
    public void afterEach(@Nullable ExtensionContext context) {
        // on a thread of their own: where a failed test has left a lock taken, they would hang for ever
        Actors checking = new Actors();
        checking.start("checks after the test", this::checkAndCancel);
        checking.join();
    }

    private void checkAndCancel() {
        channels.forEach(Channels::check);
        channels.forEach(Channel::cancel);
        channels.forEach(Channels::check);
        for (Channel<?> channel : channels) {
            ChannelStats stats = channel.stats();
            assertThat(stats.size()).as("messages left after cancel: %s", stats).isZero();
            assertThat(stats.waitingSenders() + stats.waitingReceivers())
                    .as("waiters left after cancel: %s", stats)
                    .isZero();
            assertThat(stats.disconnected()).isTrue();
        }
        channels.clear();
    }

    static void check(Channel<?> channel) {
        channel.core.checkInvariants();
        ChannelStats stats = channel.stats();
        assertThat(stats.sent())
                .as("sent = received + undelivered + size: %s", stats)
                .isEqualTo(stats.received() + stats.undelivered() + stats.size());
    }
}
