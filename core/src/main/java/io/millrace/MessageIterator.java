package io.millrace;

import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Iterates over what a supplier gives, until it gives null. */
final class MessageIterator<T> implements Iterator<T> {
    private final Supplier<@Nullable T> source;
    private @Nullable T takenAhead;

    MessageIterator(Supplier<@Nullable T> source) {
        this.source = source;
    }

    @Override
    public boolean hasNext() {
        if (takenAhead == null) {
            takenAhead = source.get();
        }
        return takenAhead != null;
    }

    @Override
    public T next() {
        T message = takenAhead != null ? takenAhead : source.get();
        takenAhead = null;
        if (message == null) {
            throw new NoSuchElementException("no more messages");
        }
        return message;
    }
}
