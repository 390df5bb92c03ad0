package dev.berth.engine.pod;

import dev.berth.engine.request.NamespaceInput;
import java.util.Map;

/** What a sandbox's namespaces are made from. */
public record SandboxInput(
        String id, String hostname, NamespaceInput namespaces, Map<String, String> sysctls, PodFiles files) {
    public SandboxInput {
        sysctls = Map.copyOf(sysctls);
    }
}
