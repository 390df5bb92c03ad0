package dev.berth.engine.sandbox;

import dev.berth.cni.plugin.portmap.PortMapping;
import dev.berth.engine.request.DnsInput;
import dev.berth.engine.request.NamespaceInput;
import dev.berth.engine.request.ResourceInput;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a sandbox was asked to be. Labels and annotations are kept as given and change nothing.
 *
 * @param overhead what the pod's runtime needs beside the containers; kept as given, as {@code resources}
 * @param resources the sum of the containers' limits, which the kubelet enforces by the pod's cgroup
 */
public record SandboxConfig(
        SandboxMetadata metadata,
        String hostname,
        String logDirectory,
        Optional<DnsInput> dns,
        List<PortMapping> ports,
        Map<String, String> labels,
        Map<String, String> annotations,
        String cgroupParent,
        Map<String, String> sysctls,
        ResourceInput overhead,
        ResourceInput resources,
        NamespaceInput namespaces,
        boolean privileged,
        String runtimeHandler) {
    public SandboxConfig {
        ports = List.copyOf(ports);
        labels = Map.copyOf(labels);
        annotations = Map.copyOf(annotations);
        sysctls = Map.copyOf(sysctls);
        // absent from the records of a daemon that did not keep them
        overhead = overhead == null ? ResourceInput.NONE : overhead;
        resources = resources == null ? ResourceInput.NONE : resources;
    }

    SandboxConfig with(ResourceInput newOverhead, ResourceInput newResources) {
        return new SandboxConfig(
                metadata,
                hostname,
                logDirectory,
                dns,
                ports,
                labels,
                annotations,
                cgroupParent,
                sysctls,
                newOverhead,
                newResources,
                namespaces,
                privileged,
                runtimeHandler);
    }
}
