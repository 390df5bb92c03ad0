package dev.berth.linux.mount;

import dev.berth.linux.Fd;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** A directory whose files are read as a process rooted in it would: no link leads out of it. */
public final class RootDirectory implements AutoCloseable {
    private final Fd directory;

    RootDirectory(Fd directory) {
        this.directory = directory;
    }

    public static RootDirectory at(Path path) throws IOException {
        throw new UnsupportedOperationException(path.toString());
    }

    /** The union of layers, lowest first, as an overlay that is attached nowhere and ends with this object. */
    public static RootDirectory overlay(List<Path> layers) throws IOException {
        throw new UnsupportedOperationException(layers.toString());
    }

    /** The content of a regular file; empty if there is none. Anything else, or more than {@code limit} bytes, fails. */
    public Optional<byte[]> read(String path, int limit) throws IOException {
        throw new UnsupportedOperationException(path + limit);
    }

    @Override
    public void close() {
        directory.close();
    }
}
