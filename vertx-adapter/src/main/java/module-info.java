import org.jspecify.annotations.NullMarked;

/**
 * Millrace for Vert.x 5: channels whose waiters resume on their own Vert.x context.
 *
 * <p>Start with {@link io.millrace.vertx.VertxChannel}.
 */
@NullMarked
module io.millrace.vertx {
    requires transitive io.millrace;
    requires transitive io.vertx.core;
    requires io.netty.common;
    requires io.netty.transport;
    requires static micrometer.core;
    requires static org.jspecify;

    exports io.millrace.vertx;

    provides io.millrace.spi.BlockingGuard with
            io.millrace.vertx.internal.EventLoopGuard;
}
