package dev.berth.image.layer.tree;

import dev.berth.image.layer.limit.PathQuota;
import dev.berth.linux.Errno;
import dev.berth.linux.ErrnoException;
import dev.berth.linux.fs.Directory;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * The directories of a layer that entries went to lately, kept open: consecutive entries mostly share theirs. A symbolic link on the way
 * is followed as if the layer were the root, so it leads nowhere else.
 */
final class OpenParents implements AutoCloseable {
    private static final int KEPT = 16;
    private static final int IMPLIED_MODE = 0755;

    /** An open directory and where it is in the tree, without symbolic links. */
    record Parent(Directory directory, String path) {
        String below(String name) {
            return path.isEmpty() ? name : path + "/" + name;
        }
    }

    /** Told of each directory that is made because an entry needs it. */
    @FunctionalInterface
    interface Making {
        void made(String path) throws IOException;
    }

    private final Parent root;
    private final String location;
    private final Making making;
    private final LinkedHashMap<String, Parent> open = new LinkedHashMap<>(KEPT, 0.75f, true);
    private final TreeSet<String> implied = new TreeSet<>();
    /** They are remembered until the layer ends. */
    private final PathQuota quota = new PathQuota();

    OpenParents(Directory root, Making making) throws ErrnoException {
        this.root = new Parent(root, "");
        this.location = root.location();
        this.making = making;
    }

    /** The directory of that path; it and those above it are made where the layer did not name them. */
    Parent directory(String path) throws IOException {
        if (path.isEmpty()) {
            return root;
        }
        var known = open.get(path);
        if (known != null) {
            return known;
        }
        var directory = openOrMake(path);
        open.put(path, directory);
        if (open.size() > KEPT) {
            evict();
        }
        return directory;
    }

    private Parent openOrMake(String path) throws IOException {
        try {
            return existing(path);
        } catch (ErrnoException e) {
            if (!e.is(Errno.ENOENT)) {
                throw e;
            }
        }
        var slash = path.lastIndexOf('/');
        var parent = directory(slash < 0 ? "" : path.substring(0, slash));
        var name = path.substring(slash + 1);
        parent.directory().makeDirectory(name, IMPLIED_MODE);
        parent.directory().mode(name, IMPLIED_MODE);
        making.made(parent.below(name));
        quota.require(parent.below(name), "needs too many directories that it does not describe");
        implied.add(parent.below(name));
        return existing(path);
    }

    /** Mostly no part of the path is a link; where one is, the kernel knows where it led to. */
    private Parent existing(String path) throws ErrnoException {
        try {
            return new Parent(root.directory().exactly(path), path);
        } catch (ErrnoException e) {
            if (!e.is(Errno.ELOOP)) {
                throw e;
            }
        }
        var directory = root.directory().inRoot(path);
        try {
            var place = directory.location().substring(location.length());
            return new Parent(directory, place.startsWith("/") ? place.substring(1) : place);
        } catch (ErrnoException e) {
            directory.close();
            throw e;
        }
    }

    /** Directories that entries needed and no entry described. */
    Set<String> implied() {
        return implied;
    }

    void described(String path) {
        if (implied.remove(path)) {
            quota.release(path);
        }
    }

    /** What was at that path, and below it, is gone. */
    void removed(String path) {
        described(path);
        var below = implied.subSet(path + "/", path + "0"); // 0 is what follows the slash
        below.forEach(quota::release);
        below.clear();
    }

    private void evict() {
        var eldest = open.entrySet().iterator();
        Map.Entry<String, Parent> entry = eldest.next();
        eldest.remove();
        entry.getValue().directory().close();
    }

    /** Forgets every open directory: what a path leads to has changed. */
    void forget() {
        open.values().forEach(parent -> parent.directory().close());
        open.clear();
    }

    @Override
    public void close() {
        forget();
    }
}
