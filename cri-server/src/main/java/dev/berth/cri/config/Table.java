package dev.berth.cri.config;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** One TOML table being read: values by key with their types checked, and in the end no key left over. */
final class Table {
    private final Origins origins;
    private final String name;
    private final JsonNode node;
    private final Set<String> known = new LinkedHashSet<>();

    /** @param name the table's own, with those of the tables that it stands in; empty for the top */
    Table(Origins origins, String name, JsonNode node) {
        this.origins = origins;
        this.name = name;
        this.node = node;
    }

    Table table(String key) throws ConfigurationException {
        known.add(key);
        var child = node.path(key);
        if (!child.isMissingNode() && !child.isObject()) {
            throw wrong(key, "a table");
        }
        return new Table(origins, qualified(key), child);
    }

    Optional<String> text(String key) throws ConfigurationException {
        known.add(key);
        var value = node.path(key);
        if (value.isMissingNode()) {
            return Optional.empty();
        }
        if (!value.isTextual()) {
            throw wrong(key, "a string");
        }
        return Optional.of(value.textValue());
    }

    /** An absolute, normalised path. */
    Path path(String key, Path otherwise) throws ConfigurationException {
        var text = text(key);
        if (text.isEmpty()) {
            return otherwise;
        }
        var path = Path.of(text.get());
        if (!path.isAbsolute()) {
            throw wrong(key, "an absolute path");
        }
        return path.normalize();
    }

    /** Absolute, normalised paths. */
    List<Path> paths(String key, List<Path> otherwise) throws ConfigurationException {
        var paths = texts(key, otherwise.stream().map(Path::toString).toList()).stream()
                .map(Path::of)
                .map(Path::normalize)
                .toList();
        if (!paths.stream().allMatch(Path::isAbsolute)) {
            throw wrong(key, "a list of absolute paths");
        }
        return paths;
    }

    boolean flag(String key, boolean otherwise) throws ConfigurationException {
        known.add(key);
        var value = node.path(key);
        if (value.isMissingNode()) {
            return otherwise;
        }
        if (!value.isBoolean()) {
            throw wrong(key, "true or false");
        }
        return value.booleanValue();
    }

    /** The tables that stand below this key, by their own names. */
    Map<String, Table> tables(String key) throws ConfigurationException {
        var parent = table(key);
        var tables = new TreeMap<String, Table>();
        for (var entry : parent.node.properties()) {
            tables.put(entry.getKey(), parent.table(entry.getKey()));
        }
        return tables;
    }

    int number(String key, int otherwise, int least, int most) throws ConfigurationException {
        known.add(key);
        var value = node.path(key);
        if (value.isMissingNode()) {
            return otherwise;
        }
        if (!value.canConvertToInt()
                || !value.isIntegralNumber()
                || value.intValue() < least
                || value.intValue() > most) {
            throw wrong(key, "a number from " + least + " to " + most);
        }
        return value.intValue();
    }

    List<String> texts(String key, List<String> otherwise) throws ConfigurationException {
        known.add(key);
        var value = node.path(key);
        if (value.isMissingNode()) {
            return otherwise;
        }
        var texts = new ArrayList<String>();
        for (var element : value) {
            if (!element.isTextual()) {
                throw wrong(key, "a list of strings");
            }
            texts.add(element.textValue());
        }
        if (!value.isArray()) {
            throw wrong(key, "a list of strings");
        }
        return texts;
    }

    /** Fails on the first key that nobody asked for, naming the nearest one that exists. */
    void nothingElse() throws ConfigurationException {
        for (Map.Entry<String, JsonNode> entry : node.properties()) {
            if (!known.contains(entry.getKey())) {
                throw new ConfigurationException("%s: unknown key \"%s\"%s"
                        .formatted(
                                origins.of(qualified(entry.getKey())),
                                qualified(entry.getKey()),
                                suggestion(entry.getKey())));
            }
        }
    }

    ConfigurationException wrong(String key, String expected) {
        return new ConfigurationException(complaint(key, expected));
    }

    ConfigurationException wrong(String key, String expected, Throwable cause) {
        return new ConfigurationException(complaint(key, expected), cause);
    }

    private String complaint(String key, String expected) {
        return "%s: \"%s\" must be %s, not %s"
                .formatted(origins.of(qualified(key)), qualified(key), expected, node.path(key));
    }

    private String suggestion(String key) {
        return Nearest.to(key, known)
                .map(near -> "; did you mean \"" + qualified(near) + "\"?")
                .orElse("; known here: " + String.join(", ", known));
    }

    private String qualified(String key) {
        return name.isEmpty() ? key : name + "." + key;
    }
}
