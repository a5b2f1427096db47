package io.millrace.vertx;

import static io.millrace.vertx.Host.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.Channel;
import io.millrace.spi.BlockingGuard;
import io.vertx.core.ThreadingModel;
import io.vertx.core.Vertx;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;

/** The build runs this on the module path and again on the class path, and says which. */
class PathTest {
    private static final boolean ON_CLASS_PATH = "class".equals(System.getProperty("millrace.test.path"));

    @Test
    void theModules_areNamed_onTheModulePathOnly() {
        for (Class<?> type : new Class<?>[] {VertxChannel.class, Channel.class, Vertx.class}) {
            assertThat(type.getModule().isNamed()).as("%s", type.getModule()).isEqualTo(!ON_CLASS_PATH);
        }
    }

    @Test
    void theGuard_isFoundByTheServiceLoader() throws Exception {
        if (ON_CLASS_PATH) {
            assertThat(ServiceLoader.load(BlockingGuard.class))
                    .extracting(guard -> guard.getClass().getName())
                    .containsExactly("io.millrace.vertx.internal.EventLoopGuard");
        } else {
            assertThat(VertxChannel.class.getModule().getDescriptor().provides())
                    .anySatisfy(provides -> assertThat(provides.service()).isEqualTo(BlockingGuard.class.getName()));
        }
        Vertx vertx = Vertx.vertx();
        try {
            Host loop = Host.deploy(vertx, ThreadingModel.EVENT_LOOP);
            // the core asks whom it has found
            assertThatThrownBy(
                            () -> loop.call(() -> Channel.bounded(1).receiver().receive()))
                    .rootCause()
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("event-loop thread");
        } finally {
            get(vertx.close());
        }
    }
}
