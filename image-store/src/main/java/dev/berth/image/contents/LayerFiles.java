package dev.berth.image.contents;

import dev.berth.linux.ErrnoException;
import dev.berth.linux.fs.Directory;
import java.util.Optional;

/** The directories below a layer's own, opened without following a link; the last one stays open for the next question. */
final class LayerFiles implements AutoCloseable {
    private record Opened(String path, Directory directory) {}

    private final Directory top;
    private Optional<Opened> last = Optional.empty();

    LayerFiles(LayerDirectory layer) throws ErrnoException {
        this.top = Directory.open(layer.path());
    }

    /** An open directory by its path below the layer's own, until the next is asked for. */
    Directory directory(String path) throws ErrnoException {
        if (path.isEmpty()) {
            return top;
        }
        if (last.isEmpty() || !last.get().path.equals(path)) {
            forget();
            last = Optional.of(new Opened(path, top.exactly(path)));
        }
        return last.get().directory;
    }

    private void forget() {
        last.ifPresent(opened -> opened.directory.close());
        last = Optional.empty();
    }

    static String parent(String path) {
        var slash = path.lastIndexOf('/');
        return slash < 0 ? "" : path.substring(0, slash);
    }

    static String name(String path) {
        return path.substring(path.lastIndexOf('/') + 1);
    }

    @Override
    public void close() {
        forget();
        top.close();
    }
}
