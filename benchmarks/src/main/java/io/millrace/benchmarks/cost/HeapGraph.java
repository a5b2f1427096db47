package io.millrace.benchmarks.cost;

import java.lang.ref.ReferenceQueue;
import java.lang.reflect.Array;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.openjdk.jol.util.ObjectUtils;
import org.openjdk.jol.vm.VM;

/**
 * The objects that are reachable from some roots, and their sizes as JOL knows them. JOL's own walk would go on through
 * threads, classes and reference queues into the whole JVM, which this one leaves out.
 */
final class HeapGraph {
    private static final List<Class<?>> OUTSIDE =
            List.of(Thread.class, Class.class, ClassLoader.class, ReferenceQueue.class, Enum.class);

    private final Set<Object> found = Collections.newSetFromMap(new IdentityHashMap<>());

    HeapGraph(Object... roots) {
        Deque<Object> open = new ArrayDeque<>();
        for (Object root : roots) {
            visit(root, open);
        }
        Object next;
        while ((next = open.poll()) != null) {
            followReferences(next, open);
        }
    }

    private void visit(Object object, Deque<Object> open) {
        if (object != null && OUTSIDE.stream().noneMatch(type -> type.isInstance(object)) && found.add(object)) {
            open.add(object);
        }
    }

    private void followReferences(Object object, Deque<Object> open) {
        if (object.getClass().isArray()) {
            if (!object.getClass().getComponentType().isPrimitive()) {
                for (int i = 0; i < Array.getLength(object); i++) {
                    visit(Array.get(object, i), open);
                }
            }
            return;
        }
        for (Class<?> type = object.getClass(); type != null; type = type.getSuperclass()) {
            for (Field field : type.getDeclaredFields()) {
                if (!Modifier.isStatic(field.getModifiers()) && !field.getType().isPrimitive()) {
                    visit(value(object, field), open);
                }
            }
        }
    }

    private static Object value(Object object, Field field) {
        if (!field.getDeclaringClass().isRecord() && !field.getDeclaringClass().isHidden()) {
            return ObjectUtils.value(object, field); // even where the JDK's modules let nobody in
        }
        try {
            field.setAccessible(true);
            return field.get(object);
        } catch (IllegalAccessException shut) {
            throw new IllegalStateException("cannot read " + field, shut);
        }
    }

    /** The bytes of all. */
    double bytes() {
        return found.stream().mapToLong(object -> VM.current().sizeOf(object)).sum();
    }

    /** Without those of another one. */
    HeapGraph without(HeapGraph other) {
        HeapGraph rest = new HeapGraph();
        rest.found.addAll(found);
        rest.found.removeAll(other.found);
        return rest;
    }

    /** What it consists of, for people: how many of each class, and their bytes. */
    @Override
    public String toString() {
        return found.stream()
                .collect(Collectors.groupingBy(
                        object -> object.getClass().getTypeName(),
                        java.util.TreeMap::new,
                        Collectors.summarizingLong(object -> VM.current().sizeOf(object))))
                .entrySet()
                .stream()
                .map(entry -> entry.getValue().getCount() + " " + entry.getKey() + " "
                        + entry.getValue().getSum())
                .collect(Collectors.joining(", "));
    }
}
