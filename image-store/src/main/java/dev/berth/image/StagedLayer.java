package dev.berth.image;

import dev.berth.image.PullAssignment.Layer;
import dev.berth.image.contents.LayerDirectory;
import dev.berth.image.layer.LayerBlob;
import dev.berth.image.layer.UnpackLimits;
import dev.berth.image.layer.UnpackedLayer;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** A layer that is being made in staging; unless it is committed, closing it discards what is there. */
final class StagedLayer implements AutoCloseable {
    private final Pull.Workshop shop;
    private final LayerDirectory directory;
    private boolean committed;

    private StagedLayer(Pull.Workshop shop, LayerDirectory directory) {
        this.shop = shop;
        this.directory = directory;
    }

    static StagedLayer begin(Pull.Workshop shop) throws IOException {
        return new StagedLayer(
                shop, new LayerDirectory(Files.createTempDirectory(shop.paths().staging(), "layer-")));
    }

    UnpackedLayer unpack(LayerBlob blob, InputStream in) throws IOException {
        Files.createDirectory(tree());
        Files.setPosixFilePermissions(tree(), PosixFilePermissions.fromString("rwxr-xr-x"));
        return blob.unpack(in, directory, UnpackLimits.DEFAULT);
    }

    Path tree() {
        return directory.tree();
    }

    /** Puts the layer into its place and holds it. The record is the last file to be written: a check takes its time as the layer's. */
    void commit(Layer layer, UnpackedLayer unpacked) throws IOException {
        var blob = layer.blob();
        var record = new LayerRecord(
                layer.chainId(),
                blob.diffId(),
                blob.digest(),
                blob.size(),
                unpacked.archiveSize(),
                unpacked.seal(),
                unpacked.bytes(),
                unpacked.inodes());
        Files.write(StorePaths.layerRecord(directory.path()), Records.encode(record));
        shop.layers().commit(record, directory.path());
        committed = true;
    }

    @Override
    public void close() throws IOException {
        if (!committed) {
            shop.trash().discard(directory.path());
        }
    }
}
