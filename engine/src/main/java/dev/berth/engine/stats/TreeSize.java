package dev.berth.engine.stats;

import dev.berth.linux.Errno;
import dev.berth.linux.ErrnoException;
import dev.berth.linux.fs.Directory;
import dev.berth.linux.fs.FileStatus;
import java.nio.file.Path;
import java.util.List;

/** Counts what a tree takes on disk, by descriptors, following no link, while whoever owns it goes on changing it. */
final class TreeSize {
    private static final int BLOCK = 512;

    /** Each level has a descriptor open. What a container nests deeper is not counted. */
    private static final int DEPTH = 512;

    private long bytes;

    /** Of a file with several names each name brings its share: the owner cannot give a file a name outside of the tree. */
    private double inodes;

    static TreeSize of(Path top) throws ErrnoException {
        var size = new TreeSize();
        try (var directory = Directory.open(top)) {
            var status = directory.status(".");
            if (status.isPresent()) {
                size.add(status.get(), 1);
            }
            size.below(directory, 0);
        }
        return size;
    }

    long bytes() {
        return bytes;
    }

    long inodes() {
        return Math.round(inodes);
    }

    private void below(Directory directory, int depth) throws ErrnoException {
        for (List<String> names = directory.batch(); !names.isEmpty(); names = directory.batch()) {
            for (String name : names) {
                var status = directory.status(name);
                if (status.isPresent()) {
                    entry(directory, name, status.get(), depth);
                }
            }
        }
    }

    private void entry(Directory parent, String name, FileStatus status, int depth) throws ErrnoException {
        if (!status.isDirectory()) {
            add(status, Math.max(1, status.links()));
            return;
        }
        add(status, 1);
        if (depth < DEPTH) {
            try (var directory = parent.child(name)) {
                below(directory, depth + 1);
            } catch (ErrnoException e) {
                ignoreIfReplaced(e);
            }
        }
    }

    private static void ignoreIfReplaced(ErrnoException e) throws ErrnoException {
        if (!e.is(Errno.ENOENT) && !e.is(Errno.ENOTDIR) && !e.is(Errno.ELOOP)) {
            throw e;
        }
    }

    private void add(FileStatus status, int names) {
        bytes += status.blocks() * BLOCK / names;
        inodes += 1.0 / names;
    }
}
