package dev.berth.cni;

import dev.berth.linux.Fd;
import java.util.List;
import java.util.Map;

/**
 * A sandbox that is to get a network.
 *
 * @param netnsPath names the namespace for plugin binaries, such as {@code /proc/<pid>/ns/net} of the sandbox's shim
 * @param netns the same namespace, open; it stays the caller's
 * @param ports host ports to open; ports that are not exposed on the host do not belong here
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
        Map<String, String> annotations) {
    public PodNetworkRequest {
        Names.requireContainerId(sandboxId);
        ports = List.copyOf(ports);
        annotations = Map.copyOf(annotations);
    }
}
