package dev.berth.engine.lowering;

import dev.berth.engine.oci.InvalidSpecException;
import dev.berth.engine.oci.Seccomp;
import dev.berth.engine.oci.Spec;
import dev.berth.engine.seccomp.SeccompProfiles;
import dev.berth.engine.seccomp.SeccompProgram;
import dev.berth.linux.Reason;
import dev.berth.linux.seccomp.Action;
import dev.berth.linux.seccomp.ArgumentTest;
import dev.berth.linux.seccomp.SeccompProfile;
import dev.berth.linux.seccomp.SyscallRule;
import dev.berth.shim.plan.Step;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** Lowers the seccomp profile of a spec to the step that loads it. */
public final class SeccompFilters {
    private SeccompFilters() {}

    /** Empty for a spec without a profile; a profile that was compiled before costs a look-up. */
    public static Optional<Step.Seccomp> of(Spec spec, SeccompProfiles profiles)
            throws InvalidSpecException, IOException {
        Seccomp seccomp = spec.linux().seccomp();
        if (seccomp == null) {
            return Optional.empty();
        }
        SeccompProgram program = profiles.program(profile(seccomp));
        return Optional.of(new Step.Seccomp(program.program(), program.flags()));
    }

    static SeccompProfile profile(Seccomp seccomp) throws InvalidSpecException {
        List<SyscallRule> rules = new ArrayList<>();
        try {
            for (Seccomp.Syscall syscall : seccomp.syscalls()) {
                rules.add(rule(syscall));
            }
            return new SeccompProfile(
                    action(seccomp.defaultAction()),
                    number(seccomp.defaultErrnoRet()),
                    seccomp.architectures(),
                    seccomp.flags(),
                    rules);
        } catch (IllegalArgumentException e) {
            throw new InvalidSpecException("seccomp profile: " + Reason.of(e), e);
        }
    }

    private static SyscallRule rule(Seccomp.Syscall syscall) throws InvalidSpecException {
        List<ArgumentTest> tests = new ArrayList<>();
        for (Seccomp.Argument argument : syscall.args()) {
            ArgumentTest.Comparison comparison = ArgumentTest.Comparison.named(argument.op())
                    .orElseThrow(() -> new InvalidSpecException("seccomp profile: unknown operator " + argument.op()));
            tests.add(new ArgumentTest(argument.index(), comparison, argument.value(), argument.valueTwo()));
        }
        return new SyscallRule(syscall.names(), action(syscall.action()), number(syscall.errnoRet()), tests);
    }

    private static Action action(String name) throws InvalidSpecException {
        return Action.named(name)
                .orElseThrow(() -> new InvalidSpecException("seccomp profile: unknown action " + name));
    }

    private static OptionalInt number(@Nullable Integer value) {
        return value == null ? OptionalInt.empty() : OptionalInt.of(value);
    }
}
