package dev.berth.linux.seccomp;

import java.util.List;
import java.util.OptionalInt;

/**
 * What to do with some system calls.
 *
 * @param names as in {@code syscalls(2)}; those this libseccomp does not know are passed over
 * @param errno for {@link Action#ERRNO} and {@link Action#TRACE}; absent: EPERM
 * @param arguments all must hold; but several tests of the same argument are alternatives
 */
public record SyscallRule(List<String> names, Action action, OptionalInt errno, List<ArgumentTest> arguments) {
    public SyscallRule {
        names = List.copyOf(names);
        arguments = List.copyOf(arguments);
        SeccompProfile.checkErrno(errno);
    }
}
