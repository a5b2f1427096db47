package io.millrace.verification.schedules;

import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.Label;
import java.lang.classfile.MethodModel;
import java.lang.classfile.MethodTransform;
import java.lang.classfile.Opcode;
import java.lang.classfile.TypeKind;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * A bug put into a method of the core as it is loaded.
 *
 * @param name says what is wrong
 * @param className the class, in io.millrace.internal
 * @param methodName the method; all of that name
 * @param change what becomes of its code
 */
record Mutation(String name, String className, String methodName, CodeTransform change) {
    private static final String PACKAGE = "io.millrace.internal.";
    private static final ClassDesc VAR_HANDLE = ConstantDescs.CD_VarHandle;

    private static Mutation of(String name, String method, CodeTransform change) {
        int dot = method.indexOf('.');
        return new Mutation(name, PACKAGE + method.substring(0, dot), method.substring(dot + 1), change);
    }

    /** The method does nothing but return a number, a truth value, or nothing. */
    static Mutation returning(String method, int value) {
        return of(
                method + " returns " + value,
                method,
                replaceBody(code -> code.loadConstant(value).ireturn()));
    }

    /** The method does nothing. */
    static Mutation empty(String method) {
        return of(method + " does nothing", method, replaceBody(CodeBuilder::return_));
    }

    private static CodeTransform replaceBody(Consumer<CodeBuilder> body) {
        return new CodeTransform() {
            @Override
            public void accept(CodeBuilder code, CodeElement dropped) {}

            @Override
            public void atEnd(CodeBuilder code) {
                body.accept(code);
            }
        };
    }

    /** The method leaves out its calls of another one, whose result, if it has one, it takes for a number. */
    static Mutation without(String method, String callee, int result) {
        return of(method + " does not call " + callee, method, (code, element) -> {
            if (element instanceof InvokeInstruction call && call.name().equalsString(callee)) {
                List<ClassDesc> popped = new ArrayList<>(call.typeSymbol().parameterList());
                if (call.opcode() != Opcode.INVOKESTATIC) {
                    popped.add(0, call.owner().asSymbol());
                }
                for (ClassDesc type : popped.reversed()) {
                    if (TypeKind.from(type).slotSize() == 2) {
                        code.pop2();
                    } else {
                        code.pop();
                    }
                }
                if (!call.typeSymbol().returnType().equals(ConstantDescs.CD_void)) {
                    code.loadConstant(result);
                }
            } else {
                code.with(element);
            }
        });
    }

    /** The method's atomic accesses through VarHandles read, then write. */
    static Mutation torn(String method) {
        return of(method + " reads, then writes", method, (code, element) -> {
            if (element instanceof InvokeInstruction call
                    && call.owner().asSymbol().equals(VAR_HANDLE)) {
                switch (call.name().stringValue()) {
                    case "compareAndSet" -> readThenWrite(code, call.typeSymbol(), Atomic.COMPARE);
                    case "getAndSet" -> readThenWrite(code, call.typeSymbol(), Atomic.SET);
                    case "getAndAdd" -> readThenWrite(code, call.typeSymbol(), Atomic.ADD);
                    default -> code.with(element);
                }
            } else {
                code.with(element);
            }
        });
    }

    private enum Atomic {
        COMPARE,
        SET,
        ADD
    }

    /** On the stack: the handle, the object, to compare the expected value, and the new value or what to add. */
    private static void readThenWrite(CodeBuilder code, MethodTypeDesc type, Atomic access) {
        ClassDesc object = type.parameterType(0);
        ClassDesc value = type.parameterType(type.parameterCount() - 1);
        TypeKind kind = TypeKind.from(value).asLoadable();
        int written = code.allocateLocal(kind);
        int expected = code.allocateLocal(kind);
        int target = code.allocateLocal(TypeKind.REFERENCE);
        int handle = code.allocateLocal(TypeKind.REFERENCE);
        Label fails = code.newLabel();
        Label end = code.newLabel();
        code.storeLocal(kind, written);
        if (access == Atomic.COMPARE) {
            code.storeLocal(kind, expected);
        }
        code.astore(target).astore(handle);
        code.aload(handle).aload(target).invokevirtual(VAR_HANDLE, "getVolatile", MethodTypeDesc.of(value, object));
        switch (access) {
            case COMPARE -> {
                code.loadLocal(kind, expected);
                code.branch(kind == TypeKind.REFERENCE ? Opcode.IF_ACMPNE : Opcode.IF_ICMPNE, fails);
            }
            case SET -> {}
            case ADD -> code.dup().iload(written).iadd().istore(written);
        }
        code.aload(handle)
                .aload(target)
                .loadLocal(kind, written)
                .invokevirtual(VAR_HANDLE, "setVolatile", MethodTypeDesc.of(ConstantDescs.CD_void, object, value));
        if (access == Atomic.COMPARE) {
            code.iconst_1().goto_(end).labelBinding(fails).iconst_0().labelBinding(end);
        }
    }

    /** The core's class with the bug, if it is the one; else the same. */
    ClassModel applyTo(ClassModel original) {
        if (!original.thisClass().asInternalName().equals(className.replace('.', '/'))) {
            return original;
        }
        if (original.methods().stream().noneMatch(method -> method.methodName().equalsString(methodName))) {
            throw new IllegalArgumentException("no such method: " + className + "." + methodName);
        }
        ClassFile classFile = ClassFile.of();
        byte[] changed = classFile.transformClass(original, (builder, element) -> {
            if (element instanceof MethodModel method && method.methodName().equalsString(methodName)) {
                builder.transformMethod(method, MethodTransform.transformingCode(change));
            } else {
                builder.with(element);
            }
        });
        return classFile.parse(changed);
    }

    @Override
    public String toString() {
        return name;
    }
}
