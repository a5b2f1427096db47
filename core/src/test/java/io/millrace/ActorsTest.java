package io.millrace;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class ActorsTest {
    @Test
    void afterEach_failedAssertionInAThread_failsTheTest() {
        Actors actors = new Actors();
        AssertionError failure = new AssertionError("wrong");
        actors.start("wrong", () -> {
            throw failure;
        });

        assertThatThrownBy(() -> actors.afterEach(null))
                .isInstanceOf(AssertionError.class)
                .hasCause(failure);
    }

    @Test
    void join_severalFailures_reportsEach() {
        Actors actors = new Actors();
        for (int i = 0; i < 2; i++) {
            actors.start("wrong", () -> {
                throw new IllegalStateException("wrong");
            });
        }

        assertThatThrownBy(actors::join)
                .hasCauseInstanceOf(IllegalStateException.class)
                .satisfies(error -> org.assertj.core.api.Assertions.assertThat(error.getSuppressed())
                        .hasSize(1));
    }

    @Test
    void join_threadThatDoesNotEnd_fails() {
        Actors actors = new Actors(0);
        CountDownLatch never = new CountDownLatch(1);
        Thread stuck = actors.start("stuck", never::await);
        Await.blocked(stuck);

        assertThatThrownBy(actors::join).hasMessageContaining("did not end");
        Await.until("the stuck thread was interrupted", () -> !stuck.isAlive());
    }

    @Test
    void join_allSucceed_passes() {
        Actors actors = new Actors();
        actors.start("right", () -> {});

        assertThatCode(actors::join).doesNotThrowAnyException();
    }
}
