package dev.berth.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;

/**
 * The cgroups that a pod names as its parent are the kubelet's to remove, so the tests do it in its place. What a runtime made below
 * them is not removed: it then shows as left behind.
 */
final class PodCgroups {
    private static final Path HIERARCHIES = Path.of("/sys/fs/cgroup");

    private PodCgroups() {}

    static void remove(Marks marks) throws IOException {
        for (var hierarchy : hierarchies()) {
            var top = hierarchy.resolve(marks.cgroup().substring(1));
            if (Files.isDirectory(top)) {
                removeTwoLevels(top);
            }
        }
    }

    private static void removeTwoLevels(Path top) throws IOException {
        try (var folders = Files.find(top, 1, (path, attributes) -> attributes.isDirectory())) {
            for (var folder : folders.sorted(Comparator.reverseOrder()).toList()) {
                var _ = folder.toFile().delete();
            }
        }
    }

    private static List<Path> hierarchies() throws IOException {
        if (Files.exists(HIERARCHIES.resolve("cgroup.procs"))) {
            return List.of(HIERARCHIES);
        }
        try (var folders = Files.list(HIERARCHIES)) {
            return folders.filter(Files::isDirectory).toList();
        }
    }
}
