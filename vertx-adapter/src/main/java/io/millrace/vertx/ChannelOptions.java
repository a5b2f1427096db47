package io.millrace.vertx;

import static java.util.Objects.requireNonNull;

import io.millrace.Overflow;
import io.vertx.core.json.JsonObject;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a channel is like: a Vert.x data object, with JSON in and out.
 *
 * <pre>{@code
 * {"name": "jobs", "capacity": 100, "unbounded": false, "overflow": "WAIT"}
 * }</pre>
 *
 * <p>Every key may be left out. A key that is not known, and a value that is not allowed, is refused with an
 * {@link IllegalArgumentException} that names the key.
 */
public class ChannelOptions {
    /** The capacity unless it is set. */
    public static final int DEFAULT_CAPACITY = 128;

    /** Whether a channel is unbounded unless it is set. */
    public static final boolean DEFAULT_UNBOUNDED = false;

    /** What happens to a message that finds the channel full, unless it is set: the sender waits. */
    public static final Overflow DEFAULT_OVERFLOW = Overflow.WAIT;

    private @Nullable String name;
    private int capacity = DEFAULT_CAPACITY;
    private boolean unbounded = DEFAULT_UNBOUNDED;
    private Overflow overflow = DEFAULT_OVERFLOW;

    /** Makes options with the defaults. */
    public ChannelOptions() {}

    /**
     * Makes a copy.
     *
     * @param other the options to copy
     */
    public ChannelOptions(ChannelOptions other) {
        this.name = other.name;
        this.capacity = other.capacity;
        this.unbounded = other.unbounded;
        this.overflow = other.overflow;
    }

    /**
     * Makes options from JSON.
     *
     * @param json the keys described above
     * @throws IllegalArgumentException if a key is unknown or its value bad; the message names the key
     */
    public ChannelOptions(JsonObject json) {
        for (Map.Entry<String, Object> entry : json) {
            String key = entry.getKey();
            Object value = entry.getValue();
            switch (key) {
                case "name" -> name = value == null ? null : typed(key, value, String.class, "a string");
                case "capacity" -> capacity = notNegative(integer(key, value));
                case "unbounded" -> unbounded = typed(key, value, Boolean.class, "true or false");
                case "overflow" -> overflow = overflow(key, value);
                default -> throw new IllegalArgumentException("unknown key: " + key);
            }
        }
        requireConsistent();
    }

    static <V> V typed(String key, @Nullable Object value, Class<V> type, String wanted) {
        if (type.isInstance(value)) {
            return type.cast(value);
        }
        throw bad(key, wanted, value);
    }

    static int integer(String key, @Nullable Object value) {
        if (value instanceof Integer integer) {
            return integer;
        }
        if (value instanceof Long integer && integer.intValue() == integer) {
            return integer.intValue();
        }
        throw bad(key, "an integer", value);
    }

    static int notNegative(int capacity) {
        if (capacity < 0) {
            throw new IllegalArgumentException("capacity must be >= 0: " + capacity);
        }
        return capacity;
    }

    private static Overflow overflow(String key, @Nullable Object value) {
        if (value instanceof Overflow overflow) {
            return overflow;
        }
        for (Overflow overflow : Overflow.values()) {
            if (overflow.name().equals(value)) {
                return overflow;
            }
        }
        throw bad(key, "one of " + Arrays.toString(Overflow.values()), value);
    }

    private static IllegalArgumentException bad(String key, String wanted, @Nullable Object value) {
        return new IllegalArgumentException(key + " must be " + wanted + ": " + value);
    }

    /** Refuses values that do not go together. */
    final void requireConsistent() {
        if (overflow != Overflow.WAIT && !unbounded && capacity == 0) {
            throw new IllegalArgumentException("overflow " + overflow + " needs a capacity >= 1: 0");
        }
    }

    /**
     * The channel's name in statistics, messages and events.
     *
     * @return the name, or null if the channel shall get one
     */
    public @Nullable String getName() {
        return name;
    }

    /**
     * Sets the channel's name. A shared channel has the name under which it is shared.
     *
     * @param name the name, or null
     * @return this
     */
    public ChannelOptions setName(@Nullable String name) {
        this.name = name;
        return this;
    }

    /**
     * How many messages the channel holds.
     *
     * @return the capacity; 0 is a rendezvous
     */
    public int getCapacity() {
        return capacity;
    }

    /**
     * Sets how many messages the channel holds.
     *
     * @param capacity the capacity, at least 0, which is a rendezvous
     * @return this
     */
    public ChannelOptions setCapacity(int capacity) {
        this.capacity = notNegative(capacity);
        return this;
    }

    /**
     * Whether the channel takes messages without limit; then the capacity has no meaning.
     *
     * @return true if it does
     */
    public boolean isUnbounded() {
        return unbounded;
    }

    /**
     * Sets whether the channel takes messages without limit.
     *
     * @param unbounded true if it shall
     * @return this
     */
    public ChannelOptions setUnbounded(boolean unbounded) {
        this.unbounded = unbounded;
        return this;
    }

    /**
     * What happens to a message that finds the channel full.
     *
     * @return the rule
     */
    public Overflow getOverflow() {
        return overflow;
    }

    /**
     * Sets what happens to a message that finds the channel full. The dropping kinds need a capacity of at least 1.
     *
     * @param overflow the rule
     * @return this
     */
    public ChannelOptions setOverflow(Overflow overflow) {
        this.overflow = requireNonNull(overflow, "overflow");
        return this;
    }

    /**
     * Returns these options as JSON, from which the same options can be made.
     *
     * @return a new object
     */
    public JsonObject toJson() {
        JsonObject json = new JsonObject();
        if (name != null) {
            json.put("name", name);
        }
        return json.put("capacity", capacity).put("unbounded", unbounded).put("overflow", overflow.name());
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof ChannelOptions that
                && Objects.equals(name, that.name)
                && capacity == that.capacity
                && unbounded == that.unbounded
                && overflow == that.overflow;
    }

    @Override
    public int hashCode() {
        return Objects.hash(name, capacity, unbounded, overflow);
    }

    @Override
    public String toString() {
        return toJson().encode();
    }
}
