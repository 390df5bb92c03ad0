package dev.berth.engine.sandbox;

import dev.berth.cni.plugin.portmap.PortMapping;
import dev.berth.engine.request.DnsInput;
import dev.berth.engine.request.NamespaceInput;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What a sandbox was asked to be. Labels and annotations are kept as given and change nothing. */
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
        NamespaceInput namespaces,
        boolean privileged,
        String runtimeHandler) {
    public SandboxConfig {
        ports = List.copyOf(ports);
        labels = Map.copyOf(labels);
        annotations = Map.copyOf(annotations);
        sysctls = Map.copyOf(sysctls);
    }
}
