package dev.berth.image.catalog;

import dev.berth.image.garbage.Layers;
import dev.berth.image.oci.ConfigDocument;
import dev.berth.image.oci.Digest;
import dev.berth.image.oci.ImageReference;
import dev.berth.image.record.ImageRecord;
import dev.berth.image.record.Records;
import dev.berth.image.record.StorePaths;
import dev.berth.linux.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The records of all images, on disk and in memory; readers see an immutable state and never wait. */
public final class Images {
    private static final int SHORTEST_PREFIX = 4;

    private record Entry(ImageRecord record, Image image) {}

    private final StorePaths paths;
    private final Layers layers;
    private final List<Pattern> pinned;
    /** Held by whoever changes records, also while one is written: only writers ever wait for it. */
    private final ReentrantLock writing = new ReentrantLock();

    private volatile Map<Digest, Entry> entries = Map.of();

    private final IncompleteImages incomplete;

    public Images(StorePaths paths, Layers layers, List<String> pinned) {
        this.paths = paths;
        this.layers = layers;
        this.incomplete = new IncompleteImages(paths, layers);
        this.pinned = pinned.stream().map(Images::glob).toList();
    }

    private static Pattern glob(String text) {
        return Pattern.compile(text.chars()
                .mapToObj(c -> switch (c) {
                    case '*' -> ".*";
                    case '?' -> ".";
                    default -> Pattern.quote(Character.toString(c));
                })
                .collect(Collectors.joining()));
    }

    public List<Image> list() {
        return entries.values().stream().map(Entry::image).toList();
    }

    public Optional<Image> find(String nameOrId) {
        return entry(nameOrId).map(Entry::image);
    }

    private Optional<Entry> entry(String nameOrId) {
        var name = nameOrId.replaceFirst("^sha(256|512):", "");
        return named(nameOrId).or(() -> identified(name));
    }

    private Optional<Entry> named(String text) {
        try {
            var name = ImageReference.parse(text).toString();
            return entries.values().stream()
                    .filter(entry -> entry.record.tags().contains(name)
                            || entry.record.digests().contains(name))
                    .findFirst();
        } catch (IllegalArgumentException e) {
            return Optional.empty(); // an id, then
        }
    }

    private Optional<Entry> identified(String prefix) {
        if (prefix.length() < SHORTEST_PREFIX) {
            return Optional.empty();
        }
        var matches = entries.values().stream()
                .filter(entry -> entry.record.id().hex().startsWith(prefix))
                .toList();
        return matches.size() == 1 ? Optional.of(matches.getFirst()) : Optional.empty();
    }

    /** Takes in a record found on disk at a start; returns what it lacks, and throws if it is none of ours. */
    public List<String> load(ImageRecord record) throws IOException {
        var lacking = new ArrayList<String>();
        for (var chainId : record.layers()) {
            try {
                layers.load(chainId);
            } catch (IOException e) {
                lacking.add("layer " + chainId + ": " + Reason.of(e));
            }
        }
        var config = incomplete.storedConfig(record);
        if (config.isEmpty()) {
            lacking.add("its config is missing or damaged");
        }
        layers.claim(record.layers());
        if (lacking.isEmpty() && config.isPresent()) {
            publish(record, config.get());
        } else {
            incomplete.add(record);
        }
        return lacking;
    }

    /** Takes a damaged layer out of use. Images that need it are absent until a pull has brought it again. */
    public boolean quarantine(Digest chainId) throws IOException {
        writing.lock();
        try {
            if (!layers.quarantine(chainId)) {
                return false;
            }
            withdraw(record -> record.layers().contains(chainId));
            return true;
        } finally {
            writing.unlock();
        }
    }

    /** The same for an image's config, whose digest is the image's id. */
    public void withdraw(Digest config) {
        writing.lock();
        try {
            withdraw(record -> record.id().equals(config));
        } finally {
            writing.unlock();
        }
    }

    private void withdraw(Predicate<ImageRecord> lacking) {
        var changed = new TreeMap<>(entries);
        for (var entry : entries.values()) {
            if (lacking.test(entry.record)) {
                incomplete.add(entry.record);
                changed.remove(entry.record.id());
            }
        }
        entries = Map.copyOf(changed);
    }

    /** Whether an image needs the layer, also one that is out of use for want of it. */
    public boolean need(Digest chainId) {
        writing.lock();
        try {
            return records().anyMatch(record -> record.layers().contains(chainId));
        } finally {
            writing.unlock();
        }
    }

    /** Images that lacked only what a pull for another has brought. */
    private void revive() throws IOException {
        for (Map.Entry<ImageRecord, ConfigDocument> whole : incomplete.whole().entrySet()) {
            publish(whole.getKey(), whole.getValue());
            incomplete.remove(whole.getKey().id());
        }
    }

