package dev.berth.image.catalog;

import dev.berth.image.oci.ImageConfig;
import java.nio.file.Path;
import java.util.List;

/**
 * An image whose layers are all complete on this host.
 *
 * @param id the digest of the image's config document, "sha256:hex"
 * @param repoTags names with a tag that mean this image here, as "registry/repository:tag"
 * @param repoDigests names with the digest of the manifest (or index) they were pulled by
 * @param size bytes of the manifest, the config and the layers as they came from the registry
 * @param layers absolute directories, lowest first
 * @param pinned whether the configuration asks to keep this image from garbage collection
 */
public record Image(
        String id,
        List<String> repoTags,
        List<String> repoDigests,
        long size,
        ImageConfig config,
        List<Path> layers,
        boolean pinned) {
    public Image {
        repoTags = List.copyOf(repoTags);
        repoDigests = List.copyOf(repoDigests);
        layers = List.copyOf(layers);
    }
}
