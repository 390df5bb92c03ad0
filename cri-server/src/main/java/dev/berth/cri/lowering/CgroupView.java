package dev.berth.cri.lowering;

import java.util.List;

/** What a {@code cgroup} mount of a spec becomes on this host. */
public sealed interface CgroupView {
    /** One cgroup2 mount. */
    record Unified() implements CgroupView {}

    /** A tmpfs with a directory per hierarchy. */
    record Hierarchies(List<Hierarchy> hierarchies) implements CgroupView {
        public Hierarchies {
            hierarchies = List.copyOf(hierarchies);
        }
    }

    /** {@code fsType} is cgroup or cgroup2; {@code options} select the hierarchy, such as {@code cpu}, {@code cpuacct}. */
    record Hierarchy(String directory, String fsType, List<String> options) {
        public Hierarchy {
            options = List.copyOf(options);
        }
    }
}
