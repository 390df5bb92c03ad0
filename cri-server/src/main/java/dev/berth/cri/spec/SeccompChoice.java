package dev.berth.cri.spec;

import dev.berth.cri.oci.InvalidSpecException;
import dev.berth.cri.oci.Seccomp;
import dev.berth.cri.seccomp.SeccompProfileException;
import dev.berth.cri.seccomp.SeccompProfiles;
import dev.berth.cri.seccomp.SpecProfile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;

/** The seccomp profile of a container. What a profile allows may depend on the container's capabilities. */
final class SeccompChoice {
    private SeccompChoice() {}

    static Optional<Seccomp> of(SecurityInput security, Set<String> capabilities, SeccompProfiles profiles)
            throws InvalidSpecException, IOException {
        if (security.privileged()) {
            return Optional.empty();
        }
        return switch (security.seccomp()) {
            case SecurityProfile.Unconfined() -> Optional.empty();
            case SecurityProfile.RuntimeDefault() ->
                Optional.of(SpecProfile.document(profiles.runtimeDefaultProfile(capabilities)));
            case SecurityProfile.Localhost(String reference) ->
                Optional.of(localhost(reference, capabilities, profiles));
        };
    }

    private static Seccomp localhost(String reference, Set<String> capabilities, SeccompProfiles profiles)
            throws InvalidSpecException, IOException {
        var path = Path.of(ContainerPath.checked("seccomp profile", reference));
        try {
            return SpecProfile.document(profiles.localhostProfile(path, capabilities));
        } catch (SeccompProfileException e) {
            throw new InvalidSpecException(String.valueOf(e.getMessage()), e);
        }
    }
}
