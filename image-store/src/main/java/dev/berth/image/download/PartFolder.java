package dev.berth.image.download;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/**
 * Where the parts of blobs lie, each in a folder of the blob's name. They are bounded in age and in what they take together.
 *
 * @param age how long a part is kept that nothing was added to
 * @param most bytes of all parts
 */
public record PartFolder(Path path, Duration age, long most) {
    /** A kubelet repeats a pull within five minutes; an operator within a day or never. */
    private static final Duration AGE = Duration.ofDays(1);

    private static final long MOST = 16L << 30;

    private record Kept(Part part, FileTime changed, long stored) {}

    public static PartFolder at(Path path) {
        return new PartFolder(path, AGE, MOST);
    }

    public Part part(String name, long size) {
        return new Part(path.resolve(name), size);
    }

    public boolean holds(Part part) {
        return Files.isDirectory(part.folder());
    }

    /**
     * Deletes the parts that are too old, and the oldest of the others until all fit, and one of a size beside them; those in use stay.
     *
     * @return bytes of the parts that are left and not in use
     */
    public long makeRoom(long size, Collection<String> used) throws IOException {
        var kept = kept(used);
        var total = size + kept.stream().mapToLong(Kept::stored).sum();
        var oldest = FileTime.from(Instant.now().minus(age));
        for (var each : kept) {
            if (total > most || each.changed().compareTo(oldest) < 0) {
                each.part().discard();
                total -= each.stored();
            }
        }
        return total - size;
    }

    /** The parts that are not in use, oldest first. */
    private List<Kept> kept(Collection<String> used) throws IOException {
        try (var folders = Files.list(path)) {
            var parts = folders.filter(
                            folder -> !used.contains(folder.getFileName().toString()))
                    .map(folder -> new Part(folder, 0))
                    .toList();
            var found = new ArrayList<Kept>();
            for (var part : parts) {
                found.add(new Kept(part, Files.getLastModifiedTime(part.folder()), part.stored()));
            }
            found.sort(Comparator.comparing(Kept::changed));
            return found;
        }
    }
}
