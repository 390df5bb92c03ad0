package dev.berth.image.pull;

import dev.berth.image.contents.LayerDirectory;
import dev.berth.image.layer.LayerBlob;
import dev.berth.image.layer.UnpackedLayer;
import dev.berth.image.layer.limit.UnpackLimits;
import dev.berth.image.pull.PullAssignment.Layer;
import dev.berth.image.record.LayerRecord;
import dev.berth.image.record.Records;
import dev.berth.image.record.StorePaths;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** A layer that is being made in staging; unless it is committed, closing it discards what is there. */
public final class StagedLayer implements AutoCloseable {
    private final Workshop shop;
    private final LayerDirectory directory;
    private boolean committed;

    private StagedLayer(Workshop shop, LayerDirectory directory) {
        this.shop = shop;
        this.directory = directory;
    }

    public static StagedLayer begin(Workshop shop) throws IOException {
        return new StagedLayer(
                shop, new LayerDirectory(Files.createTempDirectory(shop.paths().staging(), "layer-")));
    }

    public UnpackedLayer unpack(LayerBlob blob, InputStream in) throws IOException {
        Files.createDirectory(tree());
        Files.setPosixFilePermissions(tree(), PosixFilePermissions.fromString("rwxr-xr-x"));
        return blob.unpack(in, directory, UnpackLimits.DEFAULT);
    }

    public Path tree() {
        return directory.tree();
    }

    /** Puts the layer into its place and holds it. The record is the last file to be written: a check takes its time as the layer's. */
    public void commit(Layer layer, UnpackedLayer unpacked) throws IOException {
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
