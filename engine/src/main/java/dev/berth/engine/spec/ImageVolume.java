package dev.berth.engine.spec;

import dev.berth.engine.oci.InvalidSpecException;
import dev.berth.engine.oci.Mount;
import dev.berth.engine.request.MountInput;
import dev.berth.linux.mount.RootDirectory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * An image mounted as a volume: its files and nothing else, which nobody can change. Programs in it may be run; neither
 * its set-user-id bits nor its device nodes count.
 *
 * @param empty a directory without entries
 */
record ImageVolume(MountInput input, String destination, MountInput.Image image, List<Path> layers, Path empty) {
    static Mount mount(MountInput input, String destination, MountInput.Image image, List<Path> layers, Path empty)
            throws InvalidSpecException, IOException {
        ImageVolume volume = new ImageVolume(input, destination, image, layers, empty);
        volume.require(input.hostPath().isEmpty(), "has both a host path and an image");
        volume.require(input.readOnly(), "an image can be mounted with readonly only");
        volume.require(input.propagation() == MountInput.Propagation.PRIVATE, "an image has nothing to propagate");
        volume.require(!layers.isEmpty(), "image " + image.name() + " has no layers");
        volume.checkSubPath();
        return volume.mount();
    }

    private void require(boolean met, String otherwise) throws InvalidSpecException {
        if (!met) {
            throw new InvalidSpecException("mount at " + destination + ": " + otherwise);
        }
    }

    /** Links in the image are followed inside of it, here as at the start, so that none leads out. */
    private void checkSubPath() throws InvalidSpecException, IOException {
        String path = image.subPath();
        boolean inside =
                !path.startsWith("/") && !Arrays.asList(path.split("/", -1)).contains("..");
        require(inside && path.indexOf('\0') < 0, "image_sub_path is not a path below the image's root");
        if (!path.isEmpty()) {
            try (RootDirectory files = RootDirectory.overlay(layers)) {
                require(files.contains(path), "image " + image.name() + " has no " + path);
            }
        }
    }

    /**
     * A layer is never bound: to make a bind writable takes no more than the privileges of a user namespace, while an overlay that
     * nothing is written over is read-only itself. Overlay refuses a single layer, which therefore gets an empty one below.
     */
    private Mount mount() {
        List<String> options = new ArrayList<>(List.of("ro", "nosuid", "nodev"));
        if (!image.subPath().isEmpty()) {
            options.add(Mount.SUBDIRECTORY + image.subPath());
        }
        if (input.options().contains("noexec")) {
            options.add("noexec");
        }
        if (input.idMap().isPresent()) {
            options.add(Mount.MAPPED);
        }
        layers.reversed().forEach(layer -> options.add("lowerdir+=" + layer));
        if (layers.size() == 1) {
            options.add("lowerdir+=" + empty);
        }
        return new Mount(destination, "overlay", "overlay", options);
    }
}
