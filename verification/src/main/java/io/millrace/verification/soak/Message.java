package io.millrace.verification.soak;

/** What travels; told apart by identity, and by its number in the sums of an {@link Account}. */
final class Message {
    final long number;

    Message(long number) {
        this.number = number;
    }

    @Override
    public String toString() {
        return "message " + number;
    }
}
