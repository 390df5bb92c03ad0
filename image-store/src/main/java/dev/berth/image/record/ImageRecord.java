package dev.berth.image.record;

import dev.berth.image.oci.Digest;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * An image as it stands on disk.
 *
 * @param id the config's digest
 * @param documents the index and manifests it came by
 * @param layers chain ids, lowest first
 */
public record ImageRecord(
        Digest id, List<String> tags, List<String> digests, List<Digest> documents, List<Digest> layers, long size) {
    public ImageRecord {
        tags = List.copyOf(tags);
        digests = List.copyOf(digests);
        documents = List.copyOf(documents);
        layers = List.copyOf(layers);
    }

    /** This image under the names of both. */
    public ImageRecord with(ImageRecord other) {
        return new ImageRecord(
                id,
                union(tags, other.tags),
                union(digests, other.digests),
                union(documents, other.documents),
                layers,
                other.size);
    }

    public ImageRecord withoutTags(Set<String> moved) {
        var kept = new ArrayList<>(tags);
        kept.removeAll(moved);
        return new ImageRecord(id, kept, digests, documents, layers, size);
    }

    private static <T> List<T> union(List<T> a, List<T> b) {
        var all = new LinkedHashSet<>(a);
        all.addAll(b);
        return List.copyOf(all);
    }
}
