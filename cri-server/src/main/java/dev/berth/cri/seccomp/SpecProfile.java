package dev.berth.cri.seccomp;

import dev.berth.cri.oci.Seccomp;
import dev.berth.linux.seccomp.Action;
import dev.berth.linux.seccomp.ArgumentTest;
import dev.berth.linux.seccomp.ArgumentTest.Comparison;
import dev.berth.linux.seccomp.SeccompProfile;
import dev.berth.linux.seccomp.SyscallRule;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** A profile as it stands in a container's OCI spec, and back. */
public final class SpecProfile {
    private static final String SUBJECT = "of the container's spec";

    private SpecProfile() {}

    public static Seccomp document(SeccompProfile profile) {
        var syscalls = profile.syscalls().stream().map(SpecProfile::syscall).toList();
        return new Seccomp(
                profile.defaultAction().specName(),
                nullable(profile.defaultErrno()),
                profile.architectures(),
                profile.flags(),
                syscalls);
    }

    public static SeccompProfile profile(Seccomp document) throws SeccompProfileException {
        var rules = new ArrayList<SyscallRule>();
        for (Seccomp.Syscall syscall : document.syscalls()) {
            rules.add(new SyscallRule(
                    syscall.names(),
                    known(Action.named(syscall.action()), syscall.action()),
                    optional(syscall.errnoRet()),
                    tests(syscall.args())));
        }
        return new SeccompProfile(
                known(Action.named(document.defaultAction()), document.defaultAction()),
                optional(document.defaultErrnoRet()),
                document.architectures(),
                document.flags(),
                rules);
    }

    private static Seccomp.Syscall syscall(SyscallRule rule) {
        var arguments = rule.arguments().stream()
                .map(test -> new Seccomp.Argument(
                        test.index(), test.value(), test.valueTwo(), test.comparison().specName()))
                .toList();
        return new Seccomp.Syscall(rule.names(), rule.action().specName(), nullable(rule.errno()), arguments);
    }

    private static List<ArgumentTest> tests(List<Seccomp.Argument> arguments) throws SeccompProfileException {
        var tests = new ArrayList<ArgumentTest>();
        for (Seccomp.Argument argument : arguments) {
            var comparison = known(Comparison.named(argument.op()), argument.op());
            tests.add(new ArgumentTest(argument.index(), comparison, argument.value(), argument.valueTwo()));
        }
        return tests;
    }

    private static <T> T known(Optional<T> value, String name) throws SeccompProfileException {
        return value.orElseThrow(() -> new SeccompProfileException(SUBJECT, "\"" + name + "\" is not known"));
    }

    private static @Nullable Integer nullable(OptionalInt value) {
        return value.isPresent() ? value.getAsInt() : null;
    }

    private static OptionalInt optional(@Nullable Integer value) {
        return value == null ? OptionalInt.empty() : OptionalInt.of(value);
    }
}
