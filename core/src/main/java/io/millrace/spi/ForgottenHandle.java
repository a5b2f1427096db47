package io.millrace.spi;

import org.jspecify.annotations.Nullable;

/**
 * A handle that became unreachable without having been closed.
 *
 * @param channel the name of its channel
 * @param side {@code "sender"} or {@code "receiver"}
 * @param opened where it was opened, if leak detection sampled it, else null
 */
public record ForgottenHandle(
        String channel, String side, @Nullable Throwable opened) {}
