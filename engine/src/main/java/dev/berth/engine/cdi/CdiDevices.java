package dev.berth.engine.cdi;

import dev.berth.engine.oci.InvalidSpecException;
import dev.berth.linux.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The devices that the files in some directories describe, read when a container asks for one. */
public final class CdiDevices {
    /** In a directory; drivers write one for each claim. */
    private static final int MAX_FILES = 4096;

    private final List<Path> directories;

    /** @param directories a device in a later one takes the place of its namesake in an earlier one */
    public CdiDevices(List<Path> directories) {
        this.directories = List.copyOf(directories);
    }

    private record Described(CdiDocument document, CdiDocument.Device device, Path file) {}

    /** What is known when all directories have been read. */
    private static final class Found {
        private final Map<CdiName, Described> devices = new HashMap<>();
        private final Map<CdiName, String> conflicts = new HashMap<>();
        private final List<String> problems = new ArrayList<>();
    }

    /** The edits of these devices in their order; those of a whole file once, before those of its first device. */
    public List<ContainerEdits> edits(List<CdiName> names) throws InvalidSpecException, IOException {
        if (names.isEmpty()) {
            return List.of();
        }
        var found = found();
        var edits = new ArrayList<ContainerEdits>();
        var files = new HashSet<Path>();
        for (CdiName name : names) {
            var described = require(found, name);
            if (files.add(described.file())) {
                edits.add(described.document().edits());
            }
            edits.add(described.device().edits());
        }
        return edits;
    }

    private Described require(Found found, CdiName name) throws InvalidSpecException {
        if (found.conflicts.containsKey(name)) {
            throw new InvalidSpecException(
                    "CDI device " + name + " is in more than one file: " + found.conflicts.get(name));
        }
        return Optional.ofNullable(found.devices.get(name))
                .orElseThrow(() -> new InvalidSpecException(
                        "CDI device %s: no file in %s describes it%s".formatted(name, places(), problems(found))));
    }

    private String places() {
        return directories.isEmpty()
                ? "any directory, as none is configured,"
                : directories.stream().map(Path::toString).collect(Collectors.joining(", "));
    }

    /** A file that cannot be read may be the one with the device. */
    private static String problems(Found found) {
        return found.problems.isEmpty() ? "" : "; not read: " + String.join("; ", found.problems);
    }

    private Found found() throws InvalidSpecException, IOException {
        var found = new Found();
        for (Path directory : directories) {
            var here = new HashSet<CdiName>();
            for (Path file : files(directory)) {
                add(file, found, here);
            }
        }
        return found;
    }

    private static List<Path> files(Path directory) throws InvalidSpecException, IOException {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (Stream<Path> entries = Files.list(directory)) {
            var files = entries.filter(file -> CdiFile.named(file) && Files.isRegularFile(file))
                    .sorted()
                    .limit(MAX_FILES + 1)
                    .toList();
            if (files.size() > MAX_FILES) {
                throw new InvalidSpecException(directory + " holds more than " + MAX_FILES + " CDI files");
            }
            return files;
        }
    }

    private static void add(Path file, Found found, Set<CdiName> here) {
        try {
            var document = CdiFile.read(file);
            for (var device : document.devices()) {
                add(new CdiName(document.kind(), device.name()), new Described(document, device, file), found, here);
            }
        } catch (InvalidSpecException | IOException e) {
            found.problems.add(file + " (" + Reason.of(e) + ")");
        }
    }

    private static void add(CdiName name, Described described, Found found, Set<CdiName> here) {
        var earlier = found.devices.put(name, described);
        if (here.add(name)) {
            found.conflicts.remove(name);
        } else if (earlier != null) {
            found.conflicts.put(name, earlier.file() + ", " + described.file());
        }
    }
}
