package dev.berth.cni.request;

import dev.berth.cni.document.Names;
import dev.berth.cni.plugin.portmap.PortMapping;
import dev.berth.linux.Fd;
import java.util.List;
import java.util.Map;

/**
 * A sandbox that is to get a network.
 *
 * @param netnsPath names the namespace for plugin binaries, such as {@code /proc/<pid>/ns/net} of the sandbox's shim
 * @param netns the same namespace, open; it stays the caller's
 * @param ports host ports to open; ports that are not exposed on the host do not belong here
 * @param cgroupPath the pod's cgroup, for plugins that ask for it; empty for none
 * @param handler the pod's runtime handler, which may have networks of its own; empty for the default one
 */
public record PodNetworkRequest(
        String sandboxId,
        String podNamespace,
        String podName,
        String podUid,
        String netnsPath,
        Fd netns,
        List<PortMapping> ports,
        PodDns dns,
        Map<String, String> annotations,
        String cgroupPath,
        String handler) {
    public PodNetworkRequest {
        Names.requireContainerId(sandboxId);
        ports = List.copyOf(ports);
        annotations = Map.copyOf(annotations);
    }

    /** A pod of the default runtime handler, below no cgroup that plugins have to know. */
    public PodNetworkRequest(
            String sandboxId,
            String podNamespace,
            String podName,
            String podUid,
            String netnsPath,
            Fd netns,
            List<PortMapping> ports,
            PodDns dns,
            Map<String, String> annotations) {
        this(sandboxId, podNamespace, podName, podUid, netnsPath, netns, ports, dns, annotations, "", "");
    }
}
