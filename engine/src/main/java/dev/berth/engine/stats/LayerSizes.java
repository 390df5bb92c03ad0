package dev.berth.engine.stats;

import dev.berth.engine.record.Times;
import dev.berth.linux.Reason;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The sizes of writable layers. Whoever asks gets the last count at once; an old one is renewed in the background, by one thread that
 * rests nine times as long as it counts. Nothing is counted that nobody asks for.
 */
public final class LayerSizes {
    private static final Logger LOG = LoggerFactory.getLogger(LayerSizes.class);
    private static final Duration FRESH = Duration.ofSeconds(10);
    private static final int REST = 9;

    /** A new layer holds its top directory and nothing else. */
    private static final long NEW_BYTES = 4096;

    private final ConcurrentHashMap<String, Size> sizes = new ConcurrentHashMap<>();
    private final Set<String> waiting = ConcurrentHashMap.newKeySet();
    private final ExecutorService counting = new ThreadPoolExecutor(
            0,
            1,
            FRESH.toSeconds(),
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            Thread.ofPlatform().daemon().name("writable layer sizes").factory());

    /** How much a layer holds; {@code takenNanos} is when it was counted, since the epoch. */
    public record Size(long bytes, long inodes, long takenNanos) {}

    /**
     * The last count; of a layer that never was counted, what it held when it was made.
     *
     * @param made nanoseconds since the epoch
     */
    Size size(String id, Path layer, long made) {
        var known = sizes.get(id);
        if ((known == null || Times.now() - known.takenNanos() >= FRESH.toNanos()) && waiting.add(id)) {
            counting.execute(() -> renew(id, layer));
        }
        return known == null ? new Size(NEW_BYTES, 1, made) : known;
    }

    void retain(Collection<String> ids) {
        sizes.keySet().retainAll(ids);
    }

    private void renew(String id, Path layer) {
        long start = System.nanoTime();
        try {
            var size = TreeSize.of(layer);
            sizes.put(id, new Size(size.bytes(), size.inodes(), Times.now()));
        } catch (IOException | RuntimeException e) {
            LOG.debug("writable layer of container {} is not counted: {}", id, Reason.of(e));
        }
        waiting.remove(id);
        LockSupport.parkNanos(REST * (System.nanoTime() - start));
    }
}
