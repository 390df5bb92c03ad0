package dev.berth.image.layer;

import dev.berth.image.tar.TarEntry;
import dev.berth.image.tar.TarReader;
import dev.berth.linux.Errno;
import dev.berth.linux.ErrnoException;
import dev.berth.linux.Fd;
import dev.berth.linux.fs.Attributes;
import dev.berth.linux.fs.Directory;
import dev.berth.linux.fs.FileStatus;
import dev.berth.linux.fs.TreeRemoval;
import dev.berth.linux.fs.WriteBuffer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;

/** The file tree of one layer as overlayfs wants it, being filled from the entries of the layer's archive. */
final class LayerTree implements AutoCloseable {
    private static final String WHITEOUT = ".wh.";
    private static final String WHITEOUT_META = ".wh..wh.";
    private static final String OPAQUE_MARKER = ".wh..wh..opq";
    private static final String OPAQUE_ATTRIBUTE = "trusted.overlay.opaque";
    private static final byte[] OPAQUE = "y".getBytes(StandardCharsets.US_ASCII);
    private static final int PRIVATE = 0600;
    private static final int BLOCK = 4096;

    private final Directory root;
    private final OpenParents parents;
    private final DirectoryTimes times = new DirectoryTimes();
    private final WriteBuffer buffer = new WriteBuffer();
    private long bytes;
    private long inodes;

    /** Takes an existing, empty directory. */
    LayerTree(Path path) throws ErrnoException {
        this.root = Directory.open(path);
        this.parents = new OpenParents(root);
    }

    void add(TarEntry entry, TarReader archive) throws IOException {
        var path = EntryPath.of(entry.path());
        if (path.isRoot()) {
            describe(root, entry, "");
        } else if (path.name().equals(OPAQUE_MARKER)) {
            Attributes.extended(parents.directory(path.parent()).fd(), OPAQUE_ATTRIBUTE, OPAQUE);
        } else if (path.name().startsWith(WHITEOUT)) {
            whiteout(path);
        } else {
            place(path, entry, archive);
        }
    }

    /** Hides what lower layers have there; what this layer itself has stays, whichever came first (OCI image specification, layers). */
    private void whiteout(EntryPath path) throws IOException {
        var hidden = path.name().substring(WHITEOUT.length());
        if (path.name().startsWith(WHITEOUT_META)) {
            return; // bookkeeping of AUFS
        }
        if (hidden.isEmpty() || hidden.equals(".") || hidden.equals("..")) {
            throw new LayerException.Refused("whiteout '" + path + "' names no file");
        }
        var parent = parents.directory(path.parent());
        var present = parent.status(hidden);
        if (present.isEmpty()) {
            parent.node(hidden, FileStatus.CHARACTER_DEVICE, 0, 0);
            inodes++;
        } else if (present.get().isDirectory()) {
            opaque(parent, hidden);
        }
    }

    private static void opaque(Directory parent, String name) throws ErrnoException {
        try (var directory = parent.child(name)) {
            Attributes.extended(directory.fd(), OPAQUE_ATTRIBUTE, OPAQUE);
        }
    }

    private void place(EntryPath path, TarEntry entry, TarReader archive) throws IOException {
        var parent = parents.directory(path.parent());
        var name = path.name();
        switch (entry.kind()) {
            case DIRECTORY -> directory(parent, path, entry);
            case FILE -> file(parent, name, entry, archive);
            case SYMLINK -> {
                making(parent, name, () -> parent.symlink(entry.linkTarget(), name));
                bare(parent, name, entry);
            }
            case HARD_LINK -> hardLink(parent, name, entry);
            case CHARACTER_DEVICE -> node(parent, name, entry, FileStatus.CHARACTER_DEVICE);
            case BLOCK_DEVICE -> node(parent, name, entry, FileStatus.BLOCK_DEVICE);
            case FIFO -> node(parent, name, entry, FileStatus.FIFO);
        }
    }

