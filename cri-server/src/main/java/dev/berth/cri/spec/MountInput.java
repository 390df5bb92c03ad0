package dev.berth.cri.spec;

/** A host path asked for inside a container. {@code idMapped}: user or group id mappings were given. */
public record MountInput(
        String containerPath,
        String hostPath,
        boolean readOnly,
        boolean recursiveReadOnly,
        Propagation propagation,
        boolean idMapped) {
    public enum Propagation {
        PRIVATE,
        HOST_TO_CONTAINER,
        BIDIRECTIONAL
    }
}
