package dev.berth.image.catalog;

import dev.berth.image.garbage.Layers;
import dev.berth.image.oci.ConfigDocument;
import dev.berth.image.oci.Digest;
import dev.berth.image.oci.ImageReference;
import dev.berth.image.record.ImageRecord;
import dev.berth.image.record.Records;
import dev.berth.image.record.StorePaths;
import java.io.IOException;
import java.nio.file.Files;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Images that lack a layer or their config: nobody is shown them, but they keep the layers that they have for the next pull. Used under
 * the lock of {@link Images}.
 */
final class IncompleteImages {
    private final StorePaths paths;
    private final Layers layers;
    private final Map<Digest, ImageRecord> records = new HashMap<>();

    IncompleteImages(StorePaths paths, Layers layers) {
        this.paths = paths;
        this.layers = layers;
    }

    void add(ImageRecord record) {
        records.put(record.id(), record);
    }

    void remove(Digest id) {
        records.remove(id);
    }

    Stream<ImageRecord> records() {
        return records.values().stream();
    }

    Optional<ImageRecord> record(Digest id) {
        return Optional.ofNullable(records.get(id));
    }

    /** Finds by a whole name or id. */
    Optional<ImageRecord> find(String nameOrId) {
        return records()
                .filter(record -> record.id().toString().equals(nameOrId) || isNamed(record, nameOrId))
                .findFirst();
    }

    private static boolean isNamed(ImageRecord record, String text) {
        try {
            var name = ImageReference.parse(text).toString();
            return record.tags().contains(name) || record.digests().contains(name);
        } catch (IllegalArgumentException e) {
            return false; // an id
        }
    }

    /** Those that lack nothing any more, with their configs. */
    Map<ImageRecord, ConfigDocument> whole() throws IOException {
        var found = new HashMap<ImageRecord, ConfigDocument>();
        for (var record : records.values()) {
            var config = storedConfig(record);
            if (config.isPresent() && layers.allComplete(record.layers())) {
                found.put(record, config.get());
            }
        }
        return found;
    }

    /** Empty if it is not there as it was; throws if the record contradicts it. */
    Optional<ConfigDocument> storedConfig(ImageRecord record) throws IOException {
        ConfigDocument config;
        try {
            config = config(record.id());
        } catch (IOException e) {
            return Optional.empty();
        }
        if (!config.chainIds().equals(record.layers())) {
            throw new IOException("the layers of image " + record.id() + " are not those of its config");
        }
        return Optional.of(config);
    }

    ConfigDocument config(Digest id) throws IOException {
        var bytes = Files.readAllBytes(paths.blob(id));
        if (!id.isOf(bytes)) {
            throw new IOException("config " + paths.blob(id) + " is damaged");
        }
        return ConfigDocument.parse(bytes);
    }

    /** Another image has these tags from now on. */
    void takeTags(Set<String> moved) throws IOException {
        for (var record : List.copyOf(records.values())) {
            if (record.tags().stream().anyMatch(moved::contains)) {
                var without = record.withoutTags(moved);
                Records.write(without, paths);
                add(without);
            }
        }
    }
}
