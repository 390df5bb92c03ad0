package dev.berth.engine.request;

import java.util.Optional;
import java.util.OptionalInt;

/**
 * The namespace options of a container or a sandbox.
 *
 * @param targetPid the init process of the target container, present exactly when {@code pid} is TARGET
 * @param userNamespace of the pod; it goes with namespaces that are the pod's or the container's own, never the node's
 */
public record NamespaceInput(
        NamespaceMode network,
        NamespaceMode pid,
        NamespaceMode ipc,
        OptionalInt targetPid,
        Optional<UserNamespace> userNamespace) {
    /** Kubernetes' default: network and IPC of the pod, PIDs of the container. */
    public static final NamespaceInput DEFAULT = new NamespaceInput(
            NamespaceMode.POD, NamespaceMode.CONTAINER, NamespaceMode.POD, OptionalInt.empty(), Optional.empty());

    public NamespaceInput {
        boolean host = network == NamespaceMode.NODE || pid == NamespaceMode.NODE || ipc == NamespaceMode.NODE;
        if (host && userNamespace.isPresent()) {
            throw new IllegalArgumentException(
                    "a pod with a user namespace cannot use the node's network, pid or ipc namespace");
        }
    }

    public boolean hostNetwork() {
        return network == NamespaceMode.NODE;
    }

    public boolean hostIpc() {
        return ipc == NamespaceMode.NODE;
    }
}
