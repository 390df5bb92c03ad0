package dev.berth.engine.spec;

import dev.berth.engine.oci.InvalidSpecException;
import dev.berth.engine.request.ContainerPath;
import dev.berth.engine.request.MountInput;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** A path at which an image wants a directory of the container's own (VOLUME of a Dockerfile), without dots and doubled slashes. */
public record DeclaredVolume(String path) {
    /** Each is a mount and a copy. */
    private static final int LIMIT = 128;

    /** Those that nothing hides which the request mounts at the same path, in the order of their names. */
    public static List<DeclaredVolume> of(List<String> declared, List<MountInput> mounts) throws InvalidSpecException {
        Set<String> hidden = new HashSet<>();
        for (MountInput mount : mounts) {
            hidden.add(ContainerPath.checked("mount destination", mount.containerPath()));
        }
        Set<String> paths = new TreeSet<>();
        for (String path : declared) {
            paths.add(checked(path));
        }
        if (paths.size() > LIMIT) {
            throw new InvalidSpecException(
                    "the image declares %d volumes, at most %d are made".formatted(paths.size(), LIMIT));
        }
        List<DeclaredVolume> volumes = new ArrayList<>();
        paths.stream().filter(path -> !hidden.contains(path)).forEach(path -> volumes.add(new DeclaredVolume(path)));
        return volumes;
    }

    /** What is mounted at the kernel's file systems is trusted, by whoever looks there for the container's security. */
    private static String checked(String declared) throws InvalidSpecException {
        String path =
                ContainerPath.checked("volume of the image", declared.startsWith("/") ? declared : "/" + declared);
        for (String own : List.of("/proc", "/sys")) {
            if (path.equals("/") || path.equals(own) || ContainerPath.below(path, own)) {
                throw new InvalidSpecException("volume " + path + " of the image would hide what the runtime mounts");
            }
        }
        return path;
    }
}
