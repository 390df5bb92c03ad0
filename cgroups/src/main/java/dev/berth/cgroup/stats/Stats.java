package dev.berth.cgroup.stats;

import java.util.Optional;

/**
 * What one cgroup and those below it use.
 *
 * @param timestampNanos when it was read, since the epoch
 * @param pressure absent where the kernel does not account it
 */
public record Stats(
        long timestampNanos, CpuStats cpu, MemoryStats memory, PidsStats pids, Optional<PressureStats> pressure) {
    /** What two cgroups use together. Stalls of two cgroups have no sum: there are none here. */
    public Stats plus(Stats other) {
        return new Stats(
                Math.max(timestampNanos, other.timestampNanos),
                cpu.plus(other.cpu),
                memory.plus(other.memory),
                pids.plus(other.pids),
                Optional.empty());
    }
}
