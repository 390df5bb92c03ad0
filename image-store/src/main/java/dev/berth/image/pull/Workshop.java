package dev.berth.image.pull;

import dev.berth.image.catalog.Images;
import dev.berth.image.garbage.Layers;
import dev.berth.image.garbage.Trash;
import dev.berth.image.oci.Digest;
import dev.berth.image.record.StorePaths;
import dev.berth.linux.fs.Directory;
import java.io.IOException;
import java.util.List;

/** What pulls and imports share. */
public record Workshop(
        StorePaths paths, Images images, Layers layers, Parts parts, Trash trash, Flights<Digest> unpacking) {
    /** One flush of the file system for all layers: one for each file would take many times as long. */
    public void makeDurable(List<Digest> chainIds) throws IOException {
        if (layers.allDurable(chainIds)) {
            return;
        }
        try (var root = Directory.open(paths.root())) {
            root.syncFilesystem();
        }
        layers.markDurable(chainIds);
    }
}
