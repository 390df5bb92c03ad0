package dev.berth.engine.container;

import dev.berth.engine.oci.User;
import dev.berth.engine.request.ResourceInput;
import dev.berth.engine.runtime.OciRuntime;
import dev.berth.linux.process.ProcessIdentity;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What is remembered of a container over the daemon's death, beside its spec and what its shim writes.
 *
 * @param imageId the image's id
 * @param imageName a name of the image, also where the request gave its id
 * @param imageReference a repository digest of the image if it has one, else its id
 * @param layers the image's layers, lowest first
 * @param volumeLayers the layers of each image that is mounted as a volume
 * @param volumeIds the ids of those images by the names asked for
 * @param cgroup path of its cgroup in every hierarchy
 * @param logDirectory the pod's log directory; empty for no log
 * @param resources its limits: those of the request until they are changed
 * @param user whom its first process runs as
 * @param createdAt nanoseconds since the epoch
 * @param target the process whose PID namespace the container joins
 * @param runtime the other OCI runtime that carries it out, if one does
 */
public record ContainerRecord(
        String id,
        String sandboxId,
        ContainerConfig config,
        String imageId,
        String imageName,
        String imageReference,
        List<Path> layers,
        List<List<Path>> volumeLayers,
        Map<String, String> volumeIds,
        String cgroup,
        String logDirectory,
        ResourceInput resources,
        User user,
        int stopSignal,
        long createdAt,
        Optional<ProcessIdentity> target,
        Optional<OciRuntime> runtime,
        Phase phase) {
    /** How far the container's making or removal has come; whether it runs is its shim's to tell. */
    public enum Phase {
        /** Being made: not visible yet, and undone if the daemon finds it so at its start. */
        CREATING,
        /** Made. */
        CREATED,
        /** Being removed: finished if the daemon finds it so at its start. */
        REMOVING
    }

    public ContainerRecord {
        layers = List.copyOf(layers);
        // absent from the records of a daemon that repeated what was asked for
        imageName = imageName == null ? config.image() : imageName;
        // absent from the records of a daemon that knew no image volumes
        volumeLayers = volumeLayers == null ? List.of() : List.copyOf(volumeLayers);
        // absent from the records of a daemon that did not tell them
        volumeIds = volumeIds == null ? Map.of() : Map.copyOf(volumeIds);
        // absent from the records of a daemon that knew no other runtimes
        runtime = runtime == null ? Optional.empty() : runtime;
        // absent from the records of a daemon that changed no limits
        resources = resources == null ? config.resources() : resources;
    }

    ContainerRecord in(Phase next) {
        return with(resources, next);
    }

    ContainerRecord limitedTo(ResourceInput limits) {
        return with(limits, phase);
    }

    private ContainerRecord with(ResourceInput limits, Phase next) {
        return new ContainerRecord(
                id,
                sandboxId,
                config,
                imageId,
                imageName,
                imageReference,
                layers,
                volumeLayers,
                volumeIds,
                cgroup,
                logDirectory,
                limits,
                user,
                stopSignal,
                createdAt,
                target,
                runtime,
                next);
    }

    /** As messages and log lines name the container. */
    public String label() {
        return "%s (%s, attempt %d, sandbox %s)"
                .formatted(id, config.metadata().name(), config.metadata().attempt(), sandboxId);
    }

    /** The stop signal as CRI's Signal enumeration names it. */
    public String stopSignalName() {
        return StopSignal.criName(stopSignal);
    }
}
