package dev.berth.engine.lowering;

import dev.berth.linux.mount.MountEntry;
import dev.berth.linux.mount.MountTable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

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
        /** Options of a v1 hierarchy that do not select it. */
        private static final Set<String> SETTINGS =
                Set.of("rw", "ro", "xattr", "clone_children", "cpuset_v2_mode", "noprefix", "seclabel");

        public Hierarchy {
            options = List.copyOf(options);
        }

        private static Hierarchy of(String directory, MountEntry mount) {
            List<String> options = new ArrayList<>();
            if (mount.fsType().equals("cgroup")) {
                Arrays.stream(mount.superOptions().split(",", -1))
                        .filter(option -> !SETTINGS.contains(option) && !option.startsWith("release_agent="))
                        .forEach(options::add);
                if (options.stream().allMatch(option -> option.startsWith("name="))) {
                    options.addFirst("none");
                }
            }
            return new Hierarchy(directory, mount.fsType(), options);
        }
    }

    /** A container sees the layout that the host has at /sys/fs/cgroup. */
    static CgroupView of(MountTable mounts) {
        String top = "/sys/fs/cgroup";
        boolean unified = mounts.entries().stream()
                .anyMatch(mount ->
                        mount.mountPoint().equals(top) && mount.fsType().equals("cgroup2"));
        return unified
                ? new Unified()
                : new Hierarchies(mounts.entries().stream()
                        .filter(mount -> mount.fsType().startsWith("cgroup")
                                && mount.mountPoint().startsWith(top + "/"))
                        .map(mount -> Hierarchy.of(mount.mountPoint().substring(top.length() + 1), mount))
                        .toList());
    }
}
