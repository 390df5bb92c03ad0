package dev.berth.engine.request;

import java.util.Map;

/** Limits as CRI gives them: 0 and empty text mean unset, -1 means unlimited; {@code memorySwapLimit} includes memory. */
public record ResourceInput(
        long cpuPeriod,
        long cpuQuota,
        long cpuShares,
        long memoryLimit,
        long memorySwapLimit,
        long oomScoreAdj,
        String cpusetCpus,
        String cpusetMems,
        Map<String, Long> hugepageLimits,
        Map<String, String> unified) {
    public static final ResourceInput NONE = new ResourceInput(0, 0, 0, 0, 0, 0, "", "", Map.of(), Map.of());

    public ResourceInput {
        hugepageLimits = Map.copyOf(hugepageLimits);
        unified = Map.copyOf(unified);
    }
}
