package dev.berth.engine.lowering;

import java.util.List;
import java.util.Optional;

/** The cgroup of a process: the v2 directory to clone into, and the v1 {@code tasks} files to write to. */
public record CgroupPlace(Optional<String> directory, List<String> tasksFiles) {
    public CgroupPlace {
        tasksFiles = List.copyOf(tasksFiles);
    }
}
