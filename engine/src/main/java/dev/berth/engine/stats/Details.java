package dev.berth.engine.stats;

import dev.berth.cgroup.Cgroup;
import dev.berth.engine.container.ContainerState;
import dev.berth.engine.container.Containers;
import dev.berth.engine.failure.EngineException;
import dev.berth.linux.ErrnoException;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** Reads what metrics want beyond usage, when asked. */
public final class Details {
    private final Containers containers;

    public Details(Containers containers) {
        this.containers = containers;
    }

    /** Absent for a container that is not running, or ends just now. */
    public Optional<ContainerDetail> of(ContainerUsage usage) throws EngineException {
        return usage.stats().isPresent() && usage.container().state() instanceof ContainerState.Running running
                ? Reading.of("container " + usage.container().id(), () -> read(usage, running))
                : Optional.empty();
    }

    private ContainerDetail read(ContainerUsage usage, ContainerState.Running running) throws ErrnoException {
        var container = usage.container();
        var cgroup = containers.cgroup(container.record());
        return new ContainerDetail(
                usage,
                cgroup.memoryEvents(),
                cgroup.io(),
                cgroup.hugepages(),
                ProcessCounts.of(processes(cgroup), running.shim().init().pid()),
                containers.limits(container),
                running.startedAt());
    }

    private static List<Integer> processes(Cgroup cgroup) {
        try {
            return cgroup.processes();
        } catch (IOException gone) {
            return List.of();
        }
    }
}
