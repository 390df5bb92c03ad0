package dev.berth.linux.seccomp;

import java.util.Optional;

/** Instruction sets as libseccomp and the kernel number them (AUDIT_ARCH_*). */
enum Architecture {
    SCMP_ARCH_X86(0x40000003),
    SCMP_ARCH_X86_64(0xc000003e),
    SCMP_ARCH_X32(0x4000003e),
    SCMP_ARCH_ARM(0x40000028),
    SCMP_ARCH_AARCH64(0xc00000b7),
    SCMP_ARCH_MIPS(0x00000008),
    SCMP_ARCH_MIPS64(0x80000008),
    SCMP_ARCH_MIPS64N32(0xa0000008),
    SCMP_ARCH_MIPSEL(0x40000008),
    SCMP_ARCH_MIPSEL64(0xc0000008),
    SCMP_ARCH_MIPSEL64N32(0xe0000008),
    SCMP_ARCH_PPC(0x00000014),
    SCMP_ARCH_PPC64(0x80000015),
    SCMP_ARCH_PPC64LE(0xc0000015),
    SCMP_ARCH_S390(0x00000016),
    SCMP_ARCH_S390X(0x80000016),
    SCMP_ARCH_RISCV64(0xc00000f3);

    private final int token;

    Architecture(int token) {
        this.token = token;
    }

    int token() {
        return token;
    }

    static Architecture named(String name) {
        for (Architecture architecture : values()) {
            if (architecture.name().equals(name)) {
                return architecture;
            }
        }
        throw new IllegalArgumentException("seccomp architecture \"" + name + "\" is not known");
    }

    static Optional<Architecture> of(int token) {
        for (Architecture architecture : values()) {
            if (architecture.token == token) {
                return Optional.of(architecture);
            }
        }
        return Optional.empty();
    }
}
