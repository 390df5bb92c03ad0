package dev.berth.cgroup.stats;

import java.util.OptionalLong;

/**
 * Memory in bytes.
 *
 * @param limitBytes absent: none
 * @param rssBytes anonymous memory
 * @param cacheBytes page cache
 * @param swapBytes swap in use
 * @param swapLimitBytes swap alone, without memory; absent: none, or no swap accounting
 * @param pageFaults minor and major together
 */
public record MemoryStats(
        long usageBytes,
        OptionalLong limitBytes,
        long rssBytes,
        long cacheBytes,
        long mappedFileBytes,
        long activeFileBytes,
        long inactiveFileBytes,
        long kernelBytes,
        long swapBytes,
        OptionalLong swapLimitBytes,
        long pageFaults,
        long majorPageFaults) {

    /** What the kernel could not reclaim at once; the kubelet evicts by this. */
    public long workingSetBytes() {
        return Math.max(0, usageBytes - inactiveFileBytes);
    }

    /** What is left below the limit; absent without one. */
    public OptionalLong availableBytes() {
        return limitBytes.isPresent()
                ? OptionalLong.of(Math.max(0, limitBytes.getAsLong() - workingSetBytes()))
                : OptionalLong.empty();
    }

    MemoryStats plus(MemoryStats other) {
        return new MemoryStats(
                usageBytes + other.usageBytes,
                Limits.sum(limitBytes, other.limitBytes),
                rssBytes + other.rssBytes,
                cacheBytes + other.cacheBytes,
                mappedFileBytes + other.mappedFileBytes,
                activeFileBytes + other.activeFileBytes,
                inactiveFileBytes + other.inactiveFileBytes,
                kernelBytes + other.kernelBytes,
                swapBytes + other.swapBytes,
                Limits.sum(swapLimitBytes, other.swapLimitBytes),
                pageFaults + other.pageFaults,
                majorPageFaults + other.majorPageFaults);
    }
}
