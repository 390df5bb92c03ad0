package dev.berth.image.layer.tree;

import dev.berth.image.contents.ContentsWriter;
import dev.berth.image.contents.LayerDirectory;
import dev.berth.image.layer.limit.LayerException;
import dev.berth.image.layer.limit.PathQuota;
import dev.berth.image.layer.tree.OpenParents.Parent;
import dev.berth.image.tar.TarEntry;
import dev.berth.image.tar.TarReader;
import dev.berth.linux.Errno;
import dev.berth.linux.ErrnoException;
import dev.berth.linux.Fd;
import dev.berth.linux.fs.Attributes;
import dev.berth.linux.fs.Directory;
import dev.berth.linux.fs.FileStatus;
import dev.berth.linux.fs.WriteBuffer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.zip.CRC32C;

/** The file tree of one layer as overlayfs wants it, being filled from the entries of the layer's archive. */
public final class LayerTree implements AutoCloseable {
    private static final String WHITEOUT = ".wh.";
    private static final String WHITEOUT_META = ".wh..wh.";
    private static final String OPAQUE_MARKER = ".wh..wh..opq";
    private static final String OPAQUE_ATTRIBUTE = "trusted.overlay.opaque";
    private static final byte[] OPAQUE = "y".getBytes(StandardCharsets.US_ASCII);
    private static final int PRIVATE = 0600;
    private static final int BLOCK = 4096;

    private final LayerDirectory layer;
    private final Directory root;
    private final OpenParents parents;
    private final DirectoryTimes times = new DirectoryTimes();
    private final WriteBuffer buffer = new WriteBuffer();
    private final CRC32C checksum = new CRC32C();
    private final ContentsWriter contents;
    /** A check of the layer keeps all their paths in memory. */
    private final PathQuota redescribed = new PathQuota();

    private Optional<Replaced> replaced = Optional.empty();
    private boolean rootDescribed;
    private boolean stale;
    private long bytes;
    private long inodes;
    private long names;

    /** Takes a layer's directory with an existing, empty tree, and writes down what it puts there. */
    public LayerTree(LayerDirectory layer, ContentsWriter contents) throws ErrnoException {
        this.layer = layer;
        this.contents = contents;
        this.root = Directory.open(layer.tree());
        this.parents = new OpenParents(root, this::implied);
    }

    private void implied(String path) throws IOException {
        names++;
        contents.implied(path);
    }

