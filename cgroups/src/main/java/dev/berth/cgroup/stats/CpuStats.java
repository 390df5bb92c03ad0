package dev.berth.cgroup.stats;

/**
 * How processor time was spent since the cgroup was made, in nanoseconds.
 *
 * @param periods bandwidth periods that have passed
 * @param throttledPeriods how many of them ended in throttling
 */
public record CpuStats(long userNanos, long systemNanos, long periods, long throttledPeriods, long throttledNanos) {}
