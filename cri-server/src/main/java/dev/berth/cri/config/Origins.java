package dev.berth.cri.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** Which file each value of a configuration comes from, so that the right one is named. */
final class Origins {
    private final Path main;
    private final Map<String, Path> files = new HashMap<>();

    Origins(Path main) {
        this.main = main;
    }

    /** Lays a file's values over those of the files before it. */
    void merge(ObjectNode into, JsonNode from, Path file) {
        merge(into, from, file, "");
    }

    private void merge(ObjectNode into, JsonNode from, Path file, String prefix) {
        for (var entry : from.properties()) {
            var name = prefix + entry.getKey();
            if (into.path(entry.getKey()) instanceof ObjectNode table
                    && entry.getValue().isObject()) {
                merge(table, entry.getValue(), file, name + ".");
            } else {
                into.set(entry.getKey(), entry.getValue());
                files.put(name, file);
            }
        }
    }

    /** The file that a value is in, by its key with those of the tables that it stands in. */
    Path of(String name) {
        for (var part = name; !part.isEmpty(); part = part.substring(0, Math.max(0, part.lastIndexOf('.')))) {
            if (files.containsKey(part)) {
                return files.getOrDefault(part, main);
            }
        }
        return main;
    }
}
