package dev.berth.image.layer;

import dev.berth.linux.Errno;
import dev.berth.linux.ErrnoException;
import dev.berth.linux.fs.Directory;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * The directories of a layer that entries went to lately, kept open: consecutive entries mostly share theirs. A symbolic link on the way
 * is followed as if the layer were the root, so it leads nowhere else.
 */
final class OpenParents implements AutoCloseable {
    private static final int KEPT = 16;
    private static final int IMPLIED_MODE = 0755;

    /** They are remembered until the layer ends. */
    private static final int MOST_IMPLIED = 100_000;

    private final Directory root;
    private final LinkedHashMap<String, Directory> open = new LinkedHashMap<>(KEPT, 0.75f, true);
    private final Set<String> implied = new LinkedHashSet<>();

    OpenParents(Directory root) {
        this.root = root;
    }

    /** The directory of that path; it and those above it are made where the layer did not name them. */
    Directory directory(String path) throws ErrnoException, LayerException {
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

    private Directory openOrMake(String path) throws ErrnoException, LayerException {
        try {
            return root.inRoot(path);
        } catch (ErrnoException e) {
            if (!e.is(Errno.ENOENT)) {
                throw e;
            }
        }
        var slash = path.lastIndexOf('/');
        var parent = directory(slash < 0 ? "" : path.substring(0, slash));
        parent.makeDirectory(path.substring(slash + 1), IMPLIED_MODE);
        implied.add(path);
        if (implied.size() > MOST_IMPLIED) {
            throw new LayerException.Refused(
                    "layer needs more than " + MOST_IMPLIED + " directories that it does not describe");
        }
        return root.inRoot(path);
    }

    /** Directories that entries needed and no entry described. */
    Set<String> implied() {
        return implied;
    }

    void described(String path) {
        implied.remove(path);
    }

    private void evict() {
        var eldest = open.entrySet().iterator();
        Map.Entry<String, Directory> entry = eldest.next();
        eldest.remove();
        entry.getValue().close();
    }

    /** Forgets every open directory: what a path leads to has changed. */
    void forget() {
        open.values().forEach(Directory::close);
        open.clear();
    }

    @Override
    public void close() {
        forget();
    }
}
