package dev.berth.engine.container;

import dev.berth.engine.request.MountInput;
import dev.berth.engine.request.ResourceInput;
import java.util.List;
import java.util.Map;

/**
 * What of a container's request its status tells again.
 *
 * @param image the image as requested: an id or a name
 * @param userImage the name the user wrote, if the caller passed it on
 * @param logPath relative to the pod's log directory; empty for no log
 * @param stopSignal as CRI names it, {@code SIGNAL_SIGTERM}; empty for the image's
 */
public record ContainerConfig(
        ContainerMetadata metadata,
        String image,
        Map<String, String> imageAnnotations,
        String userImage,
        Map<String, String> labels,
        Map<String, String> annotations,
        List<MountInput> mounts,
        ResourceInput resources,
        String logPath,
        boolean stdin,
        boolean stdinOnce,
        boolean terminal,
        String stopSignal,
        boolean privileged) {
    public ContainerConfig {
        imageAnnotations = Map.copyOf(imageAnnotations);
        labels = Map.copyOf(labels);
        annotations = Map.copyOf(annotations);
        mounts = List.copyOf(mounts);
    }
}