    private void directory(Directory parent, EntryPath path, TarEntry entry) throws IOException {
        var name = path.name();
        var before = parent.status(name);
        if (before.isEmpty() || !before.get().isDirectory()) {
            making(parent, name, () -> parent.makeDirectory(name, PRIVATE | 0100));
            bytes += BLOCK;
            inodes++;
        }
        try (var directory = parent.child(name)) {
            describe(directory, entry, path.toString());
            // a whiteout came before the directory: it hides the lower one, and its content with it
            if (before.isPresent() && before.get().isCharacterDevice()) {
                Attributes.extended(directory.fd(), OPAQUE_ATTRIBUTE, OPAQUE);
            }
        }
    }

    private void describe(Directory directory, TarEntry entry, String path) throws IOException {
        apply(directory.fd(), entry);
        parents.described(path);
        times.remember(path, entry.mtimeSeconds(), entry.mtimeNanos());
    }

    private void file(Directory parent, String name, TarEntry entry, TarReader archive) throws IOException {
        try (var file = created(parent, name)) {
            archive.content((position, piece, offset, length) -> {
                buffer.write(file, piece, offset, length, position);
                bytes += length;
            });
            if (!entry.extents().isEmpty()) {
                Attributes.size(file, entry.size());
            }
            apply(file, entry);
            Attributes.modified(file, entry.mtimeSeconds(), entry.mtimeNanos());
        }
        bytes += -entry.size() & (BLOCK - 1);
        inodes++;
    }

    private Fd created(Directory parent, String name) throws ErrnoException {
        try {
            return parent.create(name, PRIVATE);
        } catch (ErrnoException e) {
            replace(parent, name, e);
            return parent.create(name, PRIVATE);
        }
    }

    private void hardLink(Directory parent, String name, TarEntry entry) throws IOException {
        var target = EntryPath.of(entry.linkTarget());
        var holder = parents.directory(target.parent());
        var existing = holder.status(target.name());
        if (target.isRoot() || existing.isEmpty() || existing.get().isDirectory()) {
            throw new LayerException.Refused("entry '" + entry.path() + "' is a hard link to '" + entry.linkTarget()
                    + "', which is no file of the same layer");
        }
        making(parent, name, () -> parent.link(holder, target.name(), name));
    }

    private void node(Directory parent, String name, TarEntry entry, int type) throws IOException {
        making(parent, name, () -> parent.node(name, type | entry.mode(), entry.major(), entry.minor()));
        bare(parent, name, entry);
    }

    /** What can be set of a file that must not be opened. */
    private void bare(Directory parent, String name, TarEntry entry) throws ErrnoException {
        if (entry.user() != 0 || entry.group() != 0) {
            parent.owner(name, entry.user(), entry.group());
        }
        parent.modified(name, entry.mtimeSeconds(), entry.mtimeNanos());
        inodes++;
    }

    @FunctionalInterface
    private interface Making {
        void make() throws ErrnoException;
    }

    /** A later entry of the same name replaces the earlier one. */
    private void making(Directory parent, String name, Making making) throws ErrnoException {
        try {
            making.make();
        } catch (ErrnoException e) {
            replace(parent, name, e);
            making.make();
        }
    }

    private void replace(Directory parent, String name, ErrnoException failure) throws ErrnoException {
        if (!failure.is(Errno.EEXIST)) {
            throw failure;
        }
        new TreeRemoval(parent).remove(name);
    }

    /** Owner before mode and capabilities: a change of owner clears both. */
    private static void apply(Fd file, TarEntry entry) throws ErrnoException {
        if (entry.user() != 0 || entry.group() != 0) {
            Attributes.owner(file, entry.user(), entry.group());
        }
        Attributes.mode(file, entry.mode());
        for (Map.Entry<String, byte[]> attribute : entry.attributes().entrySet()) {
            if (ExtendedAttributes.accepted(attribute.getKey())) {
                ExtendedAttributes.apply(file, attribute.getKey(), attribute.getValue());
            }
        }
    }

    /** To be called after the last entry. */
    void finish() throws ErrnoException {
        parents.forget();
        times.apply(root);
    }

    Set<String> impliedDirectories() {
        return Set.copyOf(parents.implied());
    }

    long bytes() {
        return bytes;
    }

    long inodes() {
        return inodes;
    }

    @Override
    public void close() {
        parents.close();
        root.close();
        buffer.close();
    }
}
