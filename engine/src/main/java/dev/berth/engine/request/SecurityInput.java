package dev.berth.engine.request;

import java.util.List;
import java.util.Optional;

/** The security context of a container. Empty {@code maskedPaths} and {@code readonlyPaths} mean none. */
public record SecurityInput(
        boolean privileged,
        CapabilityInput capabilities,
        UserInput user,
        boolean readonlyRootfs,
        boolean noNewPrivileges,
        List<String> maskedPaths,
        List<String> readonlyPaths,
        SecurityProfile seccomp,
        SecurityProfile apparmor,
        Optional<SelinuxOptions> selinux,
        NamespaceInput namespaces) {
    public SecurityInput {
        maskedPaths = List.copyOf(maskedPaths);
        readonlyPaths = List.copyOf(readonlyPaths);
    }

    /** Capability names with or without {@code CAP_}, in any case; {@code ALL} stands for every one. */
    public record CapabilityInput(List<String> add, List<String> drop, List<String> ambient) {
        public static final CapabilityInput DEFAULT = new CapabilityInput(List.of(), List.of(), List.of());

        public CapabilityInput {
            add = List.copyOf(add);
            drop = List.copyOf(drop);
            ambient = List.copyOf(ambient);
        }
    }

    public record SelinuxOptions(String user, String role, String type, String level) {}
}
