package dev.berth.image;

import dev.berth.image.oci.Digest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;

/** The complete layers and how many images, pulls and leases hold each; one that nobody holds any more is discarded. */
final class Layers {
    private final StorePaths paths;
    private final Trash trash;
    /** Guards everything below and the names in the layers' directory; held for renames, never for more input or output. */
    private final ReentrantLock lock = new ReentrantLock();

    private final Map<Digest, LayerRecord> complete = new HashMap<>();
    private final Map<Digest, Integer> holds = new HashMap<>();
    private final Set<Digest> durable = new HashSet<>();
    private boolean keepAll;
    private volatile FilesystemUsage usage = new FilesystemUsage(0, 0);

    Layers(StorePaths paths, Trash trash) {
        this.paths = paths;
        this.trash = trash;
    }

    /** Reads one layer's record from disk, as found at a start; throws if it is not whole. */
    void load(Digest chainId) throws IOException {
        if (complete.containsKey(chainId)) {
            return;
        }
        var record = Records.read(StorePaths.layerRecord(paths.layer(chainId)), LayerRecord.class);
        if (!record.chainId().equals(chainId) || !Files.isDirectory(paths.tree(chainId))) {
            throw new IOException("layer " + chainId + " in " + paths.layer(chainId) + " is not complete");
        }
        lock.lock();
        try {
            register(record);
            durable.add(chainId);
        } finally {
            lock.unlock();
        }
    }

    private void register(LayerRecord record) {
        if (complete.put(record.chainId(), record) == null) {
            usage = usage.plus(record.usage());
        }
    }

    /** Holds a layer if it is there. */
    Optional<LayerRecord> hold(Digest chainId) {
        lock.lock();
        try {
            var record = Optional.ofNullable(complete.get(chainId));
            record.ifPresent(_ -> holds.merge(chainId, 1, Integer::sum));
            return record;
        } finally {
            lock.unlock();
        }
    }

    /** Holds all of them or none. */
    boolean hold(Collection<Digest> chainIds) {
        lock.lock();
        try {
            if (!complete.keySet().containsAll(chainIds)) {
                return false;
            }
            chainIds.forEach(chainId -> holds.merge(chainId, 1, Integer::sum));
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Puts a finished layer from staging into its place and holds it. */
    void commit(LayerRecord record, Path staged) throws IOException {
        lock.lock();
        try {
            var place = paths.layer(record.chainId());
            if (Files.exists(place)) {
                trash.discard(place); // remains of a run that died: no record speaks of it
            }
            Files.move(staged, place, StandardCopyOption.ATOMIC_MOVE);
            register(record);
            holds.merge(record.chainId(), 1, Integer::sum);
        } finally {
            lock.unlock();
        }
    }

    void release(Collection<Digest> chainIds) throws IOException {
        lock.lock();
        try {
            for (var chainId : chainIds) {
                release(chainId);
            }
        } finally {
            lock.unlock();
        }
    }

    private void release(Digest chainId) throws IOException {
        var left = holds.merge(chainId, -1, Integer::sum);
        if (left > 0 || keepAll) {
            return;
        }
        holds.remove(chainId);
        durable.remove(chainId);
        var record = complete.remove(chainId);
        if (record != null) {
            usage = usage.minus(record.usage());
            trash.discard(paths.layer(chainId));
        }
    }

    /** From now on no layer is deleted: holders may exist that this run does not know. */
    void keepAll() {
        lock.lock();
        try {
            keepAll = true;
        } finally {
            lock.unlock();
        }
    }

    /** Discards the directories of layers that nobody holds. */
    void discardOrphans() throws IOException {
        lock.lock();
        try (var directories = Files.list(paths.layers())) {
            for (var directory : (Iterable<Path>) directories::iterator) {
                if (complete.keySet().stream().noneMatch(id -> paths.layer(id).equals(directory))) {
                    trash.discard(directory);
                }
            }
        } finally {
            lock.unlock();
        }
    }

    boolean allDurable(List<Digest> chainIds) {
        lock.lock();
        try {
            return durable.containsAll(chainIds);
        } finally {
            lock.unlock();
        }
    }

    void markDurable(List<Digest> chainIds) {
        lock.lock();
        try {
            durable.addAll(chainIds);
        } finally {
            lock.unlock();
        }
    }

    FilesystemUsage usage() {
        return usage;
    }
}
