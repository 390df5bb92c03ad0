package dev.berth.engine.request;

import java.util.HashMap;
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

    /** The limit of memory and swap together: a container whose memory alone is limited must not go on in swap. */
    public long memoryAndSwap() {
        return memorySwapLimit == 0 && memoryLimit > 0 ? memoryLimit : memorySwapLimit;
    }

    /** These limits with what the change sets. A new memory limit comes with its own for swap, or none. */
    public ResourceInput changedBy(ResourceInput change) {
        return new ResourceInput(
                change.cpuPeriod == 0 ? cpuPeriod : change.cpuPeriod,
                change.cpuQuota == 0 ? cpuQuota : change.cpuQuota,
                change.cpuShares == 0 ? cpuShares : change.cpuShares,
                change.memoryLimit == 0 ? memoryLimit : change.memoryLimit,
                change.memoryLimit == 0 && change.memorySwapLimit == 0 ? memorySwapLimit : change.memorySwapLimit,
                oomScoreAdj,
                change.cpusetCpus.isEmpty() ? cpusetCpus : change.cpusetCpus,
                change.cpusetMems.isEmpty() ? cpusetMems : change.cpusetMems,
                merged(hugepageLimits, change.hugepageLimits),
                merged(unified, change.unified));
    }

    private static <V> Map<String, V> merged(Map<String, V> before, Map<String, V> change) {
        var merged = new HashMap<>(before);
        merged.putAll(change);
        return merged;
    }
}
