package io.millrace.verification.faults;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Objects;
import java.util.Set;
import net.bytebuddy.jar.asm.ClassReader;
import net.bytebuddy.jar.asm.ClassVisitor;
import net.bytebuddy.jar.asm.ClassWriter;
import net.bytebuddy.jar.asm.Handle;
import net.bytebuddy.jar.asm.MethodVisitor;
import net.bytebuddy.jar.asm.Opcodes;
import net.bytebuddy.jar.asm.Type;
import org.jspecify.annotations.Nullable;

/**
 * Loads the core anew, with a call of {@link Allocation#next} where it allocates: objects of all kinds (waiters, futures,
 * segments, results, exceptions, reports), arrays, lambdas that capture, strings, and lists that grow. What the JDK allocates
 * inside what the core calls succeeds otherwise. The tests' own classes are loaded beside it as they are.
 */
final class AllocationLoader extends ClassLoader {
    private static final String TESTS = "io.millrace.verification.";
    private static final Set<String> GROWING =
            Set.of("add", "addAll", "copyOf", "ensureCapacity", "iterator", "of", "set");

    AllocationLoader() {
        super(AllocationLoader.class.getClassLoader());
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        if (!name.startsWith("io.millrace.") || name.equals(Allocation.class.getName())) {
            return super.loadClass(name, resolve);
        }
        synchronized (getClassLoadingLock(name)) {
            Class<?> loaded = findLoadedClass(name);
            if (loaded == null) {
                byte[] original = bytes(name);
                byte[] code = name.startsWith(TESTS) ? original : counted(original);
                loaded = defineClass(name, code, 0, code.length);
            }
            return loaded;
        }
    }

    private byte[] bytes(String name) {
        try (InputStream in = getParent().getResourceAsStream(name.replace('.', '/') + ".class")) {
            return Objects.requireNonNull(in, name).readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] counted(byte[] original) {
        ClassReader reader = new ClassReader(original);
        ClassWriter writer = new ClassWriter(reader, 0);
        reader.accept(
                new ClassVisitor(Opcodes.ASM9, writer) {
                    @Override
                    public MethodVisitor visitMethod(
                            int access,
                            String name,
                            String descriptor,
                            @Nullable String signature,
                            String @Nullable [] exceptions) {
                        MethodVisitor visitor = super.visitMethod(access, name, descriptor, signature, exceptions);
                        return name.equals("<clinit>") ? visitor : new Counted(visitor);
                    }
                },
                0);
        return writer.toByteArray();
    }

    private static final class Counted extends MethodVisitor {
        Counted(MethodVisitor visitor) {
            super(Opcodes.ASM9, visitor);
        }

        private void count() {
            super.visitMethodInsn(Opcodes.INVOKESTATIC, Type.getInternalName(Allocation.class), "next", "()V", false);
        }

        @Override
        public void visitTypeInsn(int opcode, String type) {
            super.visitTypeInsn(opcode, type);
            if (opcode == Opcodes.ANEWARRAY || opcode == Opcodes.NEW) {
                count(); // behind it: stack maps name the place of a NEW
            }
        }

        @Override
        public void visitIntInsn(int opcode, int operand) {
            if (opcode == Opcodes.NEWARRAY) {
                count();
            }
            super.visitIntInsn(opcode, operand);
        }

        @Override
        public void visitInvokeDynamicInsn(String name, String descriptor, Handle bootstrap, Object... arguments) {
            if (Type.getArgumentTypes(descriptor).length > 0) { // it captures something, or makes a string of it
                count();
            }
            super.visitInvokeDynamicInsn(name, descriptor, bootstrap, arguments);
        }

        @Override
        public void visitMethodInsn(int opcode, String owner, String name, String descriptor, boolean isInterface) {
            boolean grows = owner.startsWith("java/util/") || owner.equals("java/lang/ThreadLocal");
            boolean ensured = owner.equals("java/util/ArrayList")
                    && name.equals("add"); // its capacity, before a message is taken
            if (grows && !ensured && !owner.startsWith("java/util/concurrent/") && GROWING.contains(name)) {
                count();
            }
            super.visitMethodInsn(opcode, owner, name, descriptor, isInterface);
        }
    }
}
