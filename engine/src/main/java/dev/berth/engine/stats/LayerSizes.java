package dev.berth.engine.stats;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.Collection;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The sizes of writable layers. Nothing is walked unless somebody asks, and then at most once a minute a layer.
 */
public final class LayerSizes {
    private static final Duration FRESH = Duration.ofMinutes(1);
    private static final int BLOCK = 4096;

    private final ConcurrentHashMap<String, Size> sizes = new ConcurrentHashMap<>();

    /** How much a layer holds; {@code takenNanos} is when it was counted, since the epoch. */
    public record Size(long bytes, long inodes, long takenNanos) {}

    /** A layer whose files go while they are counted is counted without them. */
    Size size(String id, Path layer, long nowNanos) {
        var known = sizes.get(id);
        if (known != null && nowNanos - known.takenNanos() < FRESH.toNanos()) {
            return known;
        }
        var counted = count(layer, nowNanos);
        sizes.put(id, counted);
        return counted;
    }

    void retain(Collection<String> ids) {
        sizes.keySet().retainAll(ids);
    }

    private static Size count(Path layer, long nowNanos) {
        var counter = new Counter();
        try {
            Files.walkFileTree(layer, counter);
        } catch (IOException e) {
            throw new UncheckedIOException("count " + layer, e);
        }
        return new Size(counter.bytes, counter.inodes, nowNanos);
    }

    /** Adds up the lengths of regular files and a block for each directory. */
    private static final class Counter extends SimpleFileVisitor<Path> {
        private long bytes;
        private long inodes;

        @Override
        public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
            return add(BLOCK);
        }

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            return add(attributes.isRegularFile() ? attributes.size() : 0);
        }

        @Override
        public FileVisitResult visitFileFailed(Path file, IOException gone) {
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException failure) {
            return FileVisitResult.CONTINUE;
        }

        private FileVisitResult add(long size) {
            bytes += size;
            inodes++;
            return FileVisitResult.CONTINUE;
        }
    }
}
