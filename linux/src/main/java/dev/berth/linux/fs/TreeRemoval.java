package dev.berth.linux.fs;

import dev.berth.linux.Errno;
import dev.berth.linux.ErrnoException;
import java.util.UUID;

/**
 * Removes whole trees below a directory by descriptors, following no link. However wide and deep a tree is, a bounded part
 * of it is in memory: its shape is the doing of others.
 */
public final class TreeRemoval {
    /** Descriptors open at a time; a deeper directory is first moved up to the top. */
    private static final int DEPTH = 32;

    private final Directory top;
    private final Runnable pace;
    private final String lifted = ".removing-" + UUID.randomUUID() + "-";

    /** Directories that were moved up and are not gone yet: each one came out of the one before. */
    private long waiting;

    public TreeRemoval(Directory top) {
        this(top, () -> {});
    }

    /** The pace is called after each file, to go slowly. */
    public TreeRemoval(Directory top, Runnable pace) {
        this.top = top;
        this.pace = pace;
    }

    /** Removes an entry of the top directory with all that is below it; nothing happens if there is none. */
    public void remove(String name) throws ErrnoException {
        while (!removed(top, name, 0)) {
            while (waiting > 0) {
                if (removed(top, lifted + waiting, 0)) {
                    waiting--;
                }
            }
        }
    }

    /** Stops with false when a directory was moved up: its turn comes first, so that there are never many of them. */
    private boolean removed(Directory parent, String name, int depth) throws ErrnoException {
        if (unlinked(parent, name)) {
            return true;
        }
        try (var directory = parent.child(name)) {
            for (var batch = directory.batch(); !batch.isEmpty(); batch = directory.batch()) {
                for (var entry : batch) {
                    if (!below(directory, entry, depth + 1)) {
                        return false;
                    }
                }
            }
        }
        parent.removeDirectory(name);
        return true;
    }

    private boolean below(Directory directory, String entry, int depth) throws ErrnoException {
        if (depth < DEPTH) {
            return removed(directory, entry, depth);
        }
        if (unlinked(directory, entry)) {
            return true;
        }
        directory.rename(entry, top, lifted + (waiting + 1));
        waiting++;
        return false;
    }

    /** Whether the entry is gone; a directory stays. */
    private boolean unlinked(Directory parent, String name) throws ErrnoException {
        try {
            parent.remove(name);
            pace.run();
            return true;
        } catch (ErrnoException e) {
            if (e.is(Errno.EISDIR)) {
                return false;
            }
            if (e.is(Errno.ENOENT)) {
                return true;
            }
            throw e;
        }
    }
}
