package dev.berth.image.garbage;

import dev.berth.image.oci.Digest;
import dev.berth.image.record.FilesystemUsage;
import dev.berth.image.record.LayerRecord;
import dev.berth.image.record.Records;
import dev.berth.image.record.StorePaths;
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
public final class Layers {
    private final StorePaths paths;
    private final Trash trash;
    /** Guards everything below and the names in the layers' directory; held for renames and a look at whether a file is there, never for more input or output. */
    private final ReentrantLock lock = new ReentrantLock();

    private final Map<Digest, LayerRecord> complete = new HashMap<>();
    private final Map<Digest, Integer> holds = new HashMap<>();
    private final Set<Digest> durable = new HashSet<>();
    private boolean keepAll;
    private volatile FilesystemUsage usage = new FilesystemUsage(0, 0);

    public Layers(StorePaths paths, Trash trash) {
        this.paths = paths;
        this.trash = trash;
    }

    /** Reads one layer's record from disk, as found at a start; throws if it is not whole. */
    public void load(Digest chainId) throws IOException {
        if (complete.containsKey(chainId)) {
            return;
        }
        var record = Records.read(StorePaths.layerRecord(paths.layer(chainId)), LayerRecord.class);
        if (!record.chainId().equals(chainId) || !isThere(record)) {
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

    /** Whether its parts are there, without a look inside. */
    private boolean isThere(LayerRecord record) {
        var directory = paths.directory(record.chainId());
        return Files.isDirectory(directory.tree())
                && directory.contents().toFile().length() == record.contents().size();
    }

    private void register(LayerRecord record) {
        if (complete.put(record.chainId(), record) == null) {
            usage = usage.plus(record.usage());
        }
    }

    public Optional<LayerRecord> record(Digest chainId) {
        lock.lock();
        try {
            return Optional.ofNullable(complete.get(chainId));
        } finally {
            lock.unlock();
        }
    }

    /** Holds a layer if it is there. */
    public Optional<LayerRecord> hold(Digest chainId) {
        lock.lock();
        try {
            var record = Optional.ofNullable(complete.get(chainId)).filter(this::isThere);
            record.ifPresent(_ -> holds.merge(chainId, 1, Integer::sum));
            return record;
        } finally {
            lock.unlock();
        }
    }

    /** Holds all of them or none. */
    public boolean hold(Collection<Digest> chainIds) {
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

    /** Holds all of them, also those that are not there: who has them may need them again. */
    public void claim(Collection<Digest> chainIds) {
        lock.lock();
        try {
            chainIds.forEach(chainId -> holds.merge(chainId, 1, Integer::sum));
        } finally {
            lock.unlock();
        }
    }

    public boolean allComplete(Collection<Digest> chainIds) {
        lock.lock();
        try {
            return chainIds.stream().allMatch(complete::containsKey);
        } finally {
            lock.unlock();
        }
    }

    /** Takes a damaged layer out of use. Its files stay until the next start, for those who have them mounted. */
    public boolean quarantine(Digest chainId) throws IOException {
        lock.lock();
        try {
            var damaged = complete.remove(chainId);
            if (damaged == null) {
                return false;
            }
            usage = usage.minus(damaged.usage());
            durable.remove(chainId);
            setAside(paths.layer(chainId));
            return true;
        } finally {
            lock.unlock();
        }
    }

    private void setAside(Path layer) throws IOException {
        if (Files.exists(layer)) {
            Files.move(layer, paths.aside(layer), StandardCopyOption.ATOMIC_MOVE);
        }
    }

    /** Puts a finished layer from staging into its place and holds it. */
    public void commit(LayerRecord record, Path staged) throws IOException {
        lock.lock();
        try {
            var place = paths.layer(record.chainId());
            if (Files.exists(place)) {
                remove(record.chainId(), place); // of a run that died, or damaged
            }
            Files.move(staged, place, StandardCopyOption.ATOMIC_MOVE);
            register(record);
            holds.merge(record.chainId(), 1, Integer::sum);
        } finally {
            lock.unlock();
        }
    }

    public void release(Collection<Digest> chainIds) throws IOException {
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

    /** Whoever holds the layer may have it mounted. */
    private void remove(Digest chainId, Path directory) throws IOException {
        if (keepAll || holds.containsKey(chainId)) {
            setAside(directory);
        } else {
            trash.discard(directory);
        }
    }

    /** From now on no layer is deleted: holders may exist that this run does not know. */
    public void keepAll() {
        lock.lock();
        try {
            keepAll = true;
        } finally {
            lock.unlock();
        }
    }

    /** Discards the directories of layers that nobody holds. */
    public void discardOrphans() throws IOException {
        lock.lock();
        try {
            for (var directory : StorePaths.entries(paths.layers())) {
                var chainId = chainId(directory);
                if (chainId.isEmpty()) {
                    trash.discard(directory);
                } else if (!complete.containsKey(chainId.get())) {
                    remove(chainId.get(), directory);
                }
            }
            for (var aside : StorePaths.entries(paths.quarantine())) {
                var chainId = chainId(aside);
                if (chainId.isPresent() && !holds.containsKey(chainId.get())) {
                    trash.discard(aside);
                }
            }
        } finally {
            lock.unlock();
        }
    }

    /** The chain id that the name of a layer's directory begins with. */
    private static Optional<Digest> chainId(Path directory) {
        var name = directory.getFileName().toString();
        return name.matches(Digest.DIGITS + "(-.*)?")
                ? Optional.of(new Digest(name.split("-", 2)[0]))
                : Optional.empty();
    }

    public boolean allDurable(List<Digest> chainIds) {
        lock.lock();
        try {
            return durable.containsAll(chainIds);
        } finally {
            lock.unlock();
        }
    }

    public void markDurable(List<Digest> chainIds) {
        lock.lock();
        try {
            durable.addAll(chainIds);
        } finally {
            lock.unlock();
        }
    }

    public FilesystemUsage usage() {
        return usage;
    }
}
