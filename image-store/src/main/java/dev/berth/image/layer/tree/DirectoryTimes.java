package dev.berth.image.layer.tree;

import dev.berth.image.layer.limit.PathQuota;
import dev.berth.linux.Errno;
import dev.berth.linux.ErrnoException;
import dev.berth.linux.fs.Attributes;
import dev.berth.linux.fs.Directory;
import java.util.LinkedHashMap;
import java.util.Map;

/** The modification times of directories, set once nothing more is put into them. */
final class DirectoryTimes {
    private record Time(long seconds, int nanos) {}

    private final Map<String, Time> times = new LinkedHashMap<>();
    /** Memory is worth more than the times of the directories beyond. */
    private final PathQuota quota = new PathQuota();

    void remember(String path, long seconds, int nanos) {
        if (times.containsKey(path) || quota.take(path)) {
            times.put(path, new Time(seconds, nanos));
        }
    }

    void apply(Directory root) throws ErrnoException {
        for (Map.Entry<String, Time> entry : times.entrySet()) {
            apply(root, entry.getKey(), entry.getValue());
        }
    }

    /** A directory that a later entry replaced is passed over. */
    private static void apply(Directory root, String path, Time time) throws ErrnoException {
        try (var directory = root.inRoot(path.isEmpty() ? "." : path)) {
            Attributes.modified(directory.fd(), time.seconds(), time.nanos());
        } catch (ErrnoException e) {
            if (!e.is(Errno.ENOENT) && !e.is(Errno.ENOTDIR) && !e.is(Errno.ELOOP)) {
                throw e;
            }
        }
    }
}
