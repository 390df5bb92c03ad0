package dev.berth.image.pull;

import dev.berth.image.layer.LayerBlob;
import dev.berth.image.oci.ConfigDocument;
import dev.berth.image.oci.Descriptor;
import dev.berth.image.oci.Digest;
import dev.berth.image.oci.ImageDocument.Manifest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What a reference turned out to mean: the documents that were read on the way and the layers to get.
 *
 * @param named the digest of the document that the reference itself means: an index, or a manifest
 */
public record PullAssignment(
        Digest named, Manifest manifest, ConfigDocument config, Map<Digest, byte[]> documents, long documentBytes) {
    public PullAssignment {
        documents = Map.copyOf(documents);
    }

    /** A layer by the name of its chain, and the chain ids below it, lowest first. */
    public record Layer(Digest chainId, LayerBlob blob, List<Digest> below) {
        public Layer {
            below = List.copyOf(below);
        }
    }

    List<Layer> layers() {
        var chain = config.chainIds();
        var found = new ArrayList<Layer>();
        for (var i = 0; i < chain.size(); i++) {
            Descriptor descriptor = manifest.layers().get(i);
            found.add(new Layer(
                    chain.get(i),
                    new LayerBlob(
                            descriptor.digest(),
                            descriptor.size(),
                            config.diffIds().get(i)),
                    chain.subList(0, i)));
        }
        return found;
    }

    long size() {
        return documentBytes
                + manifest.layers().stream().mapToLong(Descriptor::size).sum();
    }
}
