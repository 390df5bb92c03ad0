package dev.berth.image.archive;

import dev.berth.image.layer.LayerBlob;
import dev.berth.image.oci.ConfigDocument;
import dev.berth.image.oci.Digest;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One image of an archive.
 *
 * @param names as the archive has them, not yet checked; a name may be a tag alone
 * @param id the config's digest
 * @param manifest what the image's manifest, or index, would be pulled by; docker-archives have none
 * @param documents all that is to be kept, by digest
 */
record ArchivedImage(
        List<String> names,
        Digest id,
        Optional<Digest> manifest,
        ConfigDocument config,
        Map<Digest, byte[]> documents,
        List<Layer> layers) {
    ArchivedImage {
        names = List.copyOf(names);
        documents = Map.copyOf(documents);
        layers = List.copyOf(layers);
    }

    /** One that is in the archive, not yet read: documents of many images would not fit into memory together. */
    @FunctionalInterface
    interface Found {
        ArchivedImage read() throws IOException;
    }

    /** A layer and where its bytes are. */
    record Layer(LayerBlob blob, Slice content) {}
}
