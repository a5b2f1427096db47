package io.millrace.vertx;

import io.millrace.Channel;
import io.vertx.core.Vertx;
import io.vertx.core.shareddata.Shareable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The channels of one Vert.x instance: the shared ones by their names, and all that end with it. When Vert.x closes they are
 * cancelled first, which also releases threads that wait in the core's blocking calls: Vert.x could not stop their
 * verticles otherwise.
 */
final class OpenChannels implements Shareable {
    private final Map<String, VertxChannel<?>> shared = new ConcurrentHashMap<>();

    private final Map<String, WorkQueue<?, ?>> workQueues = new ConcurrentHashMap<>();

    /** Weak: a channel that the program lost must become unreachable. */
    private final Set<Channel<?>> open = Collections.newSetFromMap(new WeakHashMap<>());

    private boolean closed;

    private OpenChannels() {}

    static OpenChannels of(Vertx vertx) {
        return vertx.sharedData()
                .<String, OpenChannels>getLocalMap("io.millrace.vertx")
                .computeIfAbsent("channels", key -> {
                    OpenChannels channels = new OpenChannels();
                    OwnerContext.whenClosing(vertx, channels::close);
                    return channels;
                });
    }

    /** Cancels a channel when Vert.x closes. */
    void add(Channel<?> channel) {
        synchronized (this) {
            if (closed) {
                throw new IllegalStateException("vertx is closed");
            }
            open.add(channel);
        }
        channel.disconnected().whenComplete((ended, cause) -> remove(channel));
    }

    private synchronized void remove(Channel<?> channel) {
        open.remove(channel);
    }

    /** The channels that are shared, by name. */
    Map<String, VertxChannel<?>> shared() {
        return shared;
    }

    /** The work queues that are shared, by name. */
    Map<String, WorkQueue<?, ?>> workQueues() {
        return workQueues;
    }

    private void close() {
        List<Channel<?>> ending;
        synchronized (this) {
            closed = true;
            ending = new ArrayList<>(open);
            open.clear();
        }
        shared.clear();
        workQueues.clear();
        ending.forEach(Channel::cancel);
    }
}
