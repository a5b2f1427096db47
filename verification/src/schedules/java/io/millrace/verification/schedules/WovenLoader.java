package io.millrace.verification.schedules;

import java.lang.classfile.constantpool.ClassEntry;
import java.lang.classfile.constantpool.PoolEntry;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Loads the core and the scenarios anew, woven, beside the originals. */
final class WovenLoader extends ClassLoader {
    private final Weaver weaver;

    /** A loader of the core as it is, or with a bug. */
    WovenLoader(@Nullable Mutation mutation) {
        super(WovenLoader.class.getClassLoader());
        this.weaver = new Weaver(mutation);
    }

    /** The scenarios that a woven copy of the given class lists. */
    @SuppressWarnings("unchecked")
    List<Scenario> scenarios(Class<? extends Supplier<List<Scenario>>> lister) {
        try {
            initialize(lister.getName());
            Class<?> woven = loadClass(lister.getName());
            return ((Supplier<List<Scenario>>) woven.getDeclaredConstructor().newInstance()).get();
        } catch (ReflectiveOperationException e) {
            throw new IllegalArgumentException("no lister of scenarios: " + lister, e);
        }
    }

    /**
     * Initialises a class and all that it names, directly or not: done in the middle of a schedule, it would make the first
     * run of a seed differ from the second.
     */
    private void initialize(String root) throws ClassNotFoundException {
        Set<String> seen = new HashSet<>(Set.of(root));
        Deque<String> left = new ArrayDeque<>(seen);
        while (!left.isEmpty()) {
            String name = left.remove();
            Class.forName(name, true, this);
            for (PoolEntry entry : weaver.model(name).constantPool()) {
                if (entry instanceof ClassEntry named) {
                    String next = named.asInternalName().replace('/', '.');
                    if (Weaver.weaves(next) && seen.add(next)) {
                        left.add(next);
                    }
                }
            }
        }
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        if (!Weaver.weaves(name)) {
            return super.loadClass(name, resolve);
        }
        synchronized (getClassLoadingLock(name)) {
            Class<?> loaded = findLoadedClass(name);
            if (loaded == null) {
                byte[] woven = weaver.weave(name);
                loaded = defineClass(name, woven, 0, woven.length);
            }
            return loaded;
        }
    }
}
