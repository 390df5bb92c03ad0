package dev.berth.cgroup.stats;

/**
 * Processor time since the cgroup was made, in nanoseconds.
 *
 * @param periods bandwidth periods that have passed
 * @param throttledPeriods how many of them ended in throttling
 */
public record CpuStats(
        long usageNanos, long userNanos, long systemNanos, long periods, long throttledPeriods, long throttledNanos) {
    CpuStats plus(CpuStats other) {
        return new CpuStats(
                usageNanos + other.usageNanos,
                userNanos + other.userNanos,
                systemNanos + other.systemNanos,
                periods + other.periods,
                throttledPeriods + other.throttledPeriods,
                throttledNanos + other.throttledNanos);
    }
}
