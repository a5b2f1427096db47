package io.millrace.vertx;

import io.vertx.core.json.JsonObject;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a work queue is like: a Vert.x data object, with JSON in and out.
 *
 * <pre>{@code
 * {"name": "queries", "capacity": 100}
 * }</pre>
 *
 * <p>Every key may be left out. A key that is not known, and a value that is not allowed, is refused with an
 * {@link IllegalArgumentException} that names the key.
 */
public class WorkQueueOptions {
    /** The capacity unless it is set. */
    public static final int DEFAULT_CAPACITY = 128;

    private @Nullable String name;
    private int capacity = DEFAULT_CAPACITY;

    /** Makes options with the defaults. */
    public WorkQueueOptions() {}

    /**
     * Makes a copy.
     *
     * @param other the options to copy
     */
    public WorkQueueOptions(WorkQueueOptions other) {
        this.name = other.name;
        this.capacity = other.capacity;
    }

    /**
     * Makes options from JSON.
     *
     * @param json the keys described above
     * @throws IllegalArgumentException if a key is unknown or its value bad; the message names the key
     */
    public WorkQueueOptions(JsonObject json) {
        for (Map.Entry<String, Object> entry : json) {
            String key = entry.getKey();
            Object value = entry.getValue();
            switch (key) {
                case "name" -> name = value == null ? null : ChannelOptions.typed(key, value, String.class, "a string");
                case "capacity" -> capacity = ChannelOptions.notNegative(ChannelOptions.integer(key, value));
                default -> throw new IllegalArgumentException("unknown key: " + key);
            }
        }
    }

    /**
     * The queue's name in statistics and messages.
     *
     * @return the name, or null if it is not set
     */
    public @Nullable String getName() {
        return name;
    }

    /**
     * Sets the queue's name. A shared queue has the name under which it is shared.
     *
     * @param name the name, or null
     * @return this
     */
    public WorkQueueOptions setName(@Nullable String name) {
        this.name = name;
        return this;
    }

    /**
     * How many jobs wait in the queue at most; further submissions wait to be accepted.
     *
     * @return the capacity; with 0 a job is accepted when a server takes it
     */
    public int getCapacity() {
        return capacity;
    }

    /**
     * Sets how many jobs wait in the queue at most.
     *
     * @param capacity the capacity, at least 0; with 0 a job is accepted when a server takes it
     * @return this
     * @throws IllegalArgumentException if it is negative
     */
    public WorkQueueOptions setCapacity(int capacity) {
        this.capacity = ChannelOptions.notNegative(capacity);
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
        return json.put("capacity", capacity);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof WorkQueueOptions that && Objects.equals(name, that.name) && capacity == that.capacity;
    }

    @Override
    public int hashCode() {
        return Objects.hash(name, capacity);
    }

    @Override
    public String toString() {
        return toJson().encode();
    }
}
