package dev.berth.image.contents;

import dev.berth.image.tar.TarEntry;
import dev.berth.image.tar.TarEntry.Kind;
import dev.berth.linux.ErrnoException;
import dev.berth.linux.Reason;
import dev.berth.linux.fs.Directory;
import dev.berth.linux.fs.FileStatus;
import java.io.IOException;
import java.util.Optional;

/** Compares a layer with its list of contents, a line at a time, and stops at the first difference. */
public final class LayerCheck implements AutoCloseable {
    /** Called between two files, and between two pieces of one that is read: to go slowly, or to stop. */
    @FunctionalInterface
    public interface Pace {
        void pause() throws InterruptedException;
    }

    private final LayerDirectory layer;
    private final Seal seal;
    private final Depth depth;
    private final LayerFiles files;
    private final FileComparison comparison;
    private final FileStatus sealed;
    private long names;

    /** @param sealed the status of the file that was written last: what changed later is suspicious */
    public LayerCheck(LayerDirectory layer, Seal seal, FileStatus sealed, Depth depth) throws ErrnoException {
        this.layer = layer;
        this.seal = seal;
        this.depth = depth;
        this.sealed = sealed;
        this.files = new LayerFiles(layer);
        this.comparison = new FileComparison();
    }

    /** What is wrong with the layer; empty if nothing is. That it cannot be read says neither, and is an exception. */
    public Optional<String> fault(Pace pace) throws IOException, InterruptedException {
        try {
            compare(pace);
            return Optional.empty();
        } catch (Difference e) {
            return Optional.of(Reason.of(e));
        }
    }

    private void compare(Pace pace) throws IOException, InterruptedException {
        var places = Places.read(layer.contents(), seal);
        try (var list = ContentsReader.open(layer.contents(), seal)) {
            count(Places.TREE);
            if (seal.replacements() > 0) {
                countIfThere(Places.ASIDE);
            }
            var position = 0L;
            var line = list.next();
            for (; !(line instanceof Line.End); line = list.next()) {
                compare(places, ++position, line, pace);
                pace.pause();
            }
            if (line instanceof Line.End(var expected) && expected != names) {
                throw new Difference("", "there are %d names in all, not %d".formatted(names, expected));
            }
        }
    }

    private void compare(Places places, long position, Line line, Pace pace) throws IOException, InterruptedException {
        switch (line) {
            case Line.Placed(var entry, var checksum) -> {
                if (!places.isRedescribed(position, entry.path())) {
                    placed(places, position, entry, checksum, pace);
                }
            }
            case Line.Implied(var path) -> {
                if (!places.isRedescribed(position, path)) {
                    directory(places.of(position, path));
                }
            }
            case Line.Whiteout(var path) -> {
                var place = places.of(position, path);
                var found = status(place);
                if (!found.isCharacterDevice() || found.major() != 0 || found.minor() != 0) {
                    throw new Difference(place, "is no whiteout any more");
                }
            }
            case Line.Opaque(var path) -> comparison.opaque(files, places.of(position, path));
            case Line.Literal _, Line.Replaced _, Line.Redescribed _, Line.End _ -> {}
        }
    }

    private void placed(Places places, long position, TarEntry entry, int checksum, Pace pace)
            throws IOException, InterruptedException {
        var place = places.of(position, entry.path());
        var found = status(place);
        if (entry.kind() == Kind.HARD_LINK) {
            // where its target was moved later, the link still is the same file: then only its being there counts
            if (seal.replacements() == 0
                    && status(Places.TREE + "/" + entry.linkTarget()).inode() != found.inode()) {
                throw new Difference(place, "is no hard link to %s any more".formatted(entry.linkTarget()));
            }
            return;
        }
        if (entry.kind() == Kind.DIRECTORY && !entry.path().isEmpty()) {
            count(place);
        }
        comparison.attributes(files, place, entry, found);
        if (entry.kind() == Kind.FILE && (depth == Depth.CONTENT || changedSince(found))) {
            comparison.content(files, place, entry, checksum, pace);
        }
    }

    private void directory(String place) throws IOException {
        if (!status(place).isDirectory()) {
            throw new Difference(place, "is no directory any more");
        }
        count(place);
    }

    private void count(String place) throws IOException {
        try {
            names += names(place);
        } catch (ErrnoException e) {
            throw Difference.of(place, e);
        }
    }

    private void countIfThere(String place) throws IOException {
        try (var top = Directory.open(layer.path())) {
            if (top.status(place).isPresent()) {
                count(place);
            }
        }
    }

    private long names(String place) throws ErrnoException {
        try (var top = Directory.open(layer.path());
                var directory = top.exactly(place)) {
            return directory.count();
        }
    }

    private FileStatus status(String place) throws IOException {
        try {
            return files.directory(LayerFiles.parent(place))
                    .status(LayerFiles.name(place))
                    .orElseThrow(() -> new Difference(place, "is missing"));
        } catch (ErrnoException e) {
            throw Difference.of(place, e);
        }
    }

    /** The kernel sets this time at every change of a file, also of one whose size and times were put back. */
    private boolean changedSince(FileStatus found) {
        return found.changedSeconds() > sealed.changedSeconds()
                || (found.changedSeconds() == sealed.changedSeconds() && found.changedNanos() > sealed.changedNanos());
    }

    @Override
    public void close() {
        comparison.close();
        files.close();
    }
}
