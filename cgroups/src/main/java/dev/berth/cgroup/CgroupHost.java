package dev.berth.cgroup;

import dev.berth.cgroup.hierarchy.CgroupPath;
import dev.berth.cgroup.hierarchy.Hierarchies;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The host's cgroup hierarchies: v2 alone, or v1 controllers with (hybrid) or without a v2 hierarchy beside them. */
public final class CgroupHost {
    private final Hierarchies hierarchies;

    private CgroupHost(Hierarchies hierarchies) {
        this.hierarchies = hierarchies;
    }

    public static CgroupHost detect() throws IOException {
        return new CgroupHost(Hierarchies.detect());
    }

    /** Whether v2 is the only hierarchy, so that limits are v2's. */
    public boolean unified() {
        return hierarchies.unified();
    }

    /** Where the hierarchies are mounted that cgroups are made in. */
    public List<Path> mountPoints() {
        var roots = new LinkedHashSet<String>(hierarchies.v1Roots());
        hierarchies.v2().ifPresent(roots::add);
        return roots.stream().map(Path::of).toList();
    }

    /** Names of the controllers that limits can be set with. */
    public Set<String> controllers() {
        return hierarchies.controllers();
    }

    /** A cgroup by its path, which need not exist; a path that is not absolute or climbs is refused. */
    public Cgroup at(String path) {
        return new Cgroup(hierarchies, new CgroupPath(path));
    }
}
