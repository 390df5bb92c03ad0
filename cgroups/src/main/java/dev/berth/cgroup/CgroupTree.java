package dev.berth.cgroup;

import dev.berth.cgroup.hierarchy.CgroupPath;
import dev.berth.cgroup.hierarchy.Hierarchies;
import dev.berth.cgroup.v1.CpusetInheritance;
import dev.berth.cgroup.v2.SubtreeControl;
import dev.berth.linux.Errno;
import dev.berth.linux.ErrnoException;
import dev.berth.linux.kernfs.Kernfs;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** The directories of one cgroup: made top-down, removed bottom-up, in every hierarchy. */
record CgroupTree(Hierarchies host, CgroupPath path) {
    /** How long a removal waits for processes that have been killed but are not gone yet. */
    private static final long PATIENCE = TimeUnit.SECONDS.toNanos(2);

    private static final long FIRST_PAUSE = TimeUnit.MICROSECONDS.toNanos(200);
    private static final long LONGEST_PAUSE = TimeUnit.MILLISECONDS.toNanos(20);

    void create() throws IOException {
        for (String root : roots()) {
            mkdirs(root);
        }
        if (host.unified()) {
            SubtreeControl.enable(host, path);
        } else {
            var cpuset = host.controllerRoot("cpuset");
            if (cpuset.isPresent()) {
                CpusetInheritance.fill(cpuset.get(), path.text());
            }
        }
    }

    /** The v2 directory goes last: while it exists, whatever may still live in the cgroup can be found and killed. */
    void remove() throws IOException {
        long deadline = System.nanoTime() + PATIENCE;
        for (String root : roots()) {
            remove(root + path.text(), deadline);
        }
    }

    private Set<String> roots() {
        var roots = new LinkedHashSet<String>(host.unified() ? Set.of() : host.v1Roots());
        host.v2().ifPresent(roots::add);
        return roots;
    }

    /** One call when the parent exists, as the pod's does for all its containers. */
    private void mkdirs(String root) throws ErrnoException {
        try {
            Kernfs.mkdir(root + path.text());
        } catch (ErrnoException e) {
            if (!e.is(Errno.ENOENT)) {
                throw e;
            }
            for (String parent : path.parents()) {
                Kernfs.mkdir(root + parent);
            }
            Kernfs.mkdir(root + path.text());
        }
    }

    private void remove(String directory, long deadline) throws IOException {
        for (long pause = FIRST_PAUSE; ; pause = Math.min(2 * pause, LONGEST_PAUSE)) {
            try {
                Kernfs.rmdir(directory);
                return;
            } catch (ErrnoException e) {
                if (!e.is(Errno.EBUSY)) {
                    throw e;
                }
                if (System.nanoTime() > deadline) {
                    throw new ErrnoException(
                            "rmdir", directory + ", processes " + new Members(host, path).processes(), Errno.EBUSY);
                }
            }
            for (String child : children(directory)) {
                remove(child, deadline);
            }
            LockSupport.parkNanos(pause);
        }
    }

    static List<String> children(String directory) throws IOException {
        var children = new ArrayList<String>();
        try {
            // two links, "." and the parent's entry, mean that there is no directory below
            if (Files.getAttribute(Path.of(directory), "unix:nlink") instanceof Integer links && links <= 2) {
                return List.of();
            }
        } catch (NoSuchFileException gone) {
            return List.of();
        }
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(Path.of(directory), Files::isDirectory)) {
            entries.forEach(entry -> children.add(entry.toString()));
        } catch (NoSuchFileException gone) {
            return List.of();
        }
        return children;
    }
}
