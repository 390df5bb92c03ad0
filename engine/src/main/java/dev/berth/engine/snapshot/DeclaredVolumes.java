package dev.berth.engine.snapshot;

import dev.berth.engine.oci.InvalidSpecException;
import dev.berth.engine.request.MountInput;
import dev.berth.engine.spec.DeclaredVolume;
import dev.berth.image.catalog.Image;
import dev.berth.linux.Errno;
import dev.berth.linux.ErrnoException;
import dev.berth.linux.mount.RootDirectory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The volumes that images declare: directories beside their containers' writable layers, and gone with them. */
public final class DeclaredVolumes {
    private final WritableLayers layers;
    private final boolean wanted;

    /** @param wanted whether any are made */
    public DeclaredVolumes(WritableLayers layers, boolean wanted) {
        this.layers = layers;
        this.wanted = wanted;
    }

    /** Those that a container gets. */
    public List<DeclaredVolume> of(Image image, List<MountInput> mounts) throws InvalidSpecException, IOException {
        var declared = List.copyOf(image.config().volumes());
        if (!wanted || declared.isEmpty()) {
            return List.of();
        }
        try (var files = RootDirectory.overlay(image.layers())) {
            return DeclaredVolume.of(declared, mounts, files);
        }
    }

    /** Where a container's volumes are, or will be. */
    public Map<DeclaredVolume, Path> directories(String id, List<DeclaredVolume> volumes) {
        var directories = new HashMap<DeclaredVolume, Path>();
        for (int number = 0; number < volumes.size(); number++) {
            directories.put(volumes.get(number), layers.volume(id, number));
        }
        return directories;
    }

    /** Makes them, with what the image has there; the container must have its writable layer. */
    public void make(String id, List<DeclaredVolume> volumes, Image image) throws InvalidSpecException, IOException {
        if (volumes.isEmpty()) {
            return;
        }
        try (var files = RootDirectory.overlay(image.layers())) {
            for (int number = 0; number < volumes.size(); number++) {
                make(id, number, volumes.get(number), files);
            }
        }
    }

    private void make(String id, int number, DeclaredVolume volume, RootDirectory image)
            throws InvalidSpecException, IOException {
        try {
            layers.createVolume(id, number, image, volume.path());
        } catch (ErrnoException e) {
            if (e.is(Errno.ENOTDIR)) {
                throw new InvalidSpecException("volume " + volume.path() + " of the image: it has a file there", e);
            }
            throw e;
        }
    }
}
