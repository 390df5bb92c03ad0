package dev.berth.image.layer.tree;

import dev.berth.image.contents.LayerDirectory;
import dev.berth.image.layer.limit.PathQuota;
import dev.berth.linux.fs.Directory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.attribute.PosixFilePermissions;

/** Where a layer keeps what its own later entries replaced, under numbers. */
final class Replaced implements AutoCloseable {
    private final Directory directory;
    /** A check of the layer keeps all their paths in memory. */
    private final PathQuota quota = new PathQuota();

    private int count;

    private Replaced(Directory directory) {
        this.directory = directory;
    }

    static Replaced below(LayerDirectory layer) throws IOException {
        Files.createDirectory(
                layer.replaced(), PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        return new Replaced(Directory.open(layer.replaced()));
    }

    /**
     * Moves an entry here; returns its number.
     *
     * @param path of the entry in the layer
     */
    int take(Directory from, String name, String path) throws IOException {
        quota.require(path, "replaces too many of its own entries");
        from.rename(name, directory, Integer.toString(++count));
        return count;
    }

    @Override
    public void close() {
        directory.close();
    }
}
