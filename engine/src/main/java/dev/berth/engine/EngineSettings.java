package dev.berth.engine;

import dev.berth.cni.network.NetworkSettings;
import dev.berth.image.StoreSettings;
import dev.berth.image.registry.Registries;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What an engine is told, by whoever read it from a configuration.
 *
 * @param root where images and writable layers live; survives a reboot
 * @param state where sandbox and container records and sockets live; means nothing after a reboot
 * @param shim the program that stands beside each container
 * @param cgroupParent cgroup of containers whose pod names none of its own
 * @param launchLimit how long the host may take for what a container needs of it, at its creation and at its start
 * @param networkCollection time between two searches for what pods that are gone have left in their networks
 * @param readyNamespaces how many network namespaces are made before pods need them
 * @param handlers the names that pods may give as their runtime handler, besides none
 * @param runtimes the programs of OCI runtimes, by the handlers whose containers they carry out
 * @param cdiDirectories where vendors describe their devices; a later one wins
 * @param makesHostPaths whether a host path that a pod mounts and that is missing is made as a directory, or refused
 * @param imageVolumes whether the volumes that an image declares are made
 */
public record EngineSettings(
        Path root,
        Path state,
        Path shim,
        String cgroupParent,
        Duration launchLimit,
        Registries registries,
        StoreSettings images,
        NetworkSettings networks,
        Duration networkCollection,
        int readyNamespaces,
        Set<String> handlers,
        Map<String, Path> runtimes,
        List<Path> cdiDirectories,
        boolean makesHostPaths,
        boolean imageVolumes) {
    public EngineSettings {
        handlers = Set.copyOf(handlers);
        runtimes = Map.copyOf(runtimes);
        cdiDirectories = List.copyOf(cdiDirectories);
    }
}
