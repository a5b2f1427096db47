package io.millrace.verification.soak;

import io.millrace.Channel;
import io.millrace.Receiver;
import io.millrace.Select;
import io.millrace.Sender;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** Channels that live for a moment, with operations that wait when they end, each in another way. */
final class ShortLife {
    private static final List<ChannelKind> KINDS = List.of(ChannelKind.values());

    private final Account account;
    private final SplittableRandom random;

    ShortLife(Account account, SplittableRandom random) {
        this.account = account;
        this.random = random;
    }

    /** One such channel. */
    void turn() {
        ChannelKind kind = KINDS.get(random.nextInt(KINDS.size()));
        Channel<Message> channel = kind.open("short", account);
        Sender<Message> sender = channel.sender();
        Receiver<Message> receiver = channel.receiver();
        List<Runnable> toBeNoted = new ArrayList<>();
        for (int i = random.nextInt(6); i > 0; i--) {
            switch (random.nextInt(3)) {
                case 0 -> note(toBeNoted, receiver.receiveAsync(), account::received);
                case 1 -> note(toBeNoted, receiver.receiveManyAsync(3), batch -> batch.forEach(account::received));
                default ->
                    note(
                            toBeNoted,
                            Select.<Message>fair()
                                    .receive(receiver, message -> message)
                                    .runAsync(),
                            account::received);
            }
        }
        for (int i = random.nextInt(12); i > 0; i--) {
            Message message = account.newMessage();
            note(toBeNoted, sender.sendAsync(message), sent -> account.accepted(message));
        }
        switch (random.nextInt(4)) {
            case 0 -> channel.close();
            case 1 -> channel.cancel();
            case 2 -> receiver.close();
            default -> sender.close();
        }
        if (!receiver.isClosed()) {
            receiver.drain().forEach(account::received);
        }
        receiver.close();
        sender.close();
        toBeNoted.forEach(Runnable::run);
    }

    private static <R> void note(List<Runnable> toBeNoted, CompletableFuture<R> future, Consumer<? super R> action) {
        toBeNoted.add(() -> {
            if (!future.isDone()) {
                throw new IllegalStateException("the channel has ended, and an operation waits");
            }
            if (!future.isCompletedExceptionally()) {
                action.accept(future.join());
            }
        });
    }
}
