package dev.berth.cri.spec;

import java.util.List;

/**
 * Everything a container's spec is made from, apart from the files of its image. Annotations are not part of it: they
 * are anybody's text and never steer a container.
 *
 * @param cgroupsPath the container's cgroup, as {@code linux.cgroupsPath} of the spec names it
 */
public record ContainerInput(
        String id,
        PodContext pod,
        ImageDefaults image,
        CommandInput command,
        List<MountInput> mounts,
        List<DeviceInput> devices,
        ResourceInput resources,
        SecurityInput security,
        String cgroupsPath) {
    public ContainerInput {
        mounts = List.copyOf(mounts);
        devices = List.copyOf(devices);
    }
}
