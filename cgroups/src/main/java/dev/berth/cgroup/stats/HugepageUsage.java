package dev.berth.cgroup.stats;

import java.util.OptionalLong;

/**
 * Memory in huge pages of one size.
 *
 * @param size as limits name it, {@code 2MB}
 * @param peakBytes the most ever used; absent where the kernel does not keep it (v2)
 */
public record HugepageUsage(String size, long usageBytes, OptionalLong peakBytes) {}
