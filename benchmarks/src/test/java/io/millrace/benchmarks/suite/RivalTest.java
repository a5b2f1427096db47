package io.millrace.benchmarks.suite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What the suite measures is what it says: every rival moves every message in every cell that it claims. */
class RivalTest {
    private static final int MESSAGES = 400;

    static Stream<Arguments> rivalsAndCells() {
        return Rival.all().stream()
                .flatMap(rival -> Arrays.stream(ThreadKind.values())
                        .filter(kind ->
                                kind == ThreadKind.PLATFORM || Runtime.version().feature() >= 21)
                        .flatMap(kind -> Cell.grid(kind).stream())
                        .filter(rival::supports)
                        .map(cell -> Arguments.of(rival.title(), cell)));
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("rivalsAndCells")
    void run_ends(String rival, Cell cell) throws Exception {
        Rival.named(rival).run(cell, MESSAGES);
    }

    @Test
    void millrace_runsEveryCell() {
        assertThat(Cell.grid(ThreadKind.PLATFORM)).hasSize(22).allMatch(new Millrace()::supports);
    }

    @Test
    void threadRival_countsItsMessages() throws Exception {
        AtomicInteger sent = new AtomicInteger();
        AtomicInteger received = new AtomicInteger();
        ThreadRival counting = new ThreadRival("counting", capacity -> true) {
            @Override
            public Exchange open(Cell.Capacity capacity) {
                Exchange real = new Millrace().open(capacity);
                return new Exchange() {
                    @Override
                    public void send(Object message) throws InterruptedException {
                        real.send(message);
                        sent.incrementAndGet();
                    }

                    @Override
                    public Object receive() throws InterruptedException {
                        Object message = real.receive();
                        received.incrementAndGet();
                        return message;
                    }
                };
            }
        };

        for (Cell cell : Cell.grid(ThreadKind.PLATFORM)) {
            counting.run(cell, MESSAGES);
        }

        assertThat(sent).hasValue(22 * MESSAGES);
        assertThat(received).hasValue(22 * MESSAGES);
    }

    @Test
    void named_unknown_saysWhichThereAre() {
        assertThatThrownBy(() -> Rival.named("flume"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("flume")
                .hasMessageContaining("millrace");
    }
}
