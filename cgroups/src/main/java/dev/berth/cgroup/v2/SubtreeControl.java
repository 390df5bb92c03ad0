package dev.berth.cgroup.v2;

import dev.berth.cgroup.hierarchy.CgroupPath;
import dev.berth.cgroup.hierarchy.Hierarchies;
import dev.berth.linux.ErrnoException;
import dev.berth.linux.kernfs.Kernfs;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** v2 only: a cgroup has the controllers that all its ancestors hand down. */
public final class SubtreeControl {
    private SubtreeControl() {}

    public static void enable(Hierarchies host, CgroupPath path) throws ErrnoException {
        String root = host.v2().orElseThrow();
        if (words(root + path.text() + "/cgroup.controllers").containsAll(host.controllers())) {
            return;
        }
        var ancestors = new ArrayList<String>(List.of(""));
        ancestors.addAll(path.parents());
        for (String ancestor : ancestors) {
            handDown(root + ancestor + "/cgroup.subtree_control", host.controllers());
        }
    }

    private static void handDown(String file, Set<String> controllers) throws ErrnoException {
        Set<String> present = words(file);
        for (String controller : controllers) {
            if (!present.contains(controller)) {
                Kernfs.write(file, "+" + controller);
            }
        }
    }

    private static Set<String> words(String file) throws ErrnoException {
        return Set.of(Kernfs.read(file).split(" ", -1));
    }
}