    public void add(TarEntry entry, TarReader archive) throws IOException {
        if (stale) {
            parents.forget(); // something was moved aside: open directories may be below it
            stale = false;
        }
        var path = EntryPath.of(entry.path());
        if (path.isRoot()) {
            describeRoot(entry);
        } else if (path.name().equals(OPAQUE_MARKER)) {
            var parent = parents.directory(path.parent());
            opaque(parent.directory(), parent.path());
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
        var present = parent.directory().status(hidden);
        if (present.isEmpty()) {
            parent.directory().node(hidden, FileStatus.CHARACTER_DEVICE, 0, 0);
            inodes++;
            names++;
            contents.whiteout(parent.below(hidden));
        } else if (present.get().isDirectory()) {
            try (var directory = parent.directory().child(hidden)) {
                opaque(directory, parent.below(hidden));
            }
        }
    }

    private void opaque(Directory directory, String path) throws IOException {
        Attributes.extended(directory.fd(), OPAQUE_ATTRIBUTE, OPAQUE);
        contents.opaque(path);
    }

    private void describeRoot(TarEntry entry) throws IOException {
        if (rootDescribed) {
            redescribed("");
        }
        rootDescribed = true;
        describe(root, entry, "");
    }

    private void place(EntryPath path, TarEntry entry, TarReader archive) throws IOException {
        var parent = parents.directory(path.parent());
        var name = path.name();
        switch (entry.kind()) {
            case DIRECTORY -> directory(parent, name, entry);
            case FILE -> file(parent, name, entry, archive);
            case SYMLINK -> {
                making(parent, name, () -> parent.directory().symlink(entry.linkTarget(), name));
                bare(parent, name, entry);
            }
            case HARD_LINK -> hardLink(path, entry);
            case CHARACTER_DEVICE -> node(parent, name, entry, FileStatus.CHARACTER_DEVICE);
            case BLOCK_DEVICE -> node(parent, name, entry, FileStatus.BLOCK_DEVICE);
            case FIFO -> node(parent, name, entry, FileStatus.FIFO);
        }
    }

    private void directory(Parent parent, String name, TarEntry entry) throws IOException {
        var path = parent.below(name);
        var before = parent.directory().status(name);
        if (before.isPresent() && before.get().isDirectory()) {
            redescribed(path);
        } else {
            making(parent, name, () -> parent.directory().makeDirectory(name, PRIVATE | 0100));
            bytes += BLOCK;
            inodes++;
        }
        try (var directory = parent.directory().child(name)) {
            describe(directory, entry, path);
            // a whiteout came before the directory: it hides the lower one, and its content with it
            if (before.isPresent() && before.get().isCharacterDevice()) {
                opaque(directory, path);
            }
        }
    }

    private void redescribed(String path) throws IOException {
        redescribed.require(path, "describes too many directories anew");
        contents.redescribed(path);
    }

    private void describe(Directory directory, TarEntry entry, String path) throws IOException {
        var attributes = apply(directory.fd(), entry);
        parents.described(path);
        times.remember(path, entry.mtimeSeconds(), entry.mtimeNanos());
        contents.placed(entry.placed(path, attributes), 0);
    }

    private void file(Parent parent, String name, TarEntry entry, TarReader archive) throws IOException {
        checksum.reset();
        try (var file = created(parent, name)) {
            archive.content((position, piece, offset, length) -> {
                buffer.write(file, piece, offset, length, position);
                checksum.update(piece, offset, length);
                bytes += length;
            });
            if (!entry.extents().isEmpty()) {
                Attributes.size(file, entry.size());
            }
            var attributes = apply(file, entry);
            Attributes.modified(file, entry.mtimeSeconds(), entry.mtimeNanos());
            contents.placed(entry.placed(parent.below(name), attributes), (int) checksum.getValue());
        }
        bytes += -entry.size() & (BLOCK - 1);
        inodes++;
        names++;
    }

    private Fd created(Parent parent, String name) throws IOException {
        try {
            return parent.directory().create(name, PRIVATE);
        } catch (ErrnoException e) {
            replace(parent, name, e);
            return parent.directory().create(name, PRIVATE);
        }
    }

    private void hardLink(EntryPath path, TarEntry entry) throws IOException {
        var target = EntryPath.of(entry.linkTarget());
        var holder = parents.directory(target.parent());
        var existing = holder.directory().status(target.name());
        if (target.isRoot() || existing.isEmpty() || existing.get().isDirectory()) {
            throw new LayerException.Refused("entry '" + entry.path() + "' is a hard link to '" + entry.linkTarget()
                    + "', which is no file of the same layer");
        }
        var parent = parents.directory(path.parent()); // anew: opening the other may have closed it
        var name = path.name();
        making(parent, name, () -> parent.directory().link(holder.directory(), target.name(), name));
        contents.placed(entry.linked(parent.below(name), holder.below(target.name())), 0);
    }

    private void node(Parent parent, String name, TarEntry entry, int type) throws IOException {
        making(parent, name, () -> parent.directory().node(name, type | entry.mode(), entry.major(), entry.minor()));
        parent.directory().mode(name, entry.mode());
        bare(parent, name, entry);
    }

    /** What can be set of a file that must not be opened. */
    private void bare(Parent parent, String name, TarEntry entry) throws IOException {
        if (entry.user() != 0 || entry.group() != 0) {
            parent.directory().owner(name, entry.user(), entry.group());
        }
        parent.directory().modified(name, entry.mtimeSeconds(), entry.mtimeNanos());
        contents.placed(entry.placed(parent.below(name), Map.of()), 0);
        inodes++;
    }

    @FunctionalInterface
    private interface Making {
        void make() throws ErrnoException;
    }

    /** A later entry of the same name replaces the earlier one. */
    private void making(Parent parent, String name, Making making) throws IOException {
        try {
            making.make();
        } catch (ErrnoException e) {
            replace(parent, name, e);
            making.make();
        }
        names++;
    }

    /** Moved aside, not deleted: the archive can be made again only with it. */
    private void replace(Parent parent, String name, ErrnoException failure) throws IOException {
        if (!failure.is(Errno.EEXIST)) {
            throw failure;
        }
        if (replaced.isEmpty()) {
            replaced = Optional.of(Replaced.below(layer));
        }
        var path = parent.below(name);
        contents.replaced(path, replaced.get().take(parent.directory(), name, path));
        parents.removed(path);
        stale = true;
    }

    /** Owner before mode and capabilities: a change of owner clears both. */
    private static Map<String, byte[]> apply(Fd file, TarEntry entry) throws ErrnoException {
        if (entry.user() != 0 || entry.group() != 0) {
            Attributes.owner(file, entry.user(), entry.group());
        }
        Attributes.mode(file, entry.mode());
        if (entry.attributes().isEmpty()) {
            return Map.of();
        }
        var taken = new LinkedHashMap<String, byte[]>();
        for (Map.Entry<String, byte[]> attribute : entry.attributes().entrySet()) {
            var name = attribute.getKey();
            if (ExtendedAttributes.accepted(name) && ExtendedAttributes.apply(file, name, attribute.getValue())) {
                taken.put(name, attribute.getValue());
            }
        }
        return taken;
    }

    /** To be called after the last entry. */
    public void finish() throws ErrnoException {
        parents.forget();
        times.apply(root);
    }

    public long names() {
        return names;
    }

    public Set<String> impliedDirectories() {
        return Set.copyOf(parents.implied());
    }

    public long bytes() {
        return bytes;
    }

    public long inodes() {
        return inodes;
    }

    @Override
    public void close() {
        parents.close();
        replaced.ifPresent(Replaced::close);
        root.close();
        buffer.close();
    }
}
