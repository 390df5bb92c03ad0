package dev.berth.linux.fs;

import dev.berth.linux.Errno;
import dev.berth.linux.ErrnoException;
import java.util.ArrayDeque;
import java.util.Optional;

/** Removes whole trees below a directory by descriptors, following no link, however deep a tree is. */
public final class TreeRemoval {
    /** Descriptors open at a time; deeper directories are first moved up to the top. */
    private static final int DEPTH = 32;

    private final Directory top;
    private final Runnable pace;
    private final ArrayDeque<String> deep = new ArrayDeque<>();
    private long moved;

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
        remove(top, name, 0);
        while (!deep.isEmpty()) {
            remove(top, deep.removeLast(), 0);
        }
    }

    private void remove(Directory parent, String name, int depth) throws ErrnoException {
        if (unlinked(parent, name)) {
            return;
        }
        try (var directory = parent.child(name)) {
            for (var entry : directory.entries()) {
                below(directory, entry, depth + 1);
            }
        }
        parent.removeDirectory(name);
    }

    private void below(Directory directory, String entry, int depth) throws ErrnoException {
        if (depth < DEPTH) {
            remove(directory, entry, depth);
            return;
        }
        if (!unlinked(directory, entry)) {
            var shallow = unused();
            directory.rename(entry, top, shallow);
            deep.add(shallow);
        }
    }

    private String unused() throws ErrnoException {
        Optional<FileStatus> taken;
        do {
            taken = top.status(".removing-" + ++moved);
        } while (taken.isPresent());
        return ".removing-" + moved;
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
