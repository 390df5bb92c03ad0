package dev.berth.image.garbage;

import dev.berth.image.oci.Digest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/** A lease that counts as one hold on each of its layers. */
public final class LayerLease implements ImageLease {
    private final String holder;
    private final List<Path> trees;
    private final List<Digest> chainIds;
    private final Layers layers;
    private final AtomicBoolean closed = new AtomicBoolean();

    public LayerLease(String holder, List<Path> trees, List<Digest> chainIds, Layers layers) {
        this.holder = holder;
        this.trees = List.copyOf(trees);
        this.chainIds = List.copyOf(chainIds);
        this.layers = layers;
    }

    @Override
    public String holder() {
        return holder;
    }

    @Override
    public List<Path> layers() {
        return trees;
    }

    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        try {
            layers.release(chainIds);
        } catch (IOException e) {
            throw new UncheckedIOException("releasing the layers of " + holder, e);
        }
    }
}
