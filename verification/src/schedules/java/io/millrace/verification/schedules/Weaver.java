package io.millrace.verification.schedules;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
import java.lang.classfile.FieldModel;
import java.lang.classfile.MethodModel;
import java.lang.classfile.MethodTransform;
import java.lang.classfile.Opcode;
import java.lang.classfile.instruction.ArrayLoadInstruction;
import java.lang.classfile.instruction.ArrayStoreInstruction;
import java.lang.classfile.instruction.FieldInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.classfile.instruction.MonitorInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.lang.reflect.AccessFlag;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Weaves a point before each step of the core that other threads may see: access to a field that is not final or to an
 * array, a call of a VarHandle or of java.util.concurrent, and what reads or sets interrupts. Calls that ask the clock, the
 * dice or a pool of threads, in the core and in the scenarios, become calls of {@link WovenCalls}.
 *
 * <p>Constructors have no points: what they build is not shared yet; nor have static initialisers, which run once for all
 * schedules. There is one CPU, and the figures that make threads yield long and segments large are small.
 */
final class Weaver {
    private static final ClassDesc CALLS = WovenCalls.class.describeConstable().orElseThrow();
    private static final MethodTypeDesc NOTHING = MethodTypeDesc.of(ConstantDescs.CD_void);
    private static final Set<String> REPLACED = Set.of(
            "java/lang/Thread.yield",
            "java/lang/Thread.onSpinWait",
            "java/lang/Runtime.availableProcessors",
            "java/lang/System.nanoTime",
            "java/time/Instant.now",
            "java/util/concurrent/locks/LockSupport.park",
            "java/util/concurrent/locks/LockSupport.parkNanos",
            "java/util/concurrent/ThreadLocalRandom.nextInt",
            "java/util/concurrent/Executor.execute",
            "java/util/concurrent/CompletableFuture.orTimeout",
            "java/util/concurrent/CompletableFuture.completeOnTimeout");
    private static final Set<String> SEEN_BY_OTHERS =
            Set.of("java/lang/Thread.interrupt", "java/lang/Thread.interrupted", "java/lang/Thread.isInterrupted");
    private static final List<Mutation> SMALL_FIGURES =
            List.of(Mutation.returning("Tuning.yields", 1), Mutation.returning("Tuning.segmentLength", 2));

    private final ClassFile classFile = ClassFile.of();
    private final Map<String, ClassModel> models = new HashMap<>();
    private final @Nullable Mutation mutation;

    Weaver(@Nullable Mutation mutation) {
        this.mutation = mutation;
    }

    /** Whether a class is to be loaded anew, woven: those of the core, and the scenarios that use them. */
    static boolean weaves(String className) {
        return isCore(className) || className.startsWith("io.millrace.verification.schedules.scenarios.");
    }

    private static boolean isCore(String className) {
        return className.startsWith("io.millrace.") && !className.startsWith("io.millrace.verification.");
    }

    /** The class as it stands on the class path. */
    ClassModel model(String className) {
        return models.computeIfAbsent(className, name -> {
            String file = name.replace('.', '/') + ".class";
            try (InputStream in = Weaver.class.getClassLoader().getResourceAsStream(file)) {
                if (in == null) {
                    throw new IllegalArgumentException("no such class: " + name);
                }
                return classFile.parse(in.readAllBytes());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    byte[] weave(String className) {
        ClassModel model = model(className);
        for (Mutation small : SMALL_FIGURES) {
            model = small.applyTo(model);
        }
        if (mutation != null) {
            model = mutation.applyTo(model);
        }
        boolean core = isCore(className);
        return classFile.transformClass(model, (builder, element) -> {
            if (element instanceof MethodModel method) {
                boolean points = core && !method.methodName().stringValue().startsWith("<");
                builder.transformMethod(
                        method, MethodTransform.transformingCode((code, step) -> weave(code, step, points)));
            } else {
                builder.with(element);
            }
        });
    }

    private void weave(CodeBuilder code, CodeElement element, boolean points) {
        if (element instanceof InvokeInstruction call && isReplaced(call)) {
            MethodTypeDesc type = call.typeSymbol();
            if (call.opcode() != Opcode.INVOKESTATIC) {
                type = type.insertParameterTypes(0, call.owner().asSymbol());
            }
            code.invokestatic(CALLS, call.name().stringValue(), type);
            return;
        }
        if (points && isStep(element)) {
            code.invokestatic(CALLS, "point", NOTHING);
        }
        code.with(element);
    }

    private static boolean isReplaced(InvokeInstruction call) {
        return call.opcode() != Opcode.INVOKESPECIAL && REPLACED.contains(nameOf(call));
    }

    private static String nameOf(InvokeInstruction call) {
        return call.owner().asInternalName() + "." + call.name().stringValue();
    }

    private boolean isStep(CodeElement element) {
        return switch (element) {
            case FieldInstruction access -> {
                String owner = access.owner().asInternalName().replace('/', '.');
                yield isCore(owner) && !isFinal(owner, access.name().stringValue());
            }
            case ArrayLoadInstruction load -> true;
            case ArrayStoreInstruction store -> true;
            case MonitorInstruction monitor -> true;
            case InvokeInstruction call -> {
                String owner = call.owner().asInternalName();
                yield owner.startsWith("java/util/concurrent/")
                        || owner.equals("java/lang/invoke/VarHandle")
                        || SEEN_BY_OTHERS.contains(nameOf(call));
            }
            default -> false;
        };
    }

    private boolean isFinal(String owner, String field) {
        ClassModel model = model(owner);
        for (FieldModel declared : model.fields()) {
            if (declared.fieldName().equalsString(field)) {
                return declared.flags().has(AccessFlag.FINAL);
            }
        }
        String parent = model.superclass().orElseThrow().asInternalName().replace('/', '.');
        return isCore(parent) && isFinal(parent, field);
    }
}
