package dev.berth.image.contents;

import dev.berth.image.tar.TarEntry;
import dev.berth.image.tar.TarEntry.Kind;
import dev.berth.linux.ErrnoException;
import dev.berth.linux.Fd;
import dev.berth.linux.fs.Attributes;
import dev.berth.linux.fs.FileStatus;
import dev.berth.linux.fs.Holes;
import dev.berth.linux.fs.ReadBuffer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.zip.CRC32C;

/** Compares one file of a layer with its line in the list of contents. */
final class FileComparison implements AutoCloseable {
    private static final String OPAQUE = "trusted.overlay.opaque";
    private static final String ACCESS_LIST = "system.posix_acl_";

    private final ReadBuffer reading = new ReadBuffer();
    private final byte[] buffer = new byte[ReadBuffer.SIZE];

    /** Times of directories are left out: nothing depends on them, and beyond some number they are not kept. */
    void attributes(LayerFiles files, String place, TarEntry entry, FileStatus found) throws IOException {
        check(place, "type", type(entry.kind()), found.mode() & FileStatus.TYPE);
        check(place, "user", entry.user(), found.user());
        check(place, "group", entry.group(), found.group());
        // an access list changes the mode
        var listed = entry.attributes().keySet().stream().anyMatch(name -> name.startsWith(ACCESS_LIST));
        if (entry.kind() != Kind.SYMLINK && !listed) {
            check(place, "mode", entry.mode(), found.permissions());
        }
        if (entry.kind() == Kind.FILE) {
            check(place, "size", entry.size(), found.size());
        }
        if (entry.kind() != Kind.DIRECTORY) {
            time(place, entry, found);
        }
        switch (entry.kind()) {
            case SYMLINK -> link(files, place, entry);
            case CHARACTER_DEVICE, BLOCK_DEVICE -> {
                check(place, "major number", entry.major(), found.major());
                check(place, "minor number", entry.minor(), found.minor());
            }
            case FILE, DIRECTORY -> extended(files, place, entry);
            case FIFO, HARD_LINK -> {}
        }
    }

    /** A file system without nanoseconds, or whose years end before the entry's, keeps what it can. */
    private static void time(String place, TarEntry entry, FileStatus found) throws Difference {
        var seconds = entry.mtimeSeconds();
        if (seconds == (int) seconds) {
            check(place, "modification time", seconds, found.mtimeSeconds());
            if (found.mtimeNanos() != 0) {
                check(place, "nanoseconds", entry.mtimeNanos(), found.mtimeNanos());
            }
        }
    }

    private static void link(LayerFiles files, String place, TarEntry entry) throws IOException {
        var target = files.directory(LayerFiles.parent(place)).link(LayerFiles.name(place));
        if (!target.equals(entry.linkTarget())) {
            throw new Difference(place, "links elsewhere");
        }
    }

    private static void extended(LayerFiles files, String place, TarEntry entry) throws IOException {
        if (entry.attributes().isEmpty()) {
            return;
        }
        try (var file = open(files, place)) {
            for (Map.Entry<String, byte[]> attribute : entry.attributes().entrySet()) {
                var name = attribute.getKey();
                var value = Attributes.extended(file, name);
                if (!name.startsWith(ACCESS_LIST)
                        && (value.isEmpty() || !Arrays.equals(value.get(), attribute.getValue()))) {
                    throw new Difference(place, "has another value of " + name);
                }
            }
        }
    }

    void opaque(LayerFiles files, String place) throws IOException {
        try (var file = open(files, place)) {
            var value = Attributes.extended(file, OPAQUE);
            if (value.isEmpty() || !new String(value.get(), StandardCharsets.US_ASCII).equals("y")) {
                throw new Difference(place, "does not hide what is below it any more");
            }
        } catch (ErrnoException e) {
            throw Difference.of(place, e);
        }
    }

    /** Sizes are compared already. */
    void content(LayerFiles files, String place, TarEntry entry, int checksum, LayerCheck.Pace pace)
            throws IOException, InterruptedException {
        var checksums = new CRC32C();
        try (var file = open(files, place)) {
            if (entry.extents().isEmpty()) {
                read(file, place, 0, entry.size(), checksums, pace);
            }
            var end = 0L;
            for (var extent : entry.extents()) {
                zeros(file, place, end, extent.offset(), pace);
                end = extent.offset() + extent.length();
                read(file, place, extent.offset(), end, checksums, pace);
            }
            if (!entry.extents().isEmpty()) {
                zeros(file, place, end, entry.size(), pace);
            }
        }
        if ((int) checksums.getValue() != checksum) {
            throw new Difference(place, "has another content");
        }
    }

    private void read(Fd file, String place, long from, long to, CRC32C checksums, LayerCheck.Pace pace)
            throws IOException, InterruptedException {
        for (var at = from; at < to; ) {
            pace.pause();
            var count = read(file, place, at, to);
            checksums.update(buffer, 0, count);
            at += count;
        }
    }

    /** A hole costs nothing to make, however long it is: where the file system still has it as one there is nothing to read. */
    private void zeros(Fd file, String place, long from, long to, LayerCheck.Pace pace)
            throws IOException, InterruptedException {
        for (var at = data(file, from, to); at < to; at = data(file, at, to)) {
            pace.pause();
            var count = read(file, place, at, to);
            for (var i = 0; i < count; i++) {
                if (buffer[i] != 0) {
                    throw new Difference(place, "has another content");
                }
            }
            at += count;
        }
    }

    private static long data(Fd file, long from, long to) throws ErrnoException {
        return from < to ? Holes.dataFrom(file, from).orElse(to) : to;
    }

    private int read(Fd file, String place, long at, long to) throws IOException {
        var count = reading.read(file, buffer, 0, (int) Math.min(buffer.length, to - at), at);
        if (count == 0) {
            throw new Difference(place, "is too short");
        }
        return count;
    }

    private static Fd open(LayerFiles files, String place) throws ErrnoException {
        return files.directory(LayerFiles.parent(place)).file(LayerFiles.name(place));
    }

    private static int type(Kind kind) {
        return switch (kind) {
            case FILE, HARD_LINK -> FileStatus.REGULAR;
            case DIRECTORY -> FileStatus.DIRECTORY;
            case SYMLINK -> FileStatus.SYMLINK;
            case CHARACTER_DEVICE -> FileStatus.CHARACTER_DEVICE;
            case BLOCK_DEVICE -> FileStatus.BLOCK_DEVICE;
            case FIFO -> FileStatus.FIFO;
        };
    }

    private static void check(String place, String what, long expected, long found) throws Difference {
        if (expected != found) {
            throw new Difference(
                    place, "has %s %s, not %s".formatted(what, number(what, found), number(what, expected)));
        }
    }

    private static String number(String what, long value) {
        return what.equals("mode") || what.equals("type") ? "0" + Long.toOctalString(value) : Long.toString(value);
    }

    @Override
    public void close() {
        reading.close();
    }
}
