package io.millrace.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The buffer of messages against a plain deque, with segments so short that each step meets their ends. */
class SegmentsTest {
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 64})
    void randomSteps_doWhatADequeDoes(int segmentLength) {
        long seed = System.nanoTime();
        SplittableRandom random = new SplittableRandom(seed);
        Segments<Integer> segments = new Segments<>(segmentLength);
        Deque<Integer> expected = new ArrayDeque<>();
        for (int i = 0; i < 20_000; i++) {
            int dice = random.nextInt(100);
            // phases of filling and of draining
            int growth = (i / 500) % 2 == 0 ? 60 : 35;
            if (dice < growth) {
                segments.reserve();
                segments.addLast(i);
                expected.addLast(i);
            } else if (dice < growth + 5) {
                segments.addFirst(i);
                expected.addFirst(i);
            } else if (!expected.isEmpty()) {
                assertThat(segments.removeFirst())
                        .as("seed %d, step %d", seed, i)
                        .isEqualTo(expected.removeFirst());
            }
            segments.checkInvariants();
            assertThat(segments.size()).isEqualTo(expected.size());
        }
    }

    @Test
    void addLast_withoutReserve_isRefused() {
        Segments<Integer> segments = new Segments<>(1);

        assertThatThrownBy(() -> segments.addLast(1)).isInstanceOf(IllegalStateException.class);

        segments.checkInvariants();
        assertThat(segments.size()).isZero();
    }

    @Test
    void removeFirst_fromNothing_isRefused() {
        Segments<Integer> segments = new Segments<>(1);

        assertThatThrownBy(segments::removeFirst).isInstanceOf(RuntimeException.class);

        segments.checkInvariants();
        assertThat(segments.size()).isZero();
    }
}
