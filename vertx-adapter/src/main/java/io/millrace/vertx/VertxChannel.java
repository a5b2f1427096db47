package io.millrace.vertx;

import static java.util.Objects.requireNonNull;

import io.millrace.Channel;
import io.millrace.ChannelStats;
import io.millrace.Receiver;
import io.millrace.Sender;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.Collections;
import java.util.Iterator;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A channel whose waiters resume on their own Vert.x context. Event-loop, worker and virtual-thread verticles, and threads
 * outside of Vert.x by the core's {@link #channel()}, share it; each message goes to one receiver.
 *
 * <p>There are three kinds. One that was {@linkplain #create created} is disconnected when the last of its senders or
 * receivers is closed, which happens at the latest when their verticles are undeployed. A {@linkplain #shared shared} one
 * lives as long as its Vert.x, or until it is closed: verticles come and go. One that {@linkplain #wrap wraps} a channel of the
 * core lives as that does.
 *
 * <p>When Vert.x closes, channels of the first two kinds are cancelled: messages that nobody received become undelivered,
 * and everybody who waits is released, threads in the core's blocking calls included. An undeploy, however, waits for a
 * verticle that blocks its own thread in such a call, because Vert.x runs {@code stop()} on that very thread.
 *
 * <p><b>Metrics.</b> When the Vert.x instance has metrics, a channel of the first two kinds reports to them as a pool of type {@code
 * channel}; channels without a name share one, {@code unnamed}. Its queue are the messages that nobody has received yet, those
 * of waiting sends included, whoever sends and receives them; so its queue time is theirs in the channel. In use are the messages that {@link
 * VertxReceiver#handler handlers} and {@link VertxReceiver#process process} of this channel's receivers work on; what was received in
 * other ways is not seen any more. Without metrics this costs nothing. {@link ChannelMetrics} has more figures.
 *
 * <p>No method waits, and all may be called from any thread.
 *
 * @param <T> the type of the messages
 */
public final class VertxChannel<T> {
    private final Vertx vertx;
    private final Channel<T> channel;
    private final Kind kind;
    private final @Nullable ChannelOptions sharedOptions;
    private final @Nullable PoolReport report;

    // Guarded by: this
    private final Set<Sender<T>> senders = Collections.newSetFromMap(new WeakHashMap<>());
    private final Set<Receiver<T>> receivers = Collections.newSetFromMap(new WeakHashMap<>());

    private enum Kind {
        CREATED,
        SHARED,
        WRAPPED
    }

    private VertxChannel(
            Vertx vertx,
            Channel<T> channel,
            Kind kind,
            @Nullable ChannelOptions sharedOptions,
            @Nullable PoolReport report) {
        this.vertx = vertx;
        this.channel = channel;
        this.kind = kind;
        this.sharedOptions = sharedOptions;
        this.report = report;
        senders.add(channel.sender());
        receivers.add(channel.receiver());
    }

    /**
     * Makes a channel. It is disconnected when all handles of one side are closed, counted from the first one that was
     * taken: so take the senders that shall keep it open before one of them may be closed.
     *
     * @param <T> the type of the messages
     * @param vertx the Vert.x instance
     * @param options what the channel is like
     * @return a new channel
     * @throws IllegalArgumentException if the options do not go together
     * @throws IllegalStateException if the Vert.x instance is closed
     */
    public static <T> VertxChannel<T> create(Vertx vertx, ChannelOptions options) {
        requireNonNull(vertx, "vertx");
        Channel<T> channel = build(options, options.getName());
        OpenChannels.of(vertx).add(channel);
        return new VertxChannel<>(vertx, channel, Kind.CREATED, null, PoolReport.of(vertx, channel, options.getName()));
    }

    /**
     * The channel of this name in a Vert.x instance; the first call makes it.
     *
     * @param <T> the type of the messages, the same for all who share it
     * @param vertx the Vert.x instance
     * @param name the name
     * @param options what the channel is like; a name among them has no meaning
     * @return always the same channel, until it is closed or cancelled
     * @throws IllegalArgumentException if the options do not go together
     * @throws IllegalStateException if the channel exists with other options, or the Vert.x instance is closed
     */
    @SuppressWarnings("unchecked") // one name, one type: the contract of this method
    public static <T> VertxChannel<T> shared(Vertx vertx, String name, ChannelOptions options) {
        requireNonNull(vertx, "vertx");
        requireNonNull(name, "name");
        ChannelOptions wanted = new ChannelOptions(options).setName(name);
        OpenChannels channels = OpenChannels.of(vertx);
        VertxChannel<?> found = channels.shared().computeIfAbsent(name, key -> {
            Channel<T> channel = build(wanted, name);
            channels.add(channel);
            VertxChannel<T> made =
                    new VertxChannel<>(vertx, channel, Kind.SHARED, wanted, PoolReport.of(vertx, channel, name));
            channel.disconnected()
                    .whenComplete((ended, cause) -> channels.shared().remove(name, made));
            return made;
        });
        if (!wanted.equals(found.sharedOptions)) {
            throw new IllegalStateException(
                    "channel exists with other options: wanted " + wanted + ", is " + found.sharedOptions);
        }
        return (VertxChannel<T>) found;
    }

    /**
     * Lets Vert.x contexts use a channel of the core, which stays the caller's: its first handles are not closed, and it is
     * not cancelled when Vert.x closes. Only the handles made here end with their verticles.
     *
     * @param <T> the type of the messages
     * @param vertx the Vert.x instance
     * @param channel the channel, whose first handles must stay open as long as handles are made here
     * @return a new view on the channel
     */
    public static <T> VertxChannel<T> wrap(Vertx vertx, Channel<T> channel) {
        requireNonNull(vertx, "vertx");
        return new VertxChannel<>(vertx, requireNonNull(channel, "channel"), Kind.WRAPPED, null, null);
    }

    private static <T> Channel<T> build(ChannelOptions options, @Nullable String name) {
        options.requireConsistent();
        Channel.Builder<T> builder = Channel.builder();
        if (name != null) {
            builder.name(name);
        }
        if (options.isUnbounded()) {
            builder.unbounded();
        } else {
            builder.capacity(options.getCapacity());
        }
        return builder.overflow(options.getOverflow()).build();
    }

    /**
     * Makes a sending handle, bound to the current context: that of the calling verticle, which closes it when it is
     * undeployed. A thread without context gets a new event-loop context; the handle then lives until it is closed, or
     * Vert.x is.
     *
     * @return a new handle
     * @throws IllegalStateException if the senders of this channel are all closed
     */
    public VertxSender<T> sender() {
        Sender<T> next =
                another(senders, channel.sender(), Sender::isClosed, Sender::duplicate, Sender::close, "sender");
        return new VertxSender<>(OwnerContext.current(vertx), next);
    }

    /**
     * Makes a receiving handle, bound to the current context: that of the calling verticle, which closes it when it is
     * undeployed. A thread without context gets a new event-loop context; the handle then lives until it is closed, or
     * Vert.x is.
     *
     * @return a new handle
     * @throws IllegalStateException if the receivers of this channel are all closed
     */
    public VertxReceiver<T> receiver() {
        Receiver<T> next = another(
                receivers, channel.receiver(), Receiver::isClosed, Receiver::duplicate, Receiver::close, "receiver");
        return new VertxReceiver<>(OwnerContext.current(vertx), next, report);
    }

    /**
     * Duplicates any handle that is still open. On a created channel the first handle, which belongs to nobody, is given
     * up for the first that is taken, so that the count is that of the handles taken.
     */
    private synchronized <H> H another(
            Set<H> handles,
            H first,
            Predicate<H> isClosed,
            UnaryOperator<H> duplicate,
            Consumer<H> close,
            String kindOfHandle) {
        for (Iterator<H> each = handles.iterator(); each.hasNext(); ) {
            H open = each.next();
            try {
                H next = duplicate.apply(open);
                if (kind == Kind.CREATED) {
                    if (open == first) {
                        each.remove();
                        close.accept(first);
                    }
                    handles.add(next);
                }
                return next;
            } catch (IllegalStateException refused) {
                if (!isClosed.test(open)) {
                    throw refused;
                }
                each.remove();
            }
        }
        throw new IllegalStateException("every " + kindOfHandle + " is closed: " + channel);
    }

    /**
     * The channel of the core, for threads outside of Vert.x and for select. The first handles of a created channel are
     * closed as soon as a handle of the same side has been taken here: such threads use duplicates of
     * {@link VertxSender#sender()} and {@link VertxReceiver#receiver()}, or a channel that is wrapped or shared.
     *
     * @return the channel, always the same one
     */
    public Channel<T> channel() {
        return channel;
    }

    /**
     * Closes the channel for all: there are no more sends, and receivers drain what is there. A shared name becomes free.
     *
     * @return a future of the calling context, completed when the channel is closed
     */
    public Future<Void> close() {
        channel.close();
        return OwnerContext.current(vertx).succeeded(null);
    }

    /**
     * Completes when one side is gone for good: the channel was closed or cancelled, or the last sender or receiver left.
     *
     * @return a future of the calling context; it fails with the cause that the channel was given, if any
     */
    public Future<Void> disconnected() {
        Promise<Void> promise = OwnerContext.current(vertx).promise();
        channel.disconnected().whenComplete((ended, failure) -> {
            Throwable cause =
                    failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
            if (cause == null) {
                OwnerContext.completeIfPossible(promise, null);
            } else {
                OwnerContext.failIfPossible(promise, cause);
            }
        });
        return promise.future();
    }

    /**
     * How full the channel is, who uses it, and what has passed through it.
     *
     * @return the numbers of one moment
     */
    public ChannelStats stats() {
        return channel.stats();
    }

    @Override
    public String toString() {
        return "Vertx" + channel;
    }
}
