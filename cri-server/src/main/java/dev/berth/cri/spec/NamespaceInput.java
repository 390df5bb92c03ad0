package dev.berth.cri.spec;

import java.util.OptionalInt;

/**
 * The namespace options of a container or a sandbox.
 *
 * @param targetPid the init process of the target container, present exactly when {@code pid} is TARGET
 * @param userNamespace a user namespace of the pod's own was asked for
 */
public record NamespaceInput(
        NamespaceMode network, NamespaceMode pid, NamespaceMode ipc, OptionalInt targetPid, boolean userNamespace) {
    /** Kubernetes' default: network and IPC of the pod, PIDs of the container. */
    public static final NamespaceInput DEFAULT = new NamespaceInput(
            NamespaceMode.POD, NamespaceMode.CONTAINER, NamespaceMode.POD, OptionalInt.empty(), false);

    public boolean hostNetwork() {
        return network == NamespaceMode.NODE;
    }

    public boolean hostIpc() {
        return ipc == NamespaceMode.NODE;
    }
}
