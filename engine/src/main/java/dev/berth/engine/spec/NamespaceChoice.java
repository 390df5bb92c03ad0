package dev.berth.engine.spec;

import dev.berth.engine.oci.InvalidSpecException;
import dev.berth.engine.oci.Namespace;
import dev.berth.engine.pod.PodContext;
import dev.berth.engine.request.NamespaceInput;
import dev.berth.engine.request.NamespaceMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Which namespaces a container has of its own, and whose others it joins. */
final class NamespaceChoice {
    private NamespaceChoice() {}

    static List<Namespace> of(PodContext pod, NamespaceInput input) throws InvalidSpecException {
        check(input);
        checkUsers(pod, input);
        List<Namespace> namespaces = new ArrayList<>();
        if (pod.userNamespace().isPresent()) {
            namespaces.add(joined(Namespace.USER, pod.holderPid(), "user"));
        }
        pid(pod, input).ifPresent(namespaces::add);
        if (!input.hostNetwork()) {
            namespaces.add(joined(Namespace.NETWORK, pod.holderPid(), "net"));
            namespaces.add(joined(Namespace.UTS, pod.holderPid(), "uts"));
        }
        if (!input.hostIpc()) {
            namespaces.add(joined(Namespace.IPC, pod.holderPid(), "ipc"));
        }
        namespaces.add(new Namespace(Namespace.MOUNT, null));
        namespaces.add(new Namespace(Namespace.CGROUP, null));
        return namespaces;
    }

    /** CRI knows no other combinations. */
    static void check(NamespaceInput input) throws InvalidSpecException {
        shared("network", input.network());
        shared("ipc", input.ipc());
        if ((input.pid() == NamespaceMode.TARGET) != input.targetPid().isPresent()) {
            throw new InvalidSpecException("pid namespace mode TARGET goes with a running target container");
        }
    }

    /** A container that says nothing has its pod's. */
    private static void checkUsers(PodContext pod, NamespaceInput input) throws InvalidSpecException {
        if (input.userNamespace().isPresent() && !input.userNamespace().equals(pod.userNamespace())) {
            throw new InvalidSpecException("the user namespace asked for is not the pod's");
        }
        boolean host = input.hostNetwork() || input.hostIpc() || input.pid() == NamespaceMode.NODE;
        if (host && pod.userNamespace().isPresent()) {
            throw new InvalidSpecException(
                    "a container of a pod with a user namespace cannot use the node's network, pid or ipc namespace");
        }
    }

    private static void shared(String what, NamespaceMode mode) throws InvalidSpecException {
        if (mode != NamespaceMode.POD && mode != NamespaceMode.NODE) {
            throw new InvalidSpecException("unsupported " + what + " namespace mode " + mode);
        }
    }

    private static Optional<Namespace> pid(PodContext pod, NamespaceInput input) {
        return switch (input.pid()) {
            case NODE -> Optional.empty();
            case CONTAINER -> Optional.of(new Namespace(Namespace.PID, null));
            case POD -> Optional.of(joined(Namespace.PID, pod.holderPid(), "pid"));
            case TARGET -> Optional.of(joined(Namespace.PID, input.targetPid().orElseThrow(), "pid"));
        };
    }

    private static Namespace joined(String type, int pid, String file) {
        return new Namespace(type, "/proc/" + pid + "/ns/" + file);
    }
}
