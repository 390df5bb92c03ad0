package dev.berth.image.pull;

import dev.berth.image.oci.Digest;
import dev.berth.image.oci.ImageReference;
import dev.berth.image.pull.PullAssignment.Layer;
import dev.berth.image.pull.PullReport.Outcome;
import dev.berth.image.registry.host.Journal;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/** What one pull has done so far; its threads write here, and anyone may read. */
final class PullProgress {
    private final ImageReference reference;
    /** The bytes of all pulls. */
    private final LongAdder allBytes;

    private final Journal journal = new Journal();
    private final long begin = System.nanoTime();
    private final AtomicLong fetched = new AtomicLong();
    private final AtomicLong present = new AtomicLong();
    private final AtomicInteger layersDone = new AtomicInteger();
    private final Set<Digest> begun = ConcurrentHashMap.newKeySet();
    private volatile List<Layer> layers = List.of();

    PullProgress(ImageReference reference, LongAdder allBytes) {
        this.reference = reference;
        this.allBytes = allBytes;
    }

    Journal journal() {
        return journal;
    }

    void expect(List<Layer> all) {
        layers = List.copyOf(all);
    }

    /** The layer's bytes, counted as they are read. */
    InputStream counting(Layer layer, InputStream blob) {
        begun.add(layer.chainId());
        return new FilterInputStream(blob) {
            @Override
            public int read() throws IOException {
                var value = super.read();
                count(value < 0 ? 0 : 1);
                return value;
            }

            @Override
            public int read(byte[] bytes, int offset, int length) throws IOException {
                var count = super.read(bytes, offset, length);
                count(Math.max(0, count));
                return count;
            }
        };
    }

    private void count(int bytes) {
        fetched.addAndGet(bytes);
        allBytes.add(bytes);
    }

    /** A layer is here; one whose bytes were not read by this pull was brought by another. */
    void arrived(Layer layer) {
        if (!begun.contains(layer.chainId())) {
            present.addAndGet(layer.blob().size());
        }
        layersDone.incrementAndGet();
    }

    PullReport report(Optional<Outcome> outcome) {
        var known = layers;
        return new PullReport(
                reference,
                fetched.get(),
                present.get(),
                known.stream().mapToLong(layer -> layer.blob().size()).sum(),
                layersDone.get(),
                known.size(),
                Duration.ofNanos(System.nanoTime() - begin),
                outcome,
                journal.lines());
    }
}
