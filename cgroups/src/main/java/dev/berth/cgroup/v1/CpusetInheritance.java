package dev.berth.cgroup.v1;

import dev.berth.linux.ErrnoException;
import dev.berth.linux.kernfs.Kernfs;

/** v1 only: a new cpuset is empty, and an empty one takes no process (ENOSPC), so it gets its parent's lists. */
public final class CpusetInheritance {
    private CpusetInheritance() {}

    public static void fill(String root, String path) throws ErrnoException {
        fill(root, path, "/cpuset.cpus");
        fill(root, path, "/cpuset.mems");
    }

    /** Goes up only as far as cpusets are empty, which is rarely further than the first. */
    private static String fill(String root, String path, String file) throws ErrnoException {
        String own = Kernfs.read(root + path + file);
        if (path.isEmpty() || !own.isEmpty()) {
            return own;
        }
        String inherited = fill(root, path.substring(0, path.lastIndexOf('/')), file);
        Kernfs.write(root + path + file, inherited);
        return inherited;
    }
}
