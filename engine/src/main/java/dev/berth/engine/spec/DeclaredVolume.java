package dev.berth.engine.spec;

import dev.berth.engine.oci.InvalidSpecException;
import dev.berth.engine.request.ContainerPath;
import dev.berth.engine.request.MountInput;
import dev.berth.linux.mount.RootDirectory;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * A path at which an image wants a directory of the container's own (VOLUME of a Dockerfile).
 *
 * @param path where what the image declares leads inside the image
 */
public record DeclaredVolume(String path) {
    /** Each is a mount and a copy. */
    private static final int LIMIT = 128;

    /** Those that nothing hides which the request mounts at the same path, in the order of their names, each place once. */
    public static List<DeclaredVolume> of(List<String> declared, List<MountInput> mounts, RootDirectory image)
            throws InvalidSpecException, IOException {
        Set<String> hidden = new HashSet<>();
        for (MountInput mount : mounts) {
            String path = ContainerPath.checked("mount destination", mount.containerPath());
            hidden.add(path);
            hidden.add(image.resolved(path));
        }
        Set<String> places = new TreeSet<>();
        for (String written : declared) {
            String path =
                    ContainerPath.checked("volume of the image", written.startsWith("/") ? written : "/" + written);
            if (!hidden.contains(path)) {
                places.add(image.resolved(path));
            }
        }
        places.removeAll(hidden);
        return checked(places);
    }

    /** What is mounted over the kernel's own files is trusted, by whoever looks there for the container's security. */
    private static List<DeclaredVolume> checked(Set<String> places) throws InvalidSpecException {
        if (places.size() > LIMIT) {
            throw new InvalidSpecException(
                    "the image declares %d volumes, at most %d are made".formatted(places.size(), LIMIT));
        }
        for (String place : places) {
            if (place.equals("/") || place.equals("/proc") || ContainerPath.below(place, "/proc")) {
                throw new InvalidSpecException("volume " + place + " of the image would hide what the runtime mounts");
            }
        }
        return places.stream().map(DeclaredVolume::new).toList();
    }
}
