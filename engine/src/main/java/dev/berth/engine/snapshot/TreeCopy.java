package dev.berth.engine.snapshot;

import dev.berth.linux.ErrnoException;
import dev.berth.linux.Fd;
import dev.berth.linux.fs.Attributes;
import dev.berth.linux.fs.Directory;
import dev.berth.linux.fs.FileStatus;
import dev.berth.linux.fs.Holes;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * Copies a tree of an image by descriptors, following no link: directories, files, links and FIFOs with owners, modes, times
 * and extended attributes. Device nodes are left out: outside of the image's layers nothing keeps them from being used.
 */
final class TreeCopy {
    /** An image may nest deeper than there are descriptors. */
    private static final int MAX_DEPTH = 256;

    /** Files with several names that are remembered; of more, each name gets a file of its own. */
    private static final int MAX_LINKED = 1 << 16;

    private static final int PIECE = 1 << 20;

    /** The rest belongs to the file system that the copy is made from, or to the host's policy. */
    private static final List<String> ATTRIBUTES = List.of("user.", "security.capability", "system.posix_acl_");

    private final Directory top;
    private final Map<Long, String> linked = new HashMap<>();

    /** @param top an empty directory that becomes the copy */
    TreeCopy(Directory top) {
        this.top = top;
    }

    /** @param status of the directory that is copied */
    void of(Directory from, FileStatus status) throws IOException {
        fill(from, status, top, "");
    }

    private void fill(Directory from, FileStatus status, Directory to, String path) throws IOException {
        if (path.chars().filter(c -> c == '/').count() >= MAX_DEPTH) {
            throw new IOException("directories are nested deeper than " + MAX_DEPTH);
        }
        for (List<String> names = from.batch(); !names.isEmpty(); names = from.batch()) {
            for (String name : names) {
                entry(from, name, to, path + name);
            }
        }
        attributes(from.fd(), status, to.fd());
    }

    private void entry(Directory from, String name, Directory to, String path) throws IOException {
        FileStatus status =
                from.status(name).orElseThrow(() -> new IOException(path + " vanished while it was copied"));
        switch (status.mode() & FileStatus.TYPE) {
            case FileStatus.DIRECTORY -> directory(from, name, status, to, path);
            case FileStatus.REGULAR -> file(from, name, status, to, path);
            case FileStatus.SYMLINK -> {
                to.symlink(from.link(name), name);
                to.owner(name, status.user(), status.group());
                to.modified(name, status.mtimeSeconds(), status.mtimeNanos());
            }
            case FileStatus.FIFO -> {
                to.node(name, FileStatus.FIFO, 0, 0);
                to.owner(name, status.user(), status.group());
                to.mode(name, status.permissions());
                to.modified(name, status.mtimeSeconds(), status.mtimeNanos());
            }
            default -> {
                // a device or a socket
            }
        }
    }

    private void directory(Directory from, String name, FileStatus status, Directory to, String path)
            throws IOException {
        to.makeDirectory(name, 0700);
        try (Directory source = from.child(name);
                Directory copy = to.child(name)) {
            fill(source, status, copy, path + "/");
        }
    }

    private void file(Directory from, String name, FileStatus status, Directory to, String path) throws IOException {
        if (status.links() > 1 && linked.containsKey(status.inode())) {
            link(linked.get(status.inode()), to, name);
            return;
        }
        try (Fd source = from.file(name);
                Fd copy = to.create(name, 0600)) {
            content(source, copy, status.size());
            attributes(source, status, copy);
        }
        if (status.links() > 1 && linked.size() < MAX_LINKED) {
            linked.put(status.inode(), path);
        }
    }

    private void link(String existing, Directory to, String name) throws IOException {
        int slash = existing.lastIndexOf('/');
        try (Directory parent = top.exactly(slash < 0 ? "." : existing.substring(0, slash))) {
            to.link(parent, existing.substring(slash + 1), name);
        }
    }

    private static void content(Fd source, Fd copy, long size) throws IOException {
        try (FileChannel in = FileChannel.open(reopened(source), StandardOpenOption.READ);
                FileChannel out = FileChannel.open(reopened(copy), StandardOpenOption.WRITE)) {
            OptionalLong at = Holes.dataFrom(source, 0);
            while (at.isPresent() && at.getAsLong() < size) {
                out.position(at.getAsLong());
                long piece = in.transferTo(at.getAsLong(), Math.min(PIECE, size - at.getAsLong()), out);
                if (piece <= 0) {
                    throw new IOException("a file became shorter while it was copied");
                }
                at = Holes.dataFrom(source, at.getAsLong() + piece);
            }
        }
        Attributes.size(copy, size);
    }

    private static Path reopened(Fd file) {
        return Path.of("/proc/self/fd", Integer.toString(file.number()));
    }

    /** The owner first: its change takes set-user-id bits and capabilities away. */
    private static void attributes(Fd source, FileStatus status, Fd copy) throws ErrnoException {
        Attributes.owner(copy, status.user(), status.group());
        Attributes.mode(copy, status.permissions());
        for (String name : Attributes.extendedNames(source)) {
            if (ATTRIBUTES.stream().anyMatch(name::startsWith)) {
                var value = Attributes.extended(source, name);
                if (value.isPresent()) {
                    Attributes.extended(copy, name, value.get());
                }
            }
        }
        Attributes.modified(copy, status.mtimeSeconds(), status.mtimeNanos());
    }
}
