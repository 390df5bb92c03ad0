package dev.berth.image.oci;

import java.util.List;
import java.util.Map;
import java.util.Set;

/** What an image says about how to run it (OCI image specification, "config"); empty where it says nothing. */
public record ImageConfig(
        String user,
        Set<String> exposedPorts,
        List<String> env,
        List<String> entrypoint,
        List<String> cmd,
        String workingDir,
        Set<String> volumes,
        Map<String, String> labels,
        String stopSignal,
        Platform platform,
        String created) {
    public ImageConfig {
        exposedPorts = Set.copyOf(exposedPorts);
        env = List.copyOf(env);
        entrypoint = List.copyOf(entrypoint);
        cmd = List.copyOf(cmd);
        volumes = Set.copyOf(volumes);
        labels = Map.copyOf(labels);
    }
}
