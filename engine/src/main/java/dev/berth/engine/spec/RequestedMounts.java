package dev.berth.engine.spec;

import dev.berth.engine.oci.InvalidSpecException;
import dev.berth.engine.oci.Mount;
import dev.berth.engine.pod.PodContext;
import dev.berth.engine.request.ContainerPath;
import dev.berth.engine.request.MountInput;
import dev.berth.linux.Reason;
import dev.berth.linux.mount.MountEntry;
import dev.berth.linux.mount.MountTable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The mounts that Kubernetes asks for, checked against the host. */
final class RequestedMounts {
    /** The protocol's. Others would take away what the host has set, or are fields of their own. */
    private static final Set<String> OPTIONS = Set.of("noexec", "nodev", "nosuid");

    private final HostPaths paths;
    private final Path empty;

    /**
     * @param empty a directory without entries
     */
    RequestedMounts(HostPaths paths, Path empty) {
        this.paths = paths;
        this.empty = empty;
    }

    /**
     * @param images the layers of the images among the inputs, lowest first, by the name asked for
     */
    List<Mount> of(List<MountInput> inputs, Map<String, List<Path>> images, PodContext pod)
            throws InvalidSpecException, IOException {
        List<Mount> mounts = new ArrayList<>();
        for (MountInput input : inputs) {
            mounts.add(mount(input, images, pod));
        }
        return mounts;
    }

    private Mount mount(MountInput input, Map<String, List<Path>> images, PodContext pod)
            throws InvalidSpecException, IOException {
        String destination = ContainerPath.checked("mount destination", input.containerPath());
        if (destination.equals("/")) {
            throw new InvalidSpecException("a mount at / would hide the container's image");
        }
        if (input.idMap().isPresent() && !input.idMap().equals(pod.userNamespace())) {
            throw new InvalidSpecException(
                    "mount at " + destination + ": id mappings other than those of the pod's user namespace");
        }
        if (!OPTIONS.containsAll(input.options())) {
            throw new InvalidSpecException("mount at %s: options %s: only noexec, nodev and nosuid can be asked for"
                    .formatted(destination, String.join(",", input.options())));
        }
        if (input.image().isPresent()) {
            MountInput.Image image = input.image().get();
            return ImageVolume.mount(input, destination, image, images.getOrDefault(image.name(), List.of()), empty);
        }
        String access = access(input, destination);
        Path source = source(input, destination);
        List<String> options = new ArrayList<>(List.of("rbind", propagation(input, source, pod), access));
        options.addAll(input.options());
        if (input.idMap().isPresent()) {
            options.add(Mount.MAPPED);
        }
        return new Mount(destination, "bind", source.toString(), options);
    }

    private Path source(MountInput input, String destination) throws InvalidSpecException, IOException {
        try {
            return paths.real(input.hostPath());
        } catch (InvalidSpecException e) {
            throw new InvalidSpecException("mount at " + destination + ": " + Reason.of(e), e);
        }
    }

    private static String access(MountInput input, String destination) throws InvalidSpecException {
        if (!input.recursiveReadOnly()) {
            return input.readOnly() ? "ro" : "rw";
        }
        if (!input.readOnly()) {
            throw new InvalidSpecException("mount at " + destination + ": recursive_read_only needs readonly");
        }
        if (input.propagation() != MountInput.Propagation.PRIVATE) {
            throw new InvalidSpecException(
                    "mount at " + destination + ": recursive_read_only needs private propagation");
        }
        return "rro";
    }

    private static String propagation(MountInput input, Path source, PodContext pod)
            throws InvalidSpecException, IOException {
        return switch (input.propagation()) {
            case PRIVATE -> "rprivate";
            case HOST_TO_CONTAINER -> {
                require(host(source).filter(host -> host.shared() || host.slave()), source, "shared or slave");
                yield "rslave";
            }
            case BIDIRECTIONAL -> {
                if (pod.userNamespace().isPresent()) {
                    throw new InvalidSpecException("host path " + source
                            + ": a pod cannot propagate to it, since mounts of its user namespace would be the host's");
                }
                require(host(source).filter(MountEntry::shared), source, "shared");
                yield "rshared";
            }
        };
    }

    private static Optional<MountEntry> host(Path source) throws IOException {
        return MountTable.read().containing(source);
    }

    private static void require(Optional<MountEntry> fitting, Path source, String kind) throws InvalidSpecException {
        if (fitting.isEmpty()) {
            throw new InvalidSpecException("host path " + source + " is not on a " + kind + " mount");
        }
    }
}
