package dev.berth.cgroup.stats;

import java.util.OptionalLong;

/**
 * Counters that only metrics want, apart from {@link Stats} so that lists of those stay cheap.
 *
 * @param peakBytes most memory ever used; 0 where the kernel does not keep it (v2 before 5.19)
 * @param limitFailures how often the limit was hit; v1 of recent kernels no longer counts it and says 0
 * @param throttlings how often tasks were slowed down above memory.high; absent in v1, which has no such limit
 * @param oomKills processes the kernel killed for want of memory
 */
public record MemoryEvents(long peakBytes, long limitFailures, OptionalLong throttlings, long oomKills) {}
