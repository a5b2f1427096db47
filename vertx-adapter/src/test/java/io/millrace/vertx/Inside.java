package io.millrace.vertx;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.internal.CloseFuture;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Field;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

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
                        + ((OwnedList) field(OwnerContext.class, "operations").get(owner))
                                .all()
                                .size();
    }

    /** The stacks of all threads that are in Vert.x or in Millrace, virtual ones too: to be seen when something hangs. */
    static String stacks() {
        try {
            Path file = Files.createTempFile("millrace-stacks", ".txt");
            boolean withVirtual = Runtime.version().feature() >= 21;
            Process jcmd = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "jcmd")
                                    .toString(),
                            Long.toString(ProcessHandle.current().pid()),
                            withVirtual ? "Thread.dump_to_file" : "Thread.print",
                            withVirtual ? "-overwrite" : "-l",
                            withVirtual ? file.toString() : "-e")
                    .redirectErrorStream(true)
                    .start();
            String printed = new String(jcmd.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            String all = withVirtual ? Files.readString(file) : printed;
            Files.delete(file);
            return Stream.of(all.split("\\R\\R"))
                    .filter(stack ->
                            stack.contains("io.millrace") || stack.contains("virtual") || stack.contains("Carrier"))
                    .collect(Collectors.joining("\n\n"));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
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
