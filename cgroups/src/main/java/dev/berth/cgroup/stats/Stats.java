package dev.berth.cgroup.stats;

import java.util.Optional;

/**
 * What one cgroup and those below it use: what is asked of all of them every few seconds, in as few reads as that takes.
 *
 * @param timestampNanos when it was read, since the epoch
 * @param cpuNanos processor time since the cgroup was made
 * @param pressure absent where the kernel does not account it
 */
public record Stats(long timestampNanos, long cpuNanos, MemoryStats memory, Optional<PressureStats> pressure) {
    /** What two cgroups use together. Stalls of two cgroups have no sum: there are none here. */
    public Stats plus(Stats other) {
        return new Stats(
                Math.max(timestampNanos, other.timestampNanos),
                cpuNanos + other.cpuNanos,
                memory.plus(other.memory),
                Optional.empty());
    }
}
