package dev.berth.engine.stats;

import dev.berth.cgroup.Cgroup;
import dev.berth.cgroup.stats.Stats;
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
                ? Reading.of(
                        "container " + usage.container().id(),
                        () -> read(usage, usage.stats().get(), running))
                : Optional.empty();
    }

    /** Absent for a pod that has no cgroup of its own, or none any more. */
    public Optional<CgroupUse> of(PodUsage usage) throws EngineException {
        var path = usage.sandbox().config().cgroupParent();
        return path.isEmpty() || usage.stats().isEmpty()
                ? Optional.empty()
                : Reading.of(
                        "pod " + usage.sandbox().id(), () -> use(usage.stats().get(), containers.cgroup(path)));
    }

    private static CgroupUse use(Stats stats, Cgroup cgroup) throws ErrnoException {
        return new CgroupUse(stats, cgroup.cpuStats(), cgroup.pidsStats(), cgroup.reclaimStats());
    }

    private ContainerDetail read(ContainerUsage usage, Stats stats, ContainerState.Running running)
            throws ErrnoException {
        var container = usage.container();
        var cgroup = containers.cgroup(container.record());
        return new ContainerDetail(
                usage,
                use(stats, cgroup),
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
