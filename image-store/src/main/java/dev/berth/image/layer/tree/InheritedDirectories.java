package dev.berth.image.layer.tree;

import dev.berth.linux.Errno;
import dev.berth.linux.ErrnoException;
import dev.berth.linux.fs.Attributes;
import dev.berth.linux.fs.Directory;
import dev.berth.linux.fs.FileStatus;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Gives directories that a layer needed but did not describe the owner, mode and time they have in the layers below: overlayfs would show
 * those of the upper one.
 */
public final class InheritedDirectories {
    private InheritedDirectories() {}

    public static void apply(Path tree, Set<String> implied, List<Path> belowNewestFirst) throws ErrnoException {
        try (var root = Directory.open(tree)) {
            for (var path : implied) {
                var original = original(path, belowNewestFirst);
                if (original.isPresent()) {
                    copy(root, path, original.get());
                }
            }
        }
    }

    private static Optional<FileStatus> original(String path, List<Path> belowNewestFirst) throws ErrnoException {
        for (var tree : belowNewestFirst) {
            try (var root = Directory.open(tree);
                    var directory = root.inRoot(path)) {
                return directory.status(".");
            } catch (ErrnoException e) {
                if (e.is(Errno.ENOTDIR) || e.is(Errno.ELOOP)) {
                    return Optional.empty(); // hidden from here down
                }
                if (!e.is(Errno.ENOENT)) {
                    throw e;
                }
            }
        }
        return Optional.empty();
    }

    private static void copy(Directory root, String path, FileStatus original) throws ErrnoException {
        try (var directory = root.inRoot(path)) {
            Attributes.owner(directory.fd(), original.user(), original.group());
            Attributes.mode(directory.fd(), original.permissions());
            Attributes.modified(directory.fd(), original.mtimeSeconds(), original.mtimeNanos());
        }
    }
}
