package dev.berth.image.layer;

import dev.berth.image.contents.LayerDirectory;
import dev.berth.linux.fs.Directory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.attribute.PosixFilePermissions;

/** Where a layer keeps what its own later entries replaced, under numbers. */
final class Replaced implements AutoCloseable {
    /** A check of the layer keeps all of them in memory. */
    private static final int MOST = 100_000;

    private final Directory directory;
    private int count;

    private Replaced(Directory directory) {
        this.directory = directory;
    }

    static Replaced below(LayerDirectory layer) throws IOException {
        Files.createDirectory(
                layer.replaced(), PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        return new Replaced(Directory.open(layer.replaced()));
    }

    /** Moves an entry here; returns its number. */
    int take(Directory from, String name) throws IOException {
        if (count == MOST) {
            throw new LayerException.Refused("a layer replaces more than " + MOST + " of its own entries");
        }
        from.rename(name, directory, Integer.toString(++count));
        return count;
    }

    @Override
    public void close() {
        directory.close();
    }
}
