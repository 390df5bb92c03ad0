package dev.berth.engine.stats;

import dev.berth.cgroup.stats.DeviceIo;
import dev.berth.cgroup.stats.HugepageUsage;
import dev.berth.cgroup.stats.MemoryEvents;
import dev.berth.engine.request.ResourceInput;
import java.util.List;

/**
 * What only metrics tell of a running container, beside its {@link ContainerUsage}.
 *
 * @param limits those in force
 * @param startedAt nanoseconds since the epoch
 */
public record ContainerDetail(
        ContainerUsage usage,
        CgroupUse cgroup,
        MemoryEvents memory,
        List<DeviceIo> io,
        List<HugepageUsage> hugepages,
        ProcessCounts processes,
        ResourceInput limits,
        long startedAt) {
    public ContainerDetail {
        io = List.copyOf(io);
        hugepages = List.copyOf(hugepages);
    }
}
