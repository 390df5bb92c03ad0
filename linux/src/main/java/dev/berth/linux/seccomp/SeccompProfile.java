package dev.berth.linux.seccomp;

import java.util.List;
import java.util.OptionalInt;

/**
 * A seccomp profile in the OCI runtime specification's terms ({@code linux.seccomp}).
 *
 * @param defaultAction for every system call that no rule names
 * @param defaultErrno for {@link Action#ERRNO} and {@link Action#TRACE}; absent: EPERM
 * @param architectures {@code SCMP_ARCH_*}; the host's own is always among them
 * @param flags {@code SECCOMP_FILTER_FLAG_*}
 */
public record SeccompProfile(
        Action defaultAction,
        OptionalInt defaultErrno,
        List<String> architectures,
        List<String> flags,
        List<SyscallRule> syscalls) {
    private static final int LARGEST_ERRNO = 4095;

    public SeccompProfile {
        architectures = List.copyOf(architectures);
        flags = List.copyOf(flags);
        syscalls = List.copyOf(syscalls);
        checkErrno(defaultErrno);
        architectures.forEach(Architecture::named);
        flags.forEach(SeccompFlag::named);
    }

    static void checkErrno(OptionalInt errno) {
        if (errno.isPresent() && (errno.getAsInt() < 0 || errno.getAsInt() > LARGEST_ERRNO)) {
            throw new IllegalArgumentException("seccomp errno " + errno.getAsInt() + " is not 0 to " + LARGEST_ERRNO);
        }
    }

    /** The flags' bits for seccomp(2). */
    public long flagBits() {
        return flags.stream()
                .map(SeccompFlag::named)
                .mapToLong(SeccompFlag::bit)
                .reduce(0, (a, b) -> a | b);
    }
}
