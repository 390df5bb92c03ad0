package dev.berth.cgroup.stats;

/**
 * How processor time was spent since the cgroup was made, in nanoseconds.
 *
 * @param periods bandwidth periods that have passed
 * @param burstPeriods how many used what was saved in others
 * @param throttledPeriods how many of them ended in throttling
 */
public record CpuStats(
        long userNanos,
        long systemNanos,
        long periods,
        long throttledPeriods,
        long throttledNanos,
        long burstPeriods,
        long burstNanos) {}
