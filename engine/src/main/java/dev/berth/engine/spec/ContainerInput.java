package dev.berth.engine.spec;

import dev.berth.engine.cdi.CdiName;
import dev.berth.engine.pod.PodContext;
import dev.berth.engine.request.CommandInput;
import dev.berth.engine.request.DeviceInput;
import dev.berth.engine.request.MountInput;
import dev.berth.engine.request.ResourceInput;
import dev.berth.engine.request.SecurityInput;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Everything a container's spec is made from, apart from the files of its image. Annotations are not part of it: they
 * are anybody's text, and steer a container only where they name CDI devices.
 *
 * @param volumeLayers the layers of the images that are mounted, lowest first, by the names asked for
 * @param volumes the directories for what the image declares
 * @param cgroupsPath the container's cgroup, as {@code linux.cgroupsPath} of the spec names it
 */
public record ContainerInput(
        String id,
        PodContext pod,
        ImageDefaults image,
        CommandInput command,
        List<MountInput> mounts,
        Map<String, List<Path>> volumeLayers,
        Map<DeclaredVolume, Path> volumes,
        List<DeviceInput> devices,
        List<CdiName> cdiDevices,
        ResourceInput resources,
        SecurityInput security,
        String cgroupsPath) {
    public ContainerInput {
        mounts = List.copyOf(mounts);
        volumeLayers = Map.copyOf(volumeLayers);
        volumes = Map.copyOf(volumes);
        devices = List.copyOf(devices);
        cdiDevices = List.copyOf(cdiDevices);
    }
}
