package dev.berth.linux.seccomp;

import dev.berth.linux.Errno;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A C library that tries a new system call falls back to an older one when it gets ENOSYS, but not when it gets EPERM.
 * So a filter that refuses by default answers ENOSYS for numbers beyond the newest that its profile names, by a few
 * instructions put before libseccomp's.
 */
final class NewerSyscalls {
    private static final int LOAD_WORD = 0x20;
    private static final int JUMP_GREATER = 0x25;
    private static final int JUMP_EQUAL = 0x15;
    private static final int JUMP_SET = 0x45;
    private static final int RETURN = 0x06;
    private static final int NUMBER = 0;
    private static final int ARCHITECTURE = 4;
    private static final int X32_BIT = 0x40000000;
    private static final int INSTRUCTION = 8;

    /** BPF_MAXINSNS */
    private static final int LIMIT = 4096;

    private record Instruction(int code, int ifTrue, int ifFalse, int operand) {}

    private NewerSyscalls() {}

    static byte[] prepend(SeccompProfile profile, byte[] program) {
        var stub = refusesByErrno(profile) ? stub(newest(profile)) : List.<Instruction>of();
        int count = stub.size() + program.length / INSTRUCTION;
        if (count > LIMIT) {
            throw new IllegalArgumentException(
                    "seccomp profile compiles to " + count + " instructions; the kernel takes " + LIMIT);
        }
        var bytes = ByteBuffer.allocate(INSTRUCTION * count).order(ByteOrder.nativeOrder());
        for (Instruction one : stub) {
            bytes.putShort((short) one.code()).put((byte) one.ifTrue()).put((byte) one.ifFalse());
            bytes.putInt(one.operand());
        }
        return bytes.put(program).array();
    }

    private static boolean refusesByErrno(SeccompProfile profile) {
        return profile.defaultAction() == Action.ERRNO;
    }

    /** The largest number among the profile's system calls, for each of its architectures but x32 (which has bit 30 set). */
    private static Map<Architecture, Integer> newest(SeccompProfile profile) {
        var newest = new EnumMap<Architecture, Integer>(Architecture.class);
        for (Architecture architecture : architectures(profile)) {
            profile.syscalls().stream()
                    .flatMap(rule -> rule.names().stream())
                    .mapToInt(name -> LibSeccomp.seccomp_syscall_resolve_name_arch(architecture.token(), name))
                    .max()
                    .stream()
                    .filter(number -> number >= 0)
                    .forEach(number -> newest.put(architecture, number));
        }
        return newest;
    }

    private static List<Architecture> architectures(SeccompProfile profile) {
        var architectures = new ArrayList<Architecture>();
        Optional<Architecture> own = Architecture.of(LibSeccomp.seccomp_arch_native());
        own.ifPresent(architectures::add);
        for (String name : profile.architectures()) {
            Architecture architecture = Architecture.named(name);
            if (architecture != Architecture.SCMP_ARCH_X32 && !architectures.contains(architecture)) {
                architectures.add(architecture);
            }
        }
        return architectures;
    }

    /** Per architecture: if it is the caller's and the number is beyond, return ENOSYS; else go on. */
    private static List<Instruction> stub(Map<Architecture, Integer> newest) {
        var stub = new ArrayList<Instruction>();
        newest.forEach((architecture, number) -> {
            stub.add(new Instruction(LOAD_WORD, 0, 0, ARCHITECTURE));
            stub.add(new Instruction(JUMP_EQUAL, 0, 4, architecture.token()));
            stub.add(new Instruction(LOAD_WORD, 0, 0, NUMBER));
            stub.add(new Instruction(JUMP_SET, 2, 0, X32_BIT));
            stub.add(new Instruction(JUMP_GREATER, 0, 1, number));
            stub.add(new Instruction(RETURN, 0, 0, Action.ERRNO.code(Errno.ENOSYS)));
        });
        return stub;
    }
}
