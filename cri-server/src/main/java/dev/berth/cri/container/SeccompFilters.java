package dev.berth.cri.container;

import dev.berth.cri.oci.Spec;
import dev.berth.cri.seccomp.SeccompProfiles;
import dev.berth.cri.seccomp.SpecProfile;
import dev.berth.shim.plan.Step;
import java.io.IOException;
import java.util.Optional;

/** The filters that specs ask for, compiled. */
public final class SeccompFilters {
    private final SeccompProfiles profiles;

    public SeccompFilters(SeccompProfiles profiles) {
        this.profiles = profiles;
    }

    /** Absent if the spec has no profile. */
    Optional<Step.Seccomp> of(Spec spec) throws IOException {
        var document = spec.linux().seccomp();
        if (document == null) {
            return Optional.empty();
        }
        var compiled = profiles.program(SpecProfile.profile(document));
        return Optional.of(new Step.Seccomp(compiled.program(), compiled.flags()));
    }
}
