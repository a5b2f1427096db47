package io.millrace;

import java.util.Spliterator;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Gives a stream what a supplier gives, until it gives null; it asks only when the stream does, and does not split. */
final class MessageSpliterator<T> implements Spliterator<T> {
    private final Supplier<@Nullable T> source;

    MessageSpliterator(Supplier<@Nullable T> source) {
        this.source = source;
    }

    @Override
    public boolean tryAdvance(Consumer<? super T> action) {
        T message = source.get();
        if (message == null) {
            return false;
        }
        action.accept(message);
        return true;
    }

    @Override
    public @Nullable Spliterator<T> trySplit() {
        return null;
    }

    @Override
    public long estimateSize() {
        return Long.MAX_VALUE;
    }

    @Override
    public int characteristics() {
        return ORDERED | NONNULL;
    }
}
