package io.millrace.vertx;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.internal.CloseFuture;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import java.lang.reflect.Field;
import java.util.Collection;
import java.util.Map;

/** What long-lived objects hold, where neither Vert.x nor the adapter has a query for it. */
final class Inside {
    private Inside() {}

    /** How many hooks wait for the end of a Vert.x. */
    static int hooks(Vertx vertx) throws ReflectiveOperationException {
        return hooks(((VertxInternal) vertx).closeFuture());
    }

    /** How many hooks wait for the end of a context. */
    static int hooks(Context context) throws ReflectiveOperationException {
        return hooks(((ContextInternal) context).closeFuture());
    }

    /** How many handles, streams and operations a context keeps to end them with itself. */
    static int owned(Context context) throws ReflectiveOperationException {
        Object owner = ((ContextInternal) context).unwrap().contextData().get(OwnerContext.class);
        return owner == null
                ? 0
                : ((Collection<?>) field(OwnerContext.class, "handles").get(owner)).size()
                        + ((Collection<?>)
                                        field(OwnerContext.class, "operations").get(owner))
                                .size();
    }

    private static int hooks(CloseFuture closeFuture) throws ReflectiveOperationException {
        synchronized (closeFuture) {
            Map<?, ?> children =
                    (Map<?, ?>) field(CloseFuture.class, "children").get(closeFuture);
            return children == null ? 0 : children.size();
        }
    }

    private static Field field(Class<?> owner, String name) throws ReflectiveOperationException {
        Field field = owner.getDeclaredField(name);
        field.setAccessible(true);
        return field;
    }
}