    /** Makes an image known whose layers are complete, on disk first. Its tags leave the images that had them. */
    public Image commit(ImageRecord added, ConfigDocument config, Map<Digest, byte[]> documents) throws IOException {
        writing.lock();
        try {
            if (!layers.allComplete(added.layers())) {
                throw new IOException("a layer of image " + added.id() + " was found damaged meanwhile; pull it again");
            }
            write(documents);
            var known = record(added.id());
            var record = known.map(before -> before.with(added)).orElse(added);
            if (known.isEmpty()) {
                layers.claim(record.layers());
            }
            Records.write(record, paths);
            publish(record, config);
            incomplete.remove(record.id());
            takeTags(record);
            revive();
            return entryOf(record.id()).image;
        } finally {
            writing.unlock();
        }
    }

    /** Under the lock, so that the removal of another image with the same document cannot come between. */
    private void write(Map<Digest, byte[]> documents) throws IOException {
        for (Map.Entry<Digest, byte[]> document : documents.entrySet()) {
            var file = paths.blob(document.getKey());
            if (!holds(file, document.getValue())) {
                Records.write(file, document.getValue(), paths.staging());
            }
        }
    }

    private static boolean holds(Path file, byte[] content) throws IOException {
        return file.toFile().length() == content.length && Arrays.equals(Files.readAllBytes(file), content);
    }

    private Optional<ImageRecord> record(Digest id) {
        return Optional.ofNullable(entries.get(id)).map(Entry::record).or(() -> incomplete.record(id));
    }

    private Entry entryOf(Digest id) {
        var entry = entries.get(id);
        if (entry == null) {
            throw new IllegalStateException("image " + id + " was published a moment ago");
        }
        return entry;
    }

    private void takeTags(ImageRecord owner) throws IOException {
        var moved = new HashSet<>(owner.tags());
        for (var entry : entries.values()) {
            var record = entry.record;
            if (!record.id().equals(owner.id()) && record.tags().stream().anyMatch(moved::contains)) {
                var without = record.withoutTags(moved);
                Records.write(without, paths);
                publish(without, incomplete.config(record.id()));
            }
        }
        incomplete.takeTags(moved);
    }

    private void publish(ImageRecord record, ConfigDocument config) {
        var image = new Image(
                record.id().toString(),
                record.tags(),
                record.digests(),
                record.size(),
                config.config(),
                record.layers().stream().map(paths::tree).toList(),
                isPinned(record));
        var changed = new TreeMap<>(entries);
        changed.put(record.id(), new Entry(record, image));
        entries = Map.copyOf(changed);
    }

    private boolean isPinned(ImageRecord record) {
        return pinned.stream()
                .anyMatch(glob ->
                        record.tags().stream().anyMatch(tag -> glob.matcher(tag).matches())
                                || record.digests().stream()
                                        .anyMatch(digest -> glob.matcher(digest).matches()));
    }

    /** Forgets an image and all its names. It is gone from the lists at once; layers that nobody else holds follow. */
    public void remove(String nameOrId) throws IOException {
        writing.lock();
        try {
            var found = entry(nameOrId).map(Entry::record).or(() -> incomplete.find(nameOrId));
            if (found.isPresent()) {
                remove(found.get());
            }
        } finally {
            writing.unlock();
        }
    }

    /** Takes a damaged record off its place, and its image with it. */
    public void quarantine(Path file) throws IOException {
        writing.lock();
        try {
            Files.move(file, paths.aside(file), StandardCopyOption.ATOMIC_MOVE);
            var forgotten = records()
                    .filter(record -> paths.image(record.id()).equals(file))
                    .findFirst();
            if (forgotten.isPresent()) {
                remove(forgotten.get());
            }
        } finally {
            writing.unlock();
        }
    }

    private Stream<ImageRecord> records() {
        return Stream.concat(entries.values().stream().map(Entry::record), incomplete.records());
    }

    private void remove(ImageRecord record) throws IOException {
        var changed = new TreeMap<>(entries);
        changed.remove(record.id());
        entries = Map.copyOf(changed);
        incomplete.remove(record.id());
        delete(paths.image(record.id()));
        layers.release(record.layers());
        var needed = neededDocuments();
        for (var document : documents(record)) {
            if (!needed.contains(document)) {
                delete(paths.blob(document));
            }
        }
    }

    private static void delete(Path file) throws IOException {
        try {
            Files.delete(file);
        } catch (NoSuchFileException e) {
            return; // as wanted
        }
    }

    private static List<Digest> documents(ImageRecord record) {
        var all = new ArrayList<>(record.documents());
        all.add(record.id());
        return all;
    }

    /** Whether anything from the reference's repository is here. */
    public boolean hasSome(ImageReference reference) {
        var prefix = reference.name() + "@";
        return entries.values().stream()
                .anyMatch(entry -> entry.record.digests().stream().anyMatch(digest -> digest.startsWith(prefix)));
    }

    /** The documents that some image needs. */
    public Set<Digest> neededDocuments() {
        var needed = new HashSet<Digest>();
        records().forEach(record -> needed.addAll(documents(record)));
        return needed;
    }
}
