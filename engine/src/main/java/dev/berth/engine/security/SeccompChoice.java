package dev.berth.engine.security;

import dev.berth.engine.oci.Capabilities;
import dev.berth.engine.oci.InvalidSpecException;
import dev.berth.engine.oci.Seccomp;
import dev.berth.engine.request.ContainerPath;
import dev.berth.engine.request.SecurityInput;
import dev.berth.engine.request.SecurityProfile;
import dev.berth.engine.seccomp.SeccompProfileException;
import dev.berth.engine.seccomp.SeccompProfiles;
import dev.berth.linux.Reason;
import dev.berth.linux.seccomp.ArgumentTest;
import dev.berth.linux.seccomp.SeccompProfile;
import dev.berth.linux.seccomp.SyscallRule;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The seccomp profile of a container, with the conditions of its source decided. */
public final class SeccompChoice {
    private SeccompChoice() {}

    public static Optional<Seccomp> of(SecurityInput security, Capabilities capabilities, SeccompProfiles profiles)
            throws InvalidSpecException, IOException {
        if (security.privileged()) {
            return Optional.empty();
        }
        Set<String> held = Set.copyOf(capabilities.bounding());
        return switch (security.seccomp()) {
            case SecurityProfile.Unconfined() -> Optional.empty();
            case SecurityProfile.RuntimeDefault() -> Optional.of(oci(profiles.runtimeDefaultProfile(held)));
            case SecurityProfile.Localhost(String reference) -> Optional.of(oci(localhost(reference, held, profiles)));
        };
    }

    private static SeccompProfile localhost(String reference, Set<String> held, SeccompProfiles profiles)
            throws InvalidSpecException, IOException {
        Path path = Path.of(ContainerPath.checked("seccomp profile", reference));
        try {
            return profiles.localhostProfile(path, held);
        } catch (SeccompProfileException e) {
            throw new InvalidSpecException(Reason.of(e), e);
        }
    }

    private static Seccomp oci(SeccompProfile profile) {
        return new Seccomp(
                profile.defaultAction().specName(),
                number(profile.defaultErrno()),
                profile.architectures(),
                profile.flags(),
                profile.syscalls().stream().map(SeccompChoice::oci).toList());
    }

    private static Seccomp.Syscall oci(SyscallRule rule) {
        List<Seccomp.Argument> arguments =
                rule.arguments().stream().map(SeccompChoice::oci).toList();
        return new Seccomp.Syscall(rule.names(), rule.action().specName(), number(rule.errno()), arguments);
    }

    private static Seccomp.Argument oci(ArgumentTest test) {
        return new Seccomp.Argument(
                test.index(), test.value(), test.valueTwo(), test.comparison().specName());
    }

    private static @Nullable Integer number(OptionalInt value) {
        return value.isPresent() ? value.getAsInt() : null;
    }
}
