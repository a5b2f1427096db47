package io.millrace.vertx;

import static io.millrace.vertx.Host.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.Channel;
import io.millrace.SendResult;
import io.vertx.core.ThreadingModel;
import io.vertx.core.Vertx;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The core's blocking calls on the threads of Vert.x. */
class EventLoopGuardTest {
    private final Vertx vertx = Vertx.vertx();
    private final Channel<Integer> channel = Channel.bounded(2);

    @AfterEach
    void closeVertx() throws Exception {
        get(vertx.close());
    }

    @Test
    void blockingCall_onAnEventLoop_isRefused_namingTheAsyncMethod_andChangesNothing() throws Exception {
        Host loop = Host.deploy(vertx, ThreadingModel.EVENT_LOOP);
        channel.sender().send(1);
        assertThatThrownBy(() -> loop.call(() -> channel.receiver().receive()))
                .rootCause()
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("vert.x-eventloop-thread")
                .hasMessageContaining("receiveAsync");
        assertThatThrownBy(() -> loop.call(() -> channel.sender().trySend(2, Duration.ofSeconds(1))))
                .rootCause()
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("sendAsync");
        assertThat(channel.stats().size()).isEqualTo(1);
        assertThat(loop.call(() -> channel.sender().trySend(2))).isEqualTo(SendResult.SENT);
    }

    @Test
    void blockingCall_onOtherModels_isAllowed() throws Exception {
        for (ThreadingModel model : Host.models().toList()) {
            if (model != ThreadingModel.EVENT_LOOP) {
                Host host = Host.deploy(vertx, model);
                channel.sender().send(1);
                assertThat(host.call(() -> channel.receiver().receive())).isEqualTo(1);
            }
        }
    }
}
